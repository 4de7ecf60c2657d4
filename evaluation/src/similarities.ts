import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type Entry, kindOfPair } from './manifest.ts'

/** Two pictures (places in the list of those acquired) and how similar they were found. */
export type Pair = { a: number; b: number; genuine: boolean; similarity: number }

/** Compares all pictures of a set in one way. */
export type Matcher = { name: string; similarity(a: number, b: number): number }

const HEAD = 'a,b,genuine,similarity'

/** Compares every pair once (the later picture as probe) and writes a line a pair. Returns the number of lines. */
export async function writeSimilarities(
  file: string,
  entries: readonly Entry[],
  matcher: Matcher,
  progress: (done: number) => void,
): Promise<number> {
  const out = createWriteStream(file)
  out.write(`${HEAD}\n`)
  let lines = 0
  for (let a = 1; a < entries.length; a++) {
    let block = ''
    for (let b = 0; b < a; b++) {
      const kind = kindOfPair(entries[a], entries[b])
      if (kind === null) continue
      block += `${a},${b},${kind === 'genuine' ? 1 : 0},${matcher.similarity(a, b).toFixed(6)}\n`
      lines++
    }
    if (!out.write(block)) await once(out, 'drain')
    progress(a / (entries.length - 1))
  }
  out.end()
  await once(out, 'finish')
  return lines
}

export async function readSimilarities(file: string): Promise<Pair[]> {
  const [head, ...lines] = (await readFile(file, 'utf8')).split('\n')
  if (head !== HEAD) throw new Error(`${file} is not a file of similarities`)
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [a, b, genuine, similarity] = line.split(',')
      return { a: Number(a), b: Number(b), genuine: genuine === '1', similarity: Number(similarity) }
    })
}

/**
 * Leave-one-out rank-1: how often the picture most similar to a picture is of the same palm, among pictures whose palm
 * has another picture. A tie counts as a failure. Null when no palm has two.
 */
export function rank1(pairs: readonly Pair[], pictures: number): number | null {
  const genuine = new Float64Array(pictures).fill(-1)
  const impostor = new Float64Array(pictures).fill(-1)
  for (const pair of pairs) {
    const best = pair.genuine ? genuine : impostor
    for (const picture of [pair.a, pair.b]) best[picture] = Math.max(best[picture], pair.similarity)
  }
  let tried = 0
  let right = 0
  for (let picture = 0; picture < pictures; picture++) {
    if (genuine[picture] < 0) continue
    tried++
    if (genuine[picture] > impostor[picture]) right++
  }
  return tried > 0 ? right / tried : null
}
