import {
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

export type HoverFigures = {
  hover: { p50Ms: number; p95Ms: number; enrolled: number; hovers: number; identified: number }
  stages: Record<string, number>
}

/** People who hover; each shows two palms that are really enrolled. */
const PEOPLE = 4
const HOVERS_PER_PERSON = 10
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

/** Three frames of 1280×720 to a decision, with `enrolled` palms in the gallery. */
export async function benchHover(enrolled: number, workers: number): Promise<HoverFigures> {
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

  const times: number[] = []
  const stages = new Map<string, number[]>()
  const note = (stage: string, ms: number) => stages.set(stage, [...(stages.get(stage) ?? []), ms])
  let identified = 0
  for (let round = -2; round < PEOPLE * HOVERS_PER_PERSON; round++) {
    const person = 1 + ((round + PEOPLE) % PEOPLE)
    const burst = await burstOf(person, 50 + round)
    const startMs = performance.now()
    const analysis = await recogniser.analyse(burst, { expectedHand: null, flash: null })
    const analysedMs = performance.now()
    if (analysis.outcome !== 'good') continue
    const decision = await identify({ gallery, rotation: ROTATION }, [
      { hand: analysis.hand, samples: analysis.samples },
    ])
    const endMs = performance.now()
    if (round < 0) continue // warm-up
    times.push(endMs - startMs)
    note('analyse (3 frames, side by side)', analysedMs - startMs)
    note('search and decision', endMs - analysedMs)
    for (const frame of analysis.stageMs)
      for (const stage of STAGES) if (frame[stage] !== undefined) note(stage, frame[stage])
    if (decision.outcome === 'identified' && decision.shopperId === `person-${person}`) identified++
  }
  await recogniser.close()
  const palms = gallery.palms
  await gallery.close()
  return {
    hover: {
      p50Ms: percentile(times, 0.5),
      p95Ms: percentile(times, 0.95),
      enrolled: palms,
      hovers: times.length,
      identified,
    },
    stages: Object.fromEntries([...stages].map(([stage, values]) => [stage, percentile(values, 0.5)])),
  }
}
