import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FILE_INTERVAL_MS, type FrameSource, FramesUnavailable, toFrames } from './source.ts'

const PICTURE = /\.(jpe?g|png|webp)$/i

const load = async (paths: readonly string[]) =>
  toFrames(
    await Promise.all(paths.map(async (path, n) => ({ bytes: await readFile(path), atMs: n * FILE_INTERVAL_MS }))),
  )
/** So many of them, from the start again where there are too few. */
const repeated = (paths: readonly string[], count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => paths[(from + n) % paths.length]!)

/** One picture, shown as often as pictures are asked for. */
export function fileFrames(path: string): FrameSource {
  return { camera: 'synthetic', burst: async (count) => load(repeated([path], count)) }
}

/**
 * Pictures of a folder in the order of their names. A folder of folders has a hand in each: every burst takes the next one. In a flat
 * folder every burst goes on where the last one ended.
 */
export async function folderFrames(folder: string): Promise<FrameSource> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))
  const pictures = (names: readonly string[], at: string) =>
    names
      .filter((name) => PICTURE.test(name))
      .sort()
      .map((name) => join(at, name))
  const hands: string[][] = []
  for (const entry of entries) {
    if (!entry.isDirectory()) continue
    const found = pictures(await readdir(join(folder, entry.name)), join(folder, entry.name))
    if (found.length > 0) hands.push(found)
  }
  const flat = pictures(
    entries.filter((entry) => entry.isFile()).map((entry) => entry.name),
    folder,
  )
  if (hands.length === 0 && flat.length === 0) {
    throw new FramesUnavailable(`There is no picture (.jpg, .png, .webp) in ${folder}.`)
  }
  let turn = 0
  return {
    camera: 'synthetic',
    async burst(count) {
      if (hands.length > 0) return load(repeated(hands[turn++ % hands.length]!, count))
      const from = turn
      turn += count
      return load(repeated(flat, count, from))
    },
  }
}
