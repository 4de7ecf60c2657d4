import { expect, test } from 'vitest'
import { raster } from '../image.ts'
import { halved, shrunken } from './shrunken.ts'

const picture = raster(
  9,
  8,
  Uint8Array.from({ length: 9 * 8 * 3 }, (_, i) => (i * 37) % 251),
)

test('a half is the mean of four pixels, channel by channel; an odd column is left out', () => {
  const half = halved(picture)
  expect([half.widthPx, half.heightPx]).toEqual([4, 4])
  const at = (x: number, y: number, c: number) => picture.data[(y * 9 + x) * 3 + c]
  for (const c of [0, 1, 2]) {
    const mean = (at(2, 4, c) + at(3, 4, c) + at(2, 5, c) + at(3, 5, c)) / 4
    expect(Math.abs(half.data[(2 * 4 + 1) * 3 + c] - mean)).toBeLessThanOrEqual(0.5)
  }
  expect(halved(picture)).toBe(half)
})

test('halves only while enough pixels are left for every sample', () => {
  expect(shrunken(picture, 1.9)).toEqual({ picture, timesSmaller: 1 })
  expect(shrunken(picture, 3)).toEqual({ picture: halved(picture), timesSmaller: 2 })
  expect(shrunken(picture, 100).timesSmaller).toBe(4)
})
