import { describe, expect, test } from 'vitest'
import { cosineOf, EMBEDDING_DIMS } from '../6-embedding/embedding.ts'
import { nearestRows } from './nearest-rows.ts'

const ROWS = 500

/** Whole numbers of −100…100, the same every time. */
function chance(length: number, seed: number): Int8Array {
  return Int8Array.from({ length }, (_, i) => {
    const wild = Math.sin(12.9898 * (i + 1) + 78.233 * seed) * 43758.5453
    return Math.round(200 * (wild - Math.floor(wild)) - 100)
  })
}

const vectors = chance(ROWS * EMBEDDING_DIMS, 1)
const query = chance(EMBEDDING_DIMS, 2)
const rowOf = (row: number) => vectors.subarray(row * EMBEDDING_DIMS, (row + 1) * EMBEDDING_DIMS)
/** Every row, by its cosine as the definition says. */
const ranked = Array.from({ length: ROWS }, (_, row) => ({ row, similarity: cosineOf(rowOf(row), query) })).sort(
  (a, b) => b.similarity - a.similarity,
)

/** Memory of its own for every so many rows, as the gallery lays them. */
const parted = (rowsAPart: number) =>
  Array.from({ length: Math.ceil(ROWS / rowsAPart) }, (_, part) =>
    vectors.slice(part * rowsAPart * EMBEDDING_DIMS, (part + 1) * rowsAPart * EMBEDDING_DIMS),
  )

describe('the nearest rows', () => {
  test.each([
    ['one part', ROWS],
    ['even parts', 100],
    ['parts of which the last is shorter', 64],
    ['parts smaller than what is wanted', 7],
  ])('of %s are those that every row compared one by one gives', (_, rowsAPart) => {
    const found = nearestRows(parted(rowsAPart), query, 40)
    expect(found.map(({ row }) => row)).toEqual(ranked.slice(0, 40).map(({ row }) => row))
    found.forEach(({ similarity }, i) => {
      expect(similarity).toBeCloseTo(ranked[i].similarity, 3)
    })
  })

  test('are all rows when more are wanted than there are', () => {
    expect(nearestRows(parted(64), query, 2 * ROWS)).toHaveLength(ROWS)
  })

  test('are found for a query in the middle of a buffer, too', () => {
    const within = new Int8Array(3 * EMBEDDING_DIMS).fill(9)
    within.set(query, EMBEDDING_DIMS)
    const view = within.subarray(EMBEDDING_DIMS, 2 * EMBEDDING_DIMS)
    expect(nearestRows([vectors], view, 5)).toEqual(nearestRows([vectors], query, 5))
  })

  test('are not looked for in the middle of a buffer', () => {
    expect(() => nearestRows([vectors.subarray(EMBEDDING_DIMS)], query, 5)).toThrow(RangeError)
  })
})
