import { describe, expect, it } from 'vitest'
import { foreignRegions } from './foreign-regions.ts'
import { skinToneOf, typologyAngleDeg } from './skin-tone.ts'
import { percentiles, stageTimes } from './stage-times.ts'

const plain = (red: number, green: number, blue: number) => ({
  sizePx: 128 as const,
  rgb: Uint8Array.from({ length: 128 * 128 * 3 }, (_, i) => [red, green, blue][i % 3]),
})

describe('skin tone', () => {
  it('is the individual typology angle of the median colour', () => {
    // pure yellow is L* 97.14, b* 94.48 (CIELAB of sRGB under D65, as published everywhere)
    expect(typologyAngleDeg(plain(255, 255, 0))).toBeCloseTo((Math.atan2(47.14, 94.48) * 180) / Math.PI, 1)
  })

  it('groups from light to dark, and does not guess at grey or blue pictures', () => {
    expect(
      [
        [235, 205, 185],
        [200, 160, 130],
        [175, 135, 105],
        [120, 85, 60],
        [60, 40, 30],
        [120, 120, 120],
        [110, 120, 140],
      ].map(([red, green, blue]) => skinToneOf(plain(red, green, blue))),
    ).toEqual(['light', 'light', 'tan', 'brown', 'dark', 'not known', 'not known'])
  })
})

describe('times of stages', () => {
  it('are percentiles over the pictures where a stage ran', () => {
    const times = stageTimes([{ capture: 1 }, { capture: 3, region: 10 }, {}])
    expect(times.capture).toEqual({ pictures: 2, p50Ms: 1, p95Ms: 3 })
    expect(times.region).toEqual({ pictures: 1, p50Ms: 10, p95Ms: 10 })
    expect(times.all).toEqual({ pictures: 2, p50Ms: 1, p95Ms: 13 })
    expect(percentiles(Array.from({ length: 100 }, (_, i) => i + 1))).toEqual({ pictures: 100, p50Ms: 50, p95Ms: 95 })
  })
})

describe('regions that are no palm', () => {
  it('are the same every time, of seven kinds, in range', () => {
    const regions = foreignRegions(2)
    expect(new Set(regions.map(({ kind }) => kind)).size).toBe(7)
    expect(regions).toEqual(foreignRegions(2))
    for (const { region } of regions) expect(region.grey.every((value) => value >= 0 && value <= 1)).toBe(true)
  })
})
