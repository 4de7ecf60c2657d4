import { expect, test } from 'vitest'
import { CODE_WORDS } from '../6-embedding/code-planes.ts'
import { EMBEDDING_DIMS } from '../6-embedding/embedding.ts'
import type { ProtectedTemplate } from '../7-protection/template.ts'
import { ROWS_A_PART, rowsOfPart, TemplateRows } from './rows.ts'

const TEMPLATES_A_PALM = 8
const code = new Uint8Array(CODE_WORDS * 4) as ProtectedTemplate['code']

/** Templates whose vectors begin with the number of their palm, in base 100, and their place among its templates. */
const palm = (serial: number): ProtectedTemplate[] =>
  Array.from({ length: TEMPLATES_A_PALM }, (_, i) => {
    const embedding = new Int8Array(EMBEDDING_DIMS) as ProtectedTemplate['embedding']
    embedding.set([serial % 100, Math.floor(serial / 100) % 100, Math.floor(serial / 10_000), i + 1])
    return { embedding, code, modelVersion: 'any', rotationEpoch: 0 }
  })

function beginningOf({ shared }: TemplateRows, row: number): number[] {
  const part = new Int8Array(shared.vectors[Math.floor(row / ROWS_A_PART)])
  const at = (row % ROWS_A_PART) * EMBEDDING_DIMS
  return [...part.subarray(at, at + 4)]
}
const vectorOf = (serial: number, i: number) => [
  serial % 100,
  Math.floor(serial / 100) % 100,
  Math.floor(serial / 10_000),
  i + 1,
]

test('rows lie in parts, and move from one part to another', () => {
  const rows = new TemplateRows(2 * ROWS_A_PART)
  const inFirstPart = ROWS_A_PART / TEMPLATES_A_PALM
  for (let serial = 1; serial <= inFirstPart + 2; serial++) rows.add(serial, palm(serial))

  expect(beginningOf(rows, ROWS_A_PART - 1)).toEqual(vectorOf(inFirstPart, TEMPLATES_A_PALM - 1))
  expect(beginningOf(rows, ROWS_A_PART)).toEqual(vectorOf(inFirstPart + 1, 0))

  rows.remove(5)
  const owners = new Uint32Array(rows.shared.owners)
  const gap = 4 * TEMPLATES_A_PALM
  // The last palm fills the gap, and nothing stays where it lay.
  expect([...owners.subarray(gap, gap + TEMPLATES_A_PALM)]).toEqual(Array(TEMPLATES_A_PALM).fill(inFirstPart + 2))
  expect(beginningOf(rows, gap).slice(0, 3)).toEqual(vectorOf(inFirstPart + 2, 0).slice(0, 3))
  expect(beginningOf(rows, ROWS_A_PART + TEMPLATES_A_PALM)).toEqual([0, 0, 0, 0])
  expect(rows.rows).toBe(ROWS_A_PART + TEMPLATES_A_PALM)
})

test('parts together hold all rows, and no more', () => {
  const rows = 2 * ROWS_A_PART + 7
  expect([0, 1, 2, 3].map((part) => rowsOfPart(part, rows))).toEqual([ROWS_A_PART, ROWS_A_PART, 7, 0])
  const { shared } = new TemplateRows(rows)
  expect(shared.vectors).toEqual([])
})
