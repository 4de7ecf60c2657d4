import { describe, expect, it } from 'vitest'
import { type Raster, raster } from './image.ts'
import { sampleAffine } from './resample.ts'

const painted = (widthPx: number, heightPx: number, level: (x: number, y: number) => number): Raster => {
  const data = new Uint8Array(widthPx * heightPx * 3)
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) data.fill(level(x, y), (y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3)
  }
  return raster(widthPx, heightPx, data)
}

describe('sampleAffine', () => {
  it('copies under the identity', () => {
    const picture = painted(20, 10, (x, y) => x * 10 + y)
    expect(sampleAffine(picture, [1, 0, 0, 0, 1, 0], 20, 10)).toEqual(picture.data)
  })

  it('mirrors without moving by a pixel', () => {
    const picture = painted(8, 1, (x) => x * 30)
    const out = sampleAffine(picture, [-1, 0, 8, 0, 1, 0], 8, 1)
    expect([...out].filter((_, i) => i % 3 === 0)).toEqual([210, 180, 150, 120, 90, 60, 30, 0])
  })

  it('averages where it shrinks: fine stripes become grey, not a pattern', () => {
    const stripes = painted(512, 512, (x) => (x % 2 === 0 ? 0 : 255))
    const out = sampleAffine(stripes, [4, 0, 0, 0, 4, 0], 128, 128)
    const inner = [...out].slice(0, 3 * 128)
    expect(Math.max(...inner) - Math.min(...inner)).toBeLessThan(3)
    expect(out[300]).toBeGreaterThan(124)
    expect(out[300]).toBeLessThan(132)
  })

  it('fills what lies outside the picture, or repeats its border', () => {
    const picture = painted(10, 10, () => 200)
    expect(sampleAffine(picture, [1, 0, -50, 0, 1, 0], 10, 10, 7)[0]).toBe(7)
    expect(sampleAffine(picture, [1, 0, -50, 0, 1, 0], 10, 10)[0]).toBe(200)
  })
})
