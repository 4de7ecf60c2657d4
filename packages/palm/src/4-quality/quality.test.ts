import { describe, expect, it } from 'vitest'
import { regionOf } from '../3-region/region.ts'
import { frameQuality } from './assess.ts'
import { background, MAX_BACKGROUND_SHARE } from './background.ts'
import { clipping, MAX_CLIPPED_SHARE } from './clipping.ts'
import { coverage, MIN_COVERAGE } from './coverage.ts'
import { exposure } from './exposure.ts'
import { guidanceOf } from './measure.ts'
import { MIN_SHARPNESS, sharpness } from './sharpness.ts'
import { MAX_PALM_SHARE, MIN_PALM_PX, size } from './size.ts'
import { MAX_SPEED_WIDTHS_PER_S, stillness } from './stillness.ts'
import { MAX_OUTLINE_TILT_DEG, MAX_TILT_DEG, outlineTilt, tilt } from './tilt.ts'

/** A region whose grey at each pixel is `level(x, y)`, 0…255. */
const region = (level: (x: number, y: number) => number) => {
  const rgb = new Uint8Array(128 * 128 * 3)
  for (let i = 0; i < 128 * 128; i++) rgb.fill(level(i % 128, Math.floor(i / 128)), 3 * i, 3 * i + 3)
  return regionOf(rgb, { mirrored: false, sourceSidePx: 200, tiltDeg: 0, hand: 'R' })
}
/** A repeatable texture without direction, one value a whole place. */
const grain = (x: number, y: number) => {
  const mixed = Math.imul((x * 73_856_093) ^ (y * 19_349_663) ^ 0x9e3779b9, 0x85ebca6b)
  return ((mixed ^ (mixed >>> 13)) >>> 8) / 2 ** 24
}
/** Skin with fine texture, enlarged and smoothly filled in along each axis: 1 is sharp, 8 is out of focus. */
const skin = (enlargedX: number, enlargedY: number, contrast = 1) =>
  region((x, y) => {
    const [u, v] = [x / enlargedX, y / enlargedY]
    const [i, j] = [Math.floor(u), Math.floor(v)]
    const ease = (t: number) => t * t * (3 - 2 * t)
    const [s, t] = [ease(u - i), ease(v - j)]
    const top = grain(i, j) * (1 - s) + grain(i + 1, j) * s
    const bottom = grain(i, j + 1) * (1 - s) + grain(i + 1, j + 1) * s
    return 130 + contrast * 60 * (top * (1 - t) + bottom * t - 0.5)
  })

describe('sharpness', () => {
  it('passes fine texture and refuses the same texture out of focus', () => {
    expect(sharpness(skin(1, 1))).toMatchObject({ ok: true, code: 'blurred' })
    const soft = sharpness(skin(14, 14))
    expect(soft.ok).toBe(false)
    expect(soft.message).toContain(String(MIN_SHARPNESS))
  })

  it('refuses what is smeared along one axis only, as by motion', () => {
    expect(sharpness(skin(14, 1)).ok).toBe(false)
    expect(sharpness(skin(1, 14)).ok).toBe(false)
  })

  it('hardly depends on contrast', () => {
    expect(Math.abs(sharpness(skin(2, 2)).value - sharpness(skin(2, 2, 0.4)).value)).toBeLessThan(0.06)
  })

  it('calls a flat region blurred', () => {
    expect(sharpness(region(() => 120)).value).toBe(0)
  })
})

describe('exposure', () => {
  it('names the side on which the palm is wrong', () => {
    expect(exposure(region(() => 140)).ok).toBe(true)
    expect(exposure(region(() => 12))).toMatchObject({ ok: false, code: 'too_dark' })
    expect(exposure(region(() => 250))).toMatchObject({ ok: false, code: 'too_bright' })
  })
})

describe('clipping', () => {
  it('counts burnt and black pixels', () => {
    const burnt = clipping(region((x) => (x < 64 ? 255 : 150)))
    expect(burnt.value).toBeCloseTo(0.5)
    expect(burnt).toMatchObject({ ok: false, limit: MAX_CLIPPED_SHARE })
    expect(clipping(region((x) => (x < 32 ? 0 : 150))).value).toBeCloseTo(0.25)
    expect(clipping(region(() => 200))).toMatchObject({ ok: true, value: 0 })
  })
})

