import { describe, expect, it } from 'vitest'
import { type Raster, raster } from '../image.ts'
import { networkInput, squareToPicture } from './network-input.ts'

const painted = (widthPx: number, heightPx: number, level: (x: number, y: number, c: number) => number): Raster =>
  raster(
    widthPx,
    heightPx,
    Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3)
      return level(pixel % widthPx, Math.floor(pixel / widthPx), i % 3)
    }),
  )
const whole = (sidePx: number, angleRad = 0) => ({ centre: { x: sidePx / 2, y: sidePx / 2 }, sidePx, angleRad })

describe('networkInput', () => {
  it('copies a square of its own size, 0…1', () => {
    const picture = painted(16, 16, (x, y, c) => 10 * x + y + 50 * c)
    const input = networkInput(picture, whole(16), 16)
    input.forEach((value, i) => {
      expect(value).toBeCloseTo(picture.data[i] / 255, 6)
    })
  })

  it('turns: what stands at the right of the square lies at the top of the picture', () => {
    const picture = painted(16, 16, (_, y) => (y < 8 ? 200 : 0))
    const input = networkInput(picture, whole(16, -Math.PI / 2), 16)
    expect(input[3 * (8 * 16 + 14)]).toBeCloseTo(200 / 255, 5)
    expect(input[3 * (8 * 16 + 1)]).toBeCloseTo(0, 5)
  })

  it('swaps right and left of the turned square for the mirror image', () => {
    const picture = painted(16, 16, (x, y, c) => 10 * x + 3 * y + c)
    const square = { centre: { x: 7, y: 9 }, sidePx: 10, angleRad: 0.4 }
    const plain = networkInput(picture, square, 12)
    const mirrored = networkInput(picture, square, 12, true)
    for (const [x, y] of [
      [0, 3],
      [5, 5],
      [11, 0],
    ]) {
      expect(mirrored[3 * (y * 12 + x)]).toBeCloseTo(plain[3 * (y * 12 + 11 - x)], 6)
    }
  })

  it('is black beyond the picture', () => {
    const picture = painted(16, 8, () => 100)
    const input = networkInput(picture, { centre: { x: 8, y: 4 }, sidePx: 16, angleRad: 0 }, 16)
    expect(input[0]).toBe(0)
    expect(input[3 * (8 * 16 + 8)]).toBeCloseTo(100 / 255, 5)
  })

  it.each([1.5, 2, 3.3, 6.7])('keeps a slope straight when it shrinks %d times', (times) => {
    const side = Math.round(32 * times)
    const picture = painted(side, side, (x) => (255 * (x + 0.5)) / side)
    const input = networkInput(picture, whole(side), 32)
    for (let x = 4; x < 28; x++) expect(input[3 * (16 * 32 + x)]).toBeCloseTo((x + 0.5) / 32, 1.7)
  })
})

describe('squareToPicture', () => {
  it('maps the middle onto the centre and the upper edge onto the turned one', () => {
    const [a, b, c, d, e, f] = squareToPicture({ centre: { x: 50, y: 60 }, sidePx: 20, angleRad: Math.PI / 2 }, 10)
    expect([a * 5 + b * 5 + c, d * 5 + e * 5 + f]).toEqual([50, 60])
    expect(a * 5 + b * 0 + c).toBeCloseTo(60)
    expect(d * 5 + e * 0 + f).toBeCloseTo(60)
  })
})
