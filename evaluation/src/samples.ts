import { readFile } from 'node:fs/promises'
import path from 'node:path'
import {
  analyseFrame,
  background,
  decodePicture,
  type Embedder,
  MODEL,
  openFrameExperts,
  openPalmNetwork,
  type PalmSample,
  PictureError,
  type Region,
  regionFromCutPalm,
  type Stage,
  stopwatch,
} from '@paume/palm'
import type { Entry } from './manifest.ts'

/** A picture that gave a template. The region is kept for peers, in memory only. */
export type Acquired = { entry: Entry; sample: PalmSample; region: Region; stageMs: StageMs }
/** Pictures that gave none, counted by the reason a shopper would be told (the first one). */
export type Refused = { entry: Entry; reason: string; stageMs: StageMs }
/** How long each stage took, where it ran. */
export type StageMs = Partial<Record<Stage, number>>

export type Acquire = (entry: Entry) => Promise<Acquired | Refused>

/** Every picture of a list, one after the other; those refused are only counted, by their reason. */
export async function acquireAll(entries: readonly Entry[], acquire: Acquire, progress: (done: number) => void) {
  const acquired: Acquired[] = []
  const failedToAcquire: Record<string, number> = {}
  const stageMs: StageMs[] = []
  for (const [i, entry] of entries.entries()) {
    const outcome = await acquire(entry)
    stageMs.push(outcome.stageMs)
    if ('reason' in outcome) failedToAcquire[outcome.reason] = (failedToAcquire[outcome.reason] ?? 0) + 1
    else acquired.push(outcome)
    progress((i + 1) / entries.length)
  }
  return { acquired, failedToAcquire, stageMs }
}

/**
 * The picture is a cut palm already: stage 6 alone. Nothing is refused but what is no picture and, unless `everyRegion`, a
 * region that the set's own cutter laid beside the hand.
 */
export function acquireCut(folder: string, everyRegion = false): Acquire {
  return async (entry) => {
    const trace = stopwatch()
    try {
      const bytes = await readFile(path.join(folder, entry.file))
      const picture = await trace.time('capture', () => decodePicture(bytes, CUT_LIMITS))
      const region = trace.time('region', () => regionFromCutPalm(picture, entry.hand))
      const { stageMs } = trace
      const beside = background(region)
      if (!everyRegion && !beside.ok) return { entry, reason: beside.code, stageMs }
      return { entry, region, sample: await trace.time('embedding', () => sampleOf(region)), stageMs }
    } catch (error) {
      return { entry, reason: reasonOf(error), stageMs: trace.stageMs }
    }
  }
}

/** The picture shows a whole hand: stages 1 to 6, as for a burst of one. */
export async function acquireWhole(folder: string): Promise<Acquire> {
  const experts = await openFrameExperts()
  const options = { expectedHand: null, previous: null, search: 'thorough' } as const
  return async (entry) => {
    const trace = stopwatch()
    try {
      const bytes = await readFile(path.join(folder, entry.file))
      const analysis = await analyseFrame(experts, bytes, options, trace)
      const { stageMs } = trace
      if (analysis.outcome === 'refused') return { entry, reason: analysis.guidance[0]?.code ?? 'unknown', stageMs }
      return { entry, region: analysis.region, sample: analysis.sample, stageMs }
    } catch (error) {
      return { entry, reason: reasonOf(error), stageMs: trace.stageMs }
    }
  }
}

let opened: Promise<Embedder> | undefined

/** Opened with the first region, once. */
function palmNetwork(): Promise<Embedder> {
  opened ??= openPalmNetwork()
  return opened
}

/** Research regions are smaller than any picture a shop sends. */
const CUT_LIMITS = { maxPixels: 16_000_000, minSidePx: 32, workingSidePx: 2048 }

/** Stage 6 alone. */
export const sampleOf = async (region: Region): Promise<PalmSample> => ({
  embedding: (await (await palmNetwork()).embed([region]))[0],
  code: MODEL.coder.code(region),
  field: MODEL.coder.field(region),
  quality: 1,
})

/** What stopped a picture; anything but a bad or absent file is a fault of ours and ends the run. */
export function reasonOf(error: unknown): string {
  if (error instanceof PictureError) return error.code
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'file_missing'
  throw error
}

const { compare: naturally } = new Intl.Collator('en', { numeric: true })

/** By session, then sample, numbers as numbers. */
export const compareTaken = (a: Pick<Acquired, 'entry'>, b: Pick<Acquired, 'entry'>) =>
  naturally(a.entry.session, b.entry.session) || naturally(a.entry.sample, b.entry.sample)
