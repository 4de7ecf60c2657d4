import { readFile } from 'node:fs/promises'
import path from 'node:path'
import {
  analyseFrame,
  decodePicture,
  MODEL,
  openFrameExperts,
  type PalmSample,
  PictureError,
  type Region,
  regionFromCutPalm,
  stopwatch,
} from '@paume/palm'
import type { Entry } from './manifest.ts'

/** A picture that gave a template. The region is kept for peers, in memory only. */
export type Acquired = { entry: Entry; sample: PalmSample; region: Region }
/** Pictures that gave none, counted by the reason a shopper would be told (the first one). */
export type Refused = { entry: Entry; reason: string }

export type Acquire = (entry: Entry) => Promise<Acquired | Refused>

/** The picture is a cut palm already: stage 6 alone. Nothing is refused but what is no picture. */
export function acquireCut(folder: string): Acquire {
  return async (entry) => {
    try {
      const bytes = await readFile(path.join(folder, entry.file))
      const region = regionFromCutPalm(await decodePicture(bytes, CUT_LIMITS), entry.hand)
      return { entry, region, sample: await sampleOf(region) }
    } catch (error) {
      return { entry, reason: reasonOf(error) }
    }
  }
}

/** The picture shows a whole hand: stages 1 to 6, as for a burst of one. */
export async function acquireWhole(folder: string): Promise<Acquire> {
  const experts = await openFrameExperts()
  const options = { expectedHand: null, previous: null, search: 'thorough' } as const
  return async (entry) => {
    try {
      const bytes = await readFile(path.join(folder, entry.file))
      const analysis = await analyseFrame(experts, bytes, options, stopwatch())
      if (analysis.outcome === 'refused') return { entry, reason: analysis.guidance[0]?.code ?? 'unknown' }
      return { entry, region: analysis.region, sample: analysis.sample }
    } catch (error) {
      return { entry, reason: reasonOf(error) }
    }
  }
}

/** Research regions are smaller than any picture a shop sends. */
const CUT_LIMITS = { maxPixels: 16_000_000, minSidePx: 32, workingSidePx: 2048 }

const sampleOf = async (region: Region): Promise<PalmSample> => ({
  embedding: (await MODEL.embedder.embed([region]))[0],
  code: MODEL.coder.code(region),
  field: MODEL.coder.field(region),
  quality: 1,
})

/** What stopped a picture; anything but a bad or absent file is a fault of ours and ends the run. */
function reasonOf(error: unknown): string {
  if (error instanceof PictureError) return error.code
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'file_missing'
  throw error
}
