import { describe, expect, test } from 'vitest'
import type { Region } from '../3-region/region.ts'
import type { OrientationCode, OrientationField } from './embedding.ts'
import { lineCoder } from './line-coder.ts'
import { lineFieldOf, NO_LINE } from './line-field.ts'
import { flatRegion, lineTexture, type View } from './line-texture.test-data.ts'

const similarity = (probe: Region, enrolled: Region) =>
  lineCoder.compare(lineCoder.prepare(lineCoder.field(probe)), lineCoder.code(enrolled))

describe('line field', () => {
  test.each([0, 30, 75, 120, 165])('finds the direction of lines at %i°', (deg) => {
    const { angle } = lineFieldOf(stripes(deg))
    const middle = angle[32 * 64 + 32]
    const off = Math.abs((middle / 254) * 180 - deg)
    expect(Math.min(off, 180 - off)).toBeLessThan(4)
  })

  test('says where there is no line', () => {
    expect([...new Set(lineFieldOf(flatRegion()).angle)]).toEqual([NO_LINE])
  })

  test('does not mind brightness and contrast', () => {
    const region = lineTexture(1)
    const dimmed = { ...region, grey: region.grey.map((value) => 0.2 + 0.4 * value) }
    const [a, b] = [lineFieldOf(region).angle, lineFieldOf(dimmed).angle]
    expect(a.filter((value, i) => value !== b[i]).length).toBeLessThan(a.length / 40)
  })
})

describe('orientation code', () => {
  const moved: [string, View][] = [
    ['as it was', {}],
    ['8% to the right', { rightPx: 10 }],
    ['8% to the left and up', { rightPx: -10, downPx: -10 }],
    ['12° one way', { turnDeg: 12 }],
    ['10° the other way', { turnDeg: -10 }],
    ['8% larger', { scale: 1.08 }],
    ['12% smaller', { scale: 0.88 }],
    ['all of it', { rightPx: 6, downPx: -6, turnDeg: 7, scale: 1.05 }],
  ]

  const enrolled = lineTexture(1)
  const strangers = [11, 12, 13, 14, 15].map((seed) => similarity(lineTexture(seed), enrolled))

  test.each(moved)('knows a palm %s', (_, view) => {
    expect(similarity(lineTexture(1, view), enrolled)).toBeGreaterThan(Math.max(...strangers) + 0.05)
  })

  test('is 1 for the very same picture, but for what is flat in it', () => {
    expect(similarity(lineTexture(2), lineTexture(2))).toBeGreaterThan(0.999)
  })

  test('tells strangers apart: 45 pairs lie close around 0.6', () => {
    const regions = Array.from({ length: 10 }, (_, seed) => lineTexture(100 + seed))
    const pairs = regions.flatMap((a, i) => regions.slice(0, i).map((b) => similarity(a, b)))
    expect(Math.max(...pairs)).toBeLessThan(0.7)
    expect(Math.min(...pairs)).toBeGreaterThan(0.5)
  })

  test('a flat region is similar to nothing, not even to itself', () => {
    expect(similarity(flatRegion(), lineTexture(1))).toBe(0)
    expect(similarity(flatRegion(), flatRegion())).toBe(0)
  })

  test('half a palm still counts, with less weight', () => {
    const whole = lineTexture(3)
    const half = { ...whole, grey: whole.grey.map((value, i) => (i % 128 < 64 ? 0.5 : value)) }
    const similar = similarity(half, whole)
    expect(similar).toBeGreaterThan(0.7)
    expect(similar).toBeLessThan(1)
  })

  test('reads a code from any place in memory, and refuses one of another length', () => {
    const region = lineTexture(4)
    const code = lineCoder.code(region)
    const off = new Uint8Array(code.length + 1)
    off.set(code, 1)
    const probe = lineCoder.prepare(lineCoder.field(region))
    expect(lineCoder.compare(probe, off.subarray(1) as OrientationCode)).toBe(lineCoder.compare(probe, code))
    expect(() => lineCoder.compare(probe, code.slice(1) as OrientationCode)).toThrow(RangeError)
    expect(() => lineCoder.prepare(new Uint8Array(3) as OrientationField)).toThrow(RangeError)
  })
})

function stripes(deg: number): Region {
  const turn = (deg * Math.PI) / 180
  const region = flatRegion()
  for (let y = 0; y < 128; y++) {
    for (let x = 0; x < 128; x++) {
      const across = y * Math.cos(turn) - x * Math.sin(turn)
      region.grey[y * 128 + x] = 0.5 + 0.2 * Math.cos((2 * Math.PI * across) / 14)
    }
  }
  return region
}
