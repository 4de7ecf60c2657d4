import { MODEL } from '@paume/palm'
import { expect, test } from 'vitest'
import { compareAll } from './compare-all.ts'
import { rowComparer } from './compare-row.ts'
import { foreignRegions } from './foreign-regions.ts'
import { placeOf } from './triangle.ts'

const regions = foreignRegions(1).map(({ region }) => region)
const SIZE = 128 * 128

/** So many pictures, most of them alike: enough pairs for threads, made quickly. */
function comparison(pictures: number) {
  const grey = new Float32Array(new SharedArrayBuffer(pictures * SIZE * 4))
  for (let i = 0; i < pictures; i++) grey.set(regions[i % regions.length].grey, i * SIZE)
  return { kind: 'compcode', pictures, grey } as const
}

test('a picture is like itself, and two scales of filter are two peers', () => {
  const few = comparison(8)
  const row = new Float32Array(7)
  rowComparer(few)(7, row)
  expect(row[0]).toBe(1)
  const other = new Float32Array(7)
  rowComparer({ ...few, kind: 'compcode-our-scale' })(7, other)
  expect(other).not.toEqual(row)
})

test('progress ends at 1 and every pair is written', async () => {
  const told: number[] = []
  const triangle = await compareAll(comparison(9), (done) => told.push(done))
  expect(told.at(-1)).toBe(1)
  expect(triangle[placeOf(7, 0)]).toBe(1)
  expect(triangle.every((similarity) => similarity > 0 && similarity <= 1)).toBe(true)
})

test('threads say what one thread says', async () => {
  const pictures = 202 // 20,301 pairs: two threads where there are two cores
  const { coder } = MODEL
  const fields = new Uint8Array(new SharedArrayBuffer(pictures * coder.fieldBytes))
  const codes = new Uint8Array(new SharedArrayBuffer(pictures * coder.codeBytes))
  const made = regions.map((region) => ({ field: coder.field(region), code: coder.code(region) }))
  for (let i = 0; i < pictures; i++) {
    fields.set(made[i % made.length].field, i * coder.fieldBytes)
    codes.set(made[i % made.length].code, i * coder.codeBytes)
  }
  const comparison = { kind: 'line', pictures, fields, codes } as const
  const triangle = await compareAll(comparison, () => {})
  const compareRow = rowComparer(comparison)
  for (const a of [1, 100, 201]) {
    const row = new Float32Array(a)
    compareRow(a, row)
    expect(triangle.subarray(placeOf(a, 0), placeOf(a, 0) + a)).toEqual(row)
  }
}, 60_000)
