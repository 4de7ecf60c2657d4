import { readFile, writeFile } from 'node:fs/promises'
import { MODEL, type PalmSample } from '@paume/palm'
import { type Entry, kindOfPair, readManifest } from '../../evaluation/src/manifest.ts'
import { acquireCut, acquireWhole } from '../../evaluation/src/samples.ts'

/** Similarities of one set of pictures. */
export type Similarities = {
  name: string
  palms: number
  pictures: number
  refused: number
  genuine: number[]
  impostor: number[]
}

/** Who is on a picture, and what was cut from it. */
type Shown = { palm: Pick<Entry, 'person' | 'palm' | 'hand'>; sample: PalmSample }

/** Impostor pairs beyond this many are thinned out evenly. */
const MOST_IMPOSTORS = 60_000

/** Every pair once, the later picture as probe. Two palms of one person are no pair. */
export function compareAll(name: string, shown: readonly Shown[], refused: number): Similarities {
  const { coder } = MODEL
  const genuine: number[] = []
  const impostor: number[] = []
  const every = Math.max(1, Math.ceil((shown.length * shown.length) / 2 / MOST_IMPOSTORS))
  let strangers = 0
  for (let a = 1; a < shown.length; a++) {
    const probe = coder.prepare(shown[a].sample.field)
    for (let b = 0; b < a; b++) {
      const kind = kindOfPair(shown[a].palm as Entry, shown[b].palm as Entry)
      if (kind === null || (kind === 'impostor' && strangers++ % every !== 0)) continue
      const similarity = coder.compare(probe, shown[b].sample.code)
      if (kind === 'genuine') genuine.push(similarity)
      else impostor.push(similarity)
    }
  }
  const palms = new Set(shown.map(({ palm }) => palm.palm)).size
  return { name, palms, pictures: shown.length + refused, refused, genuine, impostor }
}

/** The same for a folder with a manifest. With `cache`, similarities alone are kept in that file and read the next time. */
export async function compareFolder(
  { folder, regions, cache }: { folder: string; regions: boolean; cache: string | null },
  name: string,
): Promise<Similarities> {
  if (cache) {
    const kept = await readFile(cache, 'utf8').catch(() => null)
    if (kept) return JSON.parse(kept) as Similarities
  }
  const acquire = regions ? acquireCut(folder) : await acquireWhole(folder)
  const shown: Shown[] = []
  let refused = 0
  for (const entry of await readManifest(folder)) {
    const outcome = await acquire(entry)
    if ('reason' in outcome) refused++
    else shown.push({ palm: entry, sample: outcome.sample })
  }
  const similarities = compareAll(name, shown, refused)
  if (cache) await writeFile(cache, JSON.stringify(similarities))
  return similarities
}
