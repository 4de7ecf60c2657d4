import {
  type Analysis,
  enrolPalm,
  type Gallery,
  identify,
  MODEL,
  modelVersionOf,
  openGallery,
  openRecogniser,
  type PalmSample,
  type ProtectedEmbedding,
  type ProtectedTemplate,
  type Recogniser,
  rotationOf,
  STAGES,
} from '@paume/palm'
import { renderBurst } from '@paume/synthetic-hands'
import { encodeJpeg } from '@paume/synthetic-hands/node'
import { percentile } from '../demo/tally.ts'

export type HoverTimes = { p50Ms: number; p95Ms: number; hovers: number; identified: number }
export type HoverFigures = {
  hover: HoverTimes & { enrolled: number }
  /** As many hovers begun at the same moment, again and again: the worst a shop with that many terminals can meet. */
  atOnce: HoverTimes & { terminals: number }
  stages: Record<string, number>
}

/** People who hover; each shows two palms that are really enrolled. */
const PEOPLE = 4
const HOVERS_PER_PERSON = 10
/** Terminals over which hands come at the same moment. */
const TERMINALS = 8
const WARM_UP = 2
const ROTATION = rotationOf(new Uint8Array(32).fill(7), 0)

type Burst = { bytes: Uint8Array; offsetMs: number; screenColour: null }[]

async function burstOf(person: number, view: number): Promise<Burst> {
  const frames = renderBurst({ person, view, hand: 'R', frames: 3, widthPx: 1280, heightPx: 720 })
  return Promise.all(
    frames.map(async ({ raster }, index) => ({
      bytes: await encodeJpeg(raster, 90),
      offsetMs: index * 120,
      screenColour: null,
    })),
  )
}

async function samplesOf(recogniser: Recogniser, burst: Burst): Promise<PalmSample[]> {
  const analysis = await recogniser.analyse(burst, { expectedHand: null, flash: null })
  return analysis.outcome === 'good' ? analysis.samples : []
}

/** Strangers, so that the gallery has its size: vectors at random, and codes of real entropy borrowed from the enrolled. */
function addStrangers(gallery: Gallery, palms: number, codes: ProtectedTemplate['code'][]): void {
  for (let palm = 0; palm < palms; palm++) {
    const templates = Array.from({ length: 3 }, (_, i) => ({
      embedding: crypto.getRandomValues(new Int8Array(256)).map((value) => Math.max(-127, value)) as ProtectedEmbedding,
      // Turned around by some bytes: as busy as a real code, but nobody's.
      code: rolled(codes[(palm + i) % codes.length], 64 + ((palm * 3 + i) % 256)),
      modelVersion: modelVersionOf(MODEL),
      rotationEpoch: 0,
    }))
    gallery.put({ palmId: `stranger-${palm}`, shopperId: `stranger-${palm}`, hand: 'R', templates })
  }
}

function rolled(code: ProtectedTemplate['code'], by: number): ProtectedTemplate['code'] {
  const turned = new Uint8Array(code.length)
  code.forEach((byte, i) => {
    turned[(i + by) % code.length] = byte
  })
  return turned as ProtectedTemplate['code']
}

type Shop = { recogniser: Recogniser; gallery: Gallery }

/** A gallery of `enrolled` palms, of which those of PEOPLE are really enrolled. */
async function openShop(enrolled: number, workers: number): Promise<Shop> {
  const recogniser = await openRecogniser({ workers })
  const gallery = openGallery({ rotationEpoch: 0, capacityTemplates: 8 * enrolled + 64 })
  const codes: ProtectedTemplate['code'][] = []
  for (let person = 1; person <= PEOPLE; person++) {
    const palm = enrolPalm(await samplesOf(recogniser, await burstOf(person, 1)), ROTATION)
    if (palm.outcome !== 'enrolled') continue
    codes.push(...palm.templates.map(({ code }) => code))
    gallery.put({ palmId: `palm-${person}`, shopperId: `person-${person}`, hand: 'R', templates: palm.templates })
  }
  if (codes.length === 0) throw new Error('No synthetic palm enrolled: the bench would measure an empty gallery.')
  addStrangers(gallery, enrolled - gallery.palms, codes)
  return { recogniser, gallery }
}

type Hover = { ms: number; analysedMs: number; stageMs: Analysis['stageMs']; identified: boolean }

/** Three frames of 1280×720 to a decision. Null when the quality gate refused them: then nothing was decided. */
async function hoverOnce({ recogniser, gallery }: Shop, person: number, burst: Burst): Promise<Hover | null> {
  const startMs = performance.now()
  const analysis = await recogniser.analyse(burst, { expectedHand: null, flash: null })
  const analysedMs = performance.now() - startMs
  if (analysis.outcome !== 'good') return null
  const shown = [{ hand: analysis.hand, samples: analysis.samples }]
  const decision = await identify({ gallery, rotation: ROTATION }, shown)
  return {
    ms: performance.now() - startMs,
    analysedMs,
    stageMs: analysis.stageMs,
    identified: decision.outcome === 'identified' && decision.shopperId === `person-${person}`,
  }
}

function timesOf(hovers: readonly Hover[]): HoverTimes {
  const times = hovers.map(({ ms }) => ms)
  return {
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    hovers: hovers.length,
    identified: hovers.filter(({ identified }) => identified).length,
  }
}

function stagesOf(hovers: readonly Hover[]): Record<string, number> {
  const stages = new Map<string, number[]>()
  const note = (stage: string, ms: number) => stages.set(stage, [...(stages.get(stage) ?? []), ms])
  for (const { ms, analysedMs, stageMs } of hovers) {
    note('analyse (3 frames, side by side)', analysedMs)
    note('search and decision', ms - analysedMs)
    for (const frame of stageMs) for (const stage of STAGES) if (frame[stage] !== undefined) note(stage, frame[stage])
  }
  return Object.fromEntries([...stages].map(([stage, values]) => [stage, percentile(values, 0.5)]))
}

/** Hovers against `enrolled` palms, first one after the other, then TERMINALS of them at once. */
export async function benchHover(enrolled: number, workers: number): Promise<HoverFigures> {
  const shop = await openShop(enrolled, workers)
  const shown: { person: number; burst: Burst }[] = []
  for (let view = 0; view < PEOPLE * HOVERS_PER_PERSON; view++) {
    const person = 1 + (view % PEOPLE)
    shown.push({ person, burst: await burstOf(person, 50 + view) })
  }
  for (const { person, burst } of shown.slice(0, WARM_UP)) await hoverOnce(shop, person, burst)

  const alone: (Hover | null)[] = []
  for (const { person, burst } of shown) alone.push(await hoverOnce(shop, person, burst))
  const together: (Hover | null)[] = []
  for (let first = 0; first + TERMINALS <= shown.length; first += TERMINALS) {
    const group = shown.slice(first, first + TERMINALS)
    together.push(...(await Promise.all(group.map(({ person, burst }) => hoverOnce(shop, person, burst)))))
  }

  const palms = shop.gallery.palms
  await shop.recogniser.close()
  await shop.gallery.close()
  const [one, many] = [alone, together].map((hovers) => hovers.filter((hover) => hover !== null))
  return {
    hover: { ...timesOf(one), enrolled: palms },
    atOnce: { ...timesOf(many), terminals: TERMINALS },
    stages: stagesOf(one),
  }
}
