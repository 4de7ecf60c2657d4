import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { type Embedding, MODEL, modelVersionOf, type OrientationCode } from '@paume/palm'
import { readManifest } from './manifest.ts'
import type { Acquire } from './samples.ts'

/** What is enrolled of one palm of somebody who does not exist. */
export type Stranger = {
  readonly palm: string
  readonly templates: readonly { readonly embedding: Embedding; readonly code: OrientationCode }[]
}

/** Pictures of a stranger that enrol. */
const TEMPLATES = 3

/**
 * Templates of a folder of cut synthetic palms. They are made once and kept in `cacheFolder`, under the model and the manifest
 * they were made of: another network or another list of pictures makes them anew.
 */
export async function readStrangers(
  folder: string,
  acquire: Acquire,
  cacheFolder: string,
  progress: (done: number) => void,
): Promise<Stranger[]> {
  const manifest = await readFile(path.join(folder, 'manifest.csv')).catch(() => Buffer.alloc(0))
  const made = createHash('sha256').update(modelVersionOf(MODEL)).update(path.resolve(folder)).update(manifest)
  const file = path.join(cacheFolder, `strangers-${made.digest('hex').slice(0, 16)}.bin`)
  const kept = await readFile(file).catch(() => null)
  if (kept) return deserialize(kept) as Stranger[]
  const byPalm = Map.groupBy(await readManifest(folder), ({ palm }) => palm)
  const strangers: Stranger[] = []
  let done = 0
  for (const [palm, entries] of byPalm) {
    const templates: { embedding: Embedding; code: OrientationCode }[] = []
    for (const entry of entries.slice(0, TEMPLATES)) {
      const outcome = await acquire(entry)
      if ('sample' in outcome) templates.push({ embedding: outcome.sample.embedding, code: outcome.sample.code })
    }
    if (templates.length > 0) strangers.push({ palm, templates })
    progress(++done / byPalm.size)
  }
  await mkdir(cacheFolder, { recursive: true })
  await writeFile(file, serialize(strangers))
  return strangers
}
