import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { type Entry, kindOfPair } from './manifest.ts'
import { placeOf, type Triangle } from './triangle.ts'

/** Two pictures (places in the list of those acquired) and how similar they were found. */
export type Pair = { a: number; b: number; genuine: boolean; similarity: number }

const HEAD = 'a,b,genuine,similarity'
/** Digits after the point, in the file and in every figure, so that figures can be worked out again from the file. */
const DIGITS = 6

/** Every pair once (the later picture as probe); two palms of one person are left out. */
export function pairsOf(entries: readonly Entry[], triangle: Triangle): Pair[] {
  const pairs: Pair[] = []
  for (let a = 1; a < entries.length; a++) {
    for (let b = 0; b < a; b++) {
      const kind = kindOfPair(entries[a], entries[b])
      if (kind === null) continue
      pairs.push({ a, b, genuine: kind === 'genuine', similarity: Number(triangle[placeOf(a, b)].toFixed(DIGITS)) })
    }
  }
  return pairs
}

/** Writes a line a pair. */
export async function writeSimilarities(file: string, pairs: readonly Pair[]): Promise<void> {
  const out = createWriteStream(file)
  out.write(`${HEAD}\n`)
  const BLOCK = 10_000
  for (let from = 0; from < pairs.length; from += BLOCK) {
    const lines = pairs
      .slice(from, from + BLOCK)
      .map(({ a, b, genuine, similarity }) => `${a},${b},${genuine ? 1 : 0},${similarity.toFixed(DIGITS)}\n`)
    if (!out.write(lines.join(''))) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}

/**
 * Leave-one-out rank-1: how often the picture most similar to a picture is of the same palm, among pictures whose palm
 * has another picture. A tie counts as a failure. Null when no palm has two.
 */
export function rank1(pairs: readonly Pair[], pictures: number): number | null {
  const genuine = new Float64Array(pictures).fill(Number.NEGATIVE_INFINITY)
  const impostor = new Float64Array(pictures).fill(Number.NEGATIVE_INFINITY)
  for (const pair of pairs) {
    const best = pair.genuine ? genuine : impostor
    for (const picture of [pair.a, pair.b]) best[picture] = Math.max(best[picture], pair.similarity)
  }
  let tried = 0
  let right = 0
  for (let picture = 0; picture < pictures; picture++) {
    if (genuine[picture] === Number.NEGATIVE_INFINITY) continue
    tried++
    if (genuine[picture] > impostor[picture]) right++
  }
  return tried > 0 ? right / tried : null
}
