import { describe, expect, it } from 'vitest'
import { regionOf } from '../3-region/region.ts'
import { raster } from '../image.ts'
import { borderAround, MAX_BORDER } from './border.ts'
import { greatestEqualShare, MAX_EQUAL_SHARE } from './frozen.ts'
import { MAX_PEAK_DB, strongestPeakDb } from './moire.ts'
import { type SmallPicture, smallPictureOf } from './small-picture.ts'
import { powerSpectrum, SPECTRUM_SIDE_PX } from './spectrum.ts'

/** A repeatable stand-in for sensor noise, −1…1. */
const noise = (i: number) => {
  const mixed = Math.imul(i ^ (i >>> 15) ^ 0x9e3779b9, 0x85ebca6b)
  const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((again ^ (again >>> 16)) >>> 8) / 2 ** 23 - 1
}
const SIDE = SPECTRUM_SIDE_PX

const patch = (level: (x: number, y: number) => number) =>
  Float32Array.from({ length: SIDE * SIDE }, (_, i) => level(i % SIDE, Math.floor(i / SIDE)) + 0.01 * noise(i))

describe('powerSpectrum', () => {
  it('puts a wave where its frequency is', () => {
    const power = powerSpectrum(patch((x, y) => Math.cos((2 * Math.PI * (10 * x + 3 * y)) / SIDE)))
    const strongest = power.indexOf(Math.max(...power))
    expect([3 * SIDE + 10, (SIDE - 3) * SIDE + (SIDE - 10)]).toContain(strongest)
  })
})

describe('moiré', () => {
  it('finds the grid of a screen and not the creases of a palm', () => {
    const skin = (x: number, y: number) => 0.6 + 0.002 * x - 0.15 * Math.exp(-((y - x * 0.6 - 20) ** 2) / 9)
    const screen = (x: number, y: number) => skin(x, y) + 0.05 * Math.cos((2 * Math.PI * (29.3 * x + 11.7 * y)) / SIDE)
    expect(strongestPeakDb(powerSpectrum(patch(skin)))).toBeLessThan(MAX_PEAK_DB)
    expect(strongestPeakDb(powerSpectrum(patch(screen)))).toBeGreaterThan(MAX_PEAK_DB)
  })

  it('takes the blocks of JPEG for no screen', () => {
    const blocks = patch((x) => 0.6 + (x % 8 === 0 ? 0.03 : 0))
    expect(strongestPeakDb(powerSpectrum(blocks))).toBeLessThan(MAX_PEAK_DB)
  })
})

describe('border', () => {
  const hand = { leftPx: 500, topPx: 200, widthPx: 250, heightPx: 320 }
  const picture = (level: (x: number, y: number) => number): SmallPicture => {
    const data = new Uint8Array(1280 * 720 * 3)
    for (let i = 0; i < 1280 * 720; i++) {
      data.fill(level(i % 1280, Math.floor(i / 1280)) + 4 * noise(i), 3 * i, 3 * i + 3)
    }
    return smallPictureOf(raster(1280, 720, data))
  }
  const within = (x: number, y: number, left: number, top: number, right: number, bottom: number) =>
    x >= left && x < right && y >= top && y < bottom

  it('finds a sheet around the hand, also a slightly turned one', () => {
    const sheet = picture((x, y) => (within(x, y, 430, 120, 830, 600) ? 200 : 60))
    expect(borderAround(sheet, hand)).toBeGreaterThan(MAX_BORDER)
    const turned = picture((x, y) =>
      within(x - 0.06 * (y - 360), y + 0.06 * (x - 640), 430, 120, 830, 600) ? 200 : 60,
    )
    expect(borderAround(turned, hand)).toBeGreaterThan(MAX_BORDER)
  })

  it('lets pass an even background, and edges on three sides only', () => {
    expect(
      borderAround(
        picture(() => 120),
        hand,
      ),
    ).toBe(0)
    const table = picture((x, y) => (within(x, y, 430, 120, 830, 720) ? 200 : 60))
    expect(borderAround(table, hand)).toBeLessThan(MAX_BORDER)
  })
})

describe('frozen burst', () => {
  const frame = (seed: number, cut = seed) => ({
    region: regionOf(
      Uint8Array.from({ length: 128 * 128 * 3 }, (_, i) => 128 + 6 * noise(i + 7 * cut)),
      { mirrored: false, sourceSidePx: 128, tiltDeg: 0, hand: 'R' },
    ),
    evidence: { small: { grey: Float32Array.from({ length: 160 * 90 }, (_, i) => 0.5 + 0.01 * noise(i + 3 * seed)) } },
  })

  it('knows one picture sent three times', () => {
    expect(greatestEqualShare([frame(1), frame(1), frame(1)])).toBe(1)
  })

  it('knows it also where it was cut a little differently each time', () => {
    expect(greatestEqualShare([frame(1, 1), frame(1, 2), frame(1, 3)])).toBe(1)
  })

  it('passes frames that differ by noise alone', () => {
    expect(greatestEqualShare([frame(1), frame(2), frame(3)])).toBeLessThan(MAX_EQUAL_SHARE)
  })
})
