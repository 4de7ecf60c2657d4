import { expect, test } from 'vitest'
import { LINE_FILTERS, lineResponses, RADIUS } from './line-filters.ts'

const SIDE = 12
const WIDTH = SIDE + 2 * RADIUS
const FILTER_SIDE = 2 * RADIUS + 1

/** Pseudo-random grey, 0…1, the same every time. */
const field = Float32Array.from({ length: WIDTH * WIDTH }, (_, i) => {
  const chance = Math.sin(12.9898 * i + 1) * 43758.5453
  return chance - Math.floor(chance)
})

/** The sum over the whole filter, as a convolution is defined. */
function plainly(filter: Float32Array, x: number, y: number): number {
  let sum = 0
  for (let j = 0; j < FILTER_SIDE; j++) {
    for (let i = 0; i < FILTER_SIDE; i++) sum += filter[j * FILTER_SIDE + i] * field[(y + j) * WIDTH + x + i]
  }
  return sum
}

test.each([0, 1, 2, 3, 4, 5])('the folded filter %i answers as the whole one', (k) => {
  const response = lineResponses(field, SIDE)[k]
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) expect(response[y * SIDE + x]).toBeCloseTo(plainly(LINE_FILTERS[k], x, y), 6)
  }
})

test('filters are blind to even brightness and answer to contrast as strongly as each other', () => {
  for (const filter of LINE_FILTERS) {
    expect(filter.reduce((sum, value) => sum + value)).toBeCloseTo(0, 5)
    expect(filter.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5)
  }
})
