import usearch from 'usearch'
import { EMBEDDING_DIMS } from '../6-embedding/embedding.ts'

const { exactSearch, MetricKind } = usearch

/** A template by its row, and its cosine with the query. */
export type Near = { readonly row: number; readonly similarity: number }

/**
 * The `wanted` rows of the greatest cosine with a vector, the nearest first. Exact: the nearest of all are among the nearest of each part.
 * @param parts rows of `EMBEDDING_DIMS` whole numbers, one after the other, one part after the other; each must begin where its buffer
 *   does, because usearch reads from there whatever the view says. Throws RangeError for one that does not.
 */
export function nearestRows(parts: readonly Int8Array[], query: Int8Array, wanted: number): Near[] {
  const own = query.slice()
  const found: Near[] = []
  let first = 0
  for (const part of parts) {
    if (part.byteOffset !== 0) throw new RangeError('a part must begin where its buffer does')
    const rows = part.length / EMBEDDING_DIMS
    const { keys, distances } = exactSearch(part, own, EMBEDDING_DIMS, Math.min(wanted, rows), MetricKind.Cos, 1)
    for (let i = 0; i < keys.length; i++) found.push({ row: first + Number(keys[i]), similarity: 1 - distances[i] })
    first += rows
  }
  return found.sort((a, b) => b.similarity - a.similarity).slice(0, wanted)
}
