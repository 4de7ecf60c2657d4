import { type Analysis, type Gallery, identify, openRecogniser, type Recogniser, STAGES } from '@paume/palm'
import { percentile } from '../demo/tally.ts'
import { type Burst, flashedBurst } from './bursts.ts'
import { enrolPerson, type GallerySize, openShop, ROTATION, shopperOf } from './shop.ts'

/** `refused`: by quality or liveness, so that nothing was searched; they are in no time. */
export type HoverTimes = { p50Ms: number; p95Ms: number; hovers: number; identified: number; refused: number }
export type HoverFigures = {
  palms: number
  templates: number
  /** `cpuMs`: what all threads of this process work for one hover; tells less of what else the machine does than the times do. */
  alone: HoverTimes & { cpuMs: number }
  /** As many hovers begun at the same moment, again and again: the worst a shop with that many terminals can meet. */
  atOnce: HoverTimes & { terminals: number }
  /** Medians of hovers alone. */
  stages: Record<string, number>
}

/** People who hover; each shows a palm that is really enrolled. */
const PEOPLE = 4
/** Bursts from which a person may enrol: the first that quality and liveness let through. */
const ENROLMENT_VIEWS = 4
/** Bursts of each person that are shown, besides the one that enrolled. */
const VIEWS = 5
/** How often each burst is shown: alone, and among others. */
const ROUNDS = 3
/** Terminals over which hands come at the same moment. */
const TERMINALS = 8
const WARM_UP = 4

type Shop = { readonly recogniser: Recogniser; readonly gallery: Gallery }
type Hover = { ms: number; analysedMs: number; stageMs: Analysis['stageMs']; identified: boolean }

/** The frames of a lit burst to a decision, the flash checked. Null when quality or liveness refused it. */
async function hoverOnce({ recogniser, gallery }: Shop, { person, frames, flash }: Burst): Promise<Hover | null> {
  const startMs = performance.now()
  const analysis = await recogniser.analyse(frames, { expectedHand: null, flash })
  const analysedMs = performance.now() - startMs
  if (analysis.outcome !== 'good') return null
  const decision = await identify({ gallery, rotation: ROTATION }, [{ hand: analysis.hand, samples: analysis.samples }])
  return {
    ms: performance.now() - startMs,
    analysedMs,
    stageMs: analysis.stageMs,
    identified: decision.outcome === 'identified' && decision.shopperId === shopperOf(person),
  }
}

function timesOf(hovers: readonly (Hover | null)[]): HoverTimes {
  const decided = hovers.filter((hover) => hover !== null)
  const times = decided.map(({ ms }) => ms)
  return {
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    hovers: decided.length,
    identified: decided.filter(({ identified }) => identified).length,
    refused: hovers.length - decided.length,
  }
}

function stagesOf(hovers: readonly (Hover | null)[]): Record<string, number> {
  const stages = new Map<string, number[]>()
  const note = (stage: string, ms: number) => stages.set(stage, [...(stages.get(stage) ?? []), ms])
  for (const hover of hovers) {
    if (hover === null) continue
    note('analyse (all frames)', hover.analysedMs)
    note('search and decision', hover.ms - hover.analysedMs)
    for (const frame of hover.stageMs) {
      for (const stage of STAGES) if (frame[stage] !== undefined) note(`frame: ${stage}`, frame[stage])
    }
  }
  return Object.fromEntries([...stages].map(([stage, values]) => [stage, percentile(values, 0.5)]))
}

async function benchShop(shop: Shop, bursts: readonly Burst[]): Promise<HoverFigures> {
  const shown = Array.from({ length: ROUNDS }, () => bursts).flat()
  for (const burst of shown.slice(0, WARM_UP)) await hoverOnce(shop, burst)
  const before = process.cpuUsage()
  const alone: (Hover | null)[] = []
  for (const burst of shown) alone.push(await hoverOnce(shop, burst))
  const { user, system } = process.cpuUsage(before)
  const together: (Hover | null)[] = []
  for (let first = 0; first + TERMINALS <= shown.length; first += TERMINALS) {
    const group = shown.slice(first, first + TERMINALS)
    together.push(...(await Promise.all(group.map((burst) => hoverOnce(shop, burst)))))
  }
  return {
    palms: shop.gallery.palms,
    templates: shop.gallery.size,
    alone: { ...timesOf(alone), cpuMs: (user + system) / 1_000 / shown.length },
    atOnce: { ...timesOf(together), terminals: TERMINALS },
    stages: stagesOf(alone),
  }
}

type Options = {
  readonly sizes: readonly GallerySize[]
  /** Threads that look at frames. */
  readonly workers: number
  /** Where rendered pictures are kept from one run to the next; null: nowhere. */
  readonly picturesIn: string | null
  say(line: string): void
}

/** Hovers against galleries of each size: one after the other, then TERMINALS of them at once. Pictures are made once. */
export async function benchHover({ sizes, workers, picturesIn, say }: Options): Promise<HoverFigures[]> {
  say(`hovers: pictures of ${PEOPLE} people…`)
  const people = Array.from({ length: PEOPLE }, (_, i) => i + 1)
  const bursts: Burst[] = []
  for (let view = 0; view < VIEWS; view++) {
    for (const person of people) bursts.push(await flashedBurst(person, 50 + view * PEOPLE + person, picturesIn))
  }
  const recogniser = await openRecogniser({ workers })
  const figures: HoverFigures[] = []
  try {
    const enrolled = []
    for (const person of people) {
      const views = async function* () {
        for (let view = 1; view <= ENROLMENT_VIEWS; view++) yield await flashedBurst(person, view, picturesIn)
      }
      enrolled.push(await enrolPerson(recogniser, views()))
    }
    for (const size of sizes) {
      say(`hovers: ${size.palms} palms of ${size.templatesAPalm} templates…`)
      const gallery = openShop(enrolled, size)
      figures.push(await benchShop({ recogniser, gallery }, bursts))
      await gallery.close()
    }
  } finally {
    await recogniser.close()
  }
  return figures
}
