import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { analyseFrame, type NirEmbedder, type NirModel, openFrameExperts, openNirNetwork, stopwatch } from '@paume/palm'
import type { Entry } from './manifest.ts'
import { type Acquire, type Acquired, acquireCut, type Refused, reasonOf } from './samples.ts'

/** Said of a picture that is too dark, burnt out or flat for the near-infrared head. */
const SAYS_NOTHING = 'nir_says_nothing'

/** Pictures read as near infrared: each sample carries what the head makes of its region. */
export async function acquireNir(
  model: NirModel,
  { folder, regions, everyRegion }: { folder: string; regions: boolean; everyRegion: boolean },
): Promise<Acquire> {
  return regions ? cutPalms(await openNirNetwork(model), acquireCut(folder, everyRegion)) : wholeHands(model, folder)
}

const cutPalms =
  (head: NirEmbedder, acquire: Acquire): Acquire =>
  async (entry) => {
    const acquired = await acquire(entry)
    if ('reason' in acquired) return acquired
    const [embedding] = await head.embed([acquired.region])
    return { ...acquired, sample: { ...acquired.sample, nir: { modelName: head.name, embedding } } }
  }

/** The hand is looked for in the near-infrared picture itself, for a set has no other of the same moment. */
async function wholeHands(model: NirModel, folder: string): Promise<Acquire> {
  const experts = await openFrameExperts(undefined, model)
  const options = { expectedHand: null, previous: null, search: 'thorough' } as const
  return async (entry: Entry): Promise<Acquired | Refused> => {
    const trace = stopwatch()
    const { stageMs } = trace
    try {
      const nir = await readFile(path.join(folder, entry.file))
      const seen = await analyseFrame(experts, nir, { ...options, nir }, trace)
      if (seen.outcome === 'refused') return { entry, reason: seen.guidance[0]?.code ?? 'unknown', stageMs }
      if (seen.sample.nir === undefined) return { entry, reason: SAYS_NOTHING, stageMs }
      return { entry, region: seen.region, sample: seen.sample, stageMs }
    } catch (error) {
      return { entry, reason: reasonOf(error), stageMs }
    }
  }
}
