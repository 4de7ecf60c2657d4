import { describe, expect, it } from 'vitest'
import { regionOf } from './3-region/region.ts'
import { lineCoder } from './6-embedding/line-coder.ts'
import { draws } from './6-embedding/line-texture.test-data.ts'
import { pooledVectorOf } from './6-embedding/pooled-vector.ts'
import { rotationOf } from './7-protection/rotation.ts'
import { enrolPalm, isSamePalm, protectSample } from './enrol.ts'
import type { PalmSample } from './frames/frame.ts'

const rotation = rotationOf(new Uint8Array(32).fill(7), 1)

/** A made-up palm: dark strokes on light skin, the same for the same seed, moved by a pixel or two. */
function palm(seed: number, shiftPx: number): PalmSample {
  const random = draws(seed)
  const strokes = Array.from({ length: 9 }, () => {
    const angleRad = random() * Math.PI
    return {
      x: random() * 128,
      y: random() * 128,
      cos: Math.cos(angleRad),
      sin: Math.sin(angleRad),
      bend: random() / 90,
    }
  })
  const rgb = new Uint8Array(128 * 128 * 3)
  for (let y = 0; y < 128; y++) {
    for (let x = 0; x < 128; x++) {
      let level = 190
      for (const stroke of strokes) {
        const [dx, dy] = [x + shiftPx - stroke.x, y - stroke.y]
        const along = dx * stroke.cos + dy * stroke.sin
        const off = -dx * stroke.sin + dy * stroke.cos + stroke.bend * along * along
        if (Math.abs(along) < 55) level -= 90 * Math.exp((-off * off) / 5)
      }
      rgb.fill(Math.max(20, level), (y * 128 + x) * 3, (y * 128 + x) * 3 + 3)
    }
  }
  const region = regionOf(rgb, { mirrored: false, sourceSidePx: 128, tiltDeg: 0, hand: 'R' })
  return {
    embedding: pooledVectorOf(region),
    code: lineCoder.code(region),
    field: lineCoder.field(region),
    quality: 1,
  }
}

describe('enrolPalm', () => {
  it('keeps all pictures of one palm', () => {
    const enrolment = enrolPalm([palm(1, 0), palm(1, 1), palm(1, 2)], rotation)
    expect(enrolment).toMatchObject({ outcome: 'enrolled' })
    expect(enrolment.outcome === 'enrolled' && enrolment.templates.map(({ rotationEpoch }) => rotationEpoch)).toEqual([
      1, 1, 1,
    ])
  })

  it('leaves out one picture of three that shows something else', () => {
    const enrolment = enrolPalm([palm(1, 0), palm(2, 0), palm(1, 2)], rotation)
    expect(enrolment.outcome === 'enrolled' && enrolment.templates.length).toBe(2)
  })

  it('refuses pictures of different palms, and a single one', () => {
    expect(enrolPalm([palm(1, 0), palm(2, 0), palm(3, 0)], rotation)).toEqual({ outcome: 'not_alike' })
    expect(enrolPalm([palm(1, 0), palm(1, 1), palm(2, 0), palm(2, 1)], rotation)).toEqual({ outcome: 'not_alike' })
    expect(enrolPalm([palm(1, 0)], rotation)).toEqual({ outcome: 'not_alike' })
    expect(enrolPalm([], rotation)).toEqual({ outcome: 'not_alike' })
  })
})

describe('isSamePalm', () => {
  const protectedPalm = (seed: number) => [0, 1, 2].map((shiftPx) => protectSample(palm(seed, shiftPx), rotation))

  it('knows the same palm and another one', () => {
    expect(isSamePalm(protectedPalm(1), protectedPalm(1))).toBe(true)
    expect(isSamePalm(protectedPalm(1), protectedPalm(4))).toBe(false)
    expect(isSamePalm([], protectedPalm(1))).toBe(false)
  })

  it('knows it from single frames', () => {
    expect(isSamePalm(protectedPalm(1).slice(0, 1), protectedPalm(1).slice(1, 2))).toBe(true)
    expect(isSamePalm(protectedPalm(1).slice(0, 1), protectedPalm(4).slice(0, 1))).toBe(false)
  })
})