describe('size', () => {
  it('refuses far and near hands', () => {
    expect(size(200, 720)).toMatchObject({ ok: true, unit: 'px' })
    expect(size(MIN_PALM_PX - 1, 720)).toMatchObject({ ok: false, code: 'too_far', limit: MIN_PALM_PX })
    expect(size(650, 720)).toMatchObject({ ok: false, code: 'too_near', limit: MAX_PALM_SHARE })
  })
})

describe('tilt', () => {
  it('refuses a palm turned away', () => {
    expect(tilt(10).ok).toBe(true)
    expect(tilt(MAX_TILT_DEG + 1)).toMatchObject({ ok: false, code: 'tilted', unit: '°' })
    expect(outlineTilt(MAX_OUTLINE_TILT_DEG - 1).ok).toBe(true)
    expect(outlineTilt(MAX_OUTLINE_TILT_DEG + 1)).toMatchObject({ ok: false, code: 'tilted' })
  })
})

describe('frameQuality', () => {
  const sharp = sharpness(skin(1, 1))

  it('is less the more a palm is turned away, by whichever reading turns it more', () => {
    const [flat, turned] = [
      frameQuality([tilt(5), outlineTilt(5), sharp]),
      frameQuality([tilt(25), outlineTilt(5), sharp]),
    ]
    expect(turned).toBeLessThan(flat)
    expect(frameQuality([tilt(5), outlineTilt(30), sharp])).toBeCloseTo(frameQuality([tilt(25), outlineTilt(5), sharp]))
  })

  it('is nothing where any measure fails', () => {
    expect(frameQuality([tilt(MAX_TILT_DEG + 1), outlineTilt(5), sharp])).toBe(0)
  })
})

describe('coverage', () => {
  it('measures how much of the palm is inside the picture', () => {
    const inside = coverage({ map: [1, 0, 50, 0, 1, 50] }, 400, 400)
    const half = coverage({ map: [1, 0, -64, 0, 1, 50] }, 400, 400)
    expect(inside).toMatchObject({ value: 1, ok: true })
    expect(half).toMatchObject({ value: 0.5, ok: false, code: 'cut_off', limit: MIN_COVERAGE })
  })
})

describe('background', () => {
  it('counts what is far darker than the palm', () => {
    expect(background(region((x) => (x < 32 ? 20 : 150)))).toMatchObject({ value: 0.25, ok: false, code: 'cut_off' })
    expect(background(region((x) => (x < 13 ? 20 : 150)))).toMatchObject({ ok: true, limit: MAX_BACKGROUND_SHARE })
  })

  it('goes by the palm itself: dark skin and dim light are no background', () => {
    expect(background(region((x) => 12 + (x % 5))).value).toBe(0)
    expect(background(region(() => 0)).value).toBe(0)
  })
})

describe('stillness', () => {
  const at = (offsetMs: number, x: number) => ({
    offsetMs,
    landmarks: Array.from({ length: 21 }, (_, i) => ({ x: x + (i === 17 ? 100 : 0), y: 0 })),
  })

  it('is the speed in palm widths a second', () => {
    const slow = stillness([at(0, 0), at(100, 10), at(200, 20)])
    expect(slow).toMatchObject({ ok: true })
    expect(slow.value).toBeCloseTo(1)
    expect(stillness([at(0, 0), at(100, 40), at(200, 80)])).toMatchObject({ ok: false, code: 'moving' })
  })

  it('lets one jump pass: the median counts', () => {
    const burst = [at(0, 0), at(100, 1), at(200, 60), at(300, 61), at(400, 62)]
    expect(stillness(burst).value).toBeLessThan(MAX_SPEED_WIDTHS_PER_S)
  })

  it('says nothing of a single frame', () => {
    expect(stillness([at(0, 0)])).toMatchObject({ value: 0, ok: true })
  })
})

it('tells a failed measure with value, limit and unit', () => {
  expect(guidanceOf(tilt(61.234))).toEqual({
    code: 'tilted',
    message: 'The hand is tilted by 61°, at most 30°: hold it flat to the camera.',
    measure: 'tilt',
    value: 61.2,
    limit: 30,
    unit: '°',
  })
})
