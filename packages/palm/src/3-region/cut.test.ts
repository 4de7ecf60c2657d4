import { describe, expect, it } from 'vitest'
import type { Hand } from '../2-landmarks/hand.ts'
import { applySimilarity } from '../geometry.ts'
import { raster } from '../image.ts'
import { cut, place } from './cut.ts'
import { regionFromCutPalm } from './cut-palm.ts'
import { PALM_FRAME } from './palm-frame.ts'
import { outlineTiltDeg } from './tilt.ts'

/** A hand whose palm points lie exactly as the frame says, `widthPx` wide, turned and moved. */
function handAt(hand: 'L' | 'R', widthPx: number, angleRad: number, x: number, y: number): Hand {
  const landmarks = Array.from({ length: 21 }, () => ({ x: 0, y: 0 }))
  const flip = hand === 'L' ? -1 : 1
  const map = { a: widthPx * Math.cos(angleRad), b: widthPx * Math.sin(angleRad), tx: x, ty: y }
  for (const [i, at] of PALM_FRAME) landmarks[i] = applySimilarity(map, { x: flip * at.x, y: at.y })
  const world = landmarks.map((p) => ({ x: (p.x - x) / 1000, y: (p.y - y) / 1000, z: 0 }))
  const square = { centre: { x, y }, sidePx: 4 * widthPx, angleRad }
  return { landmarks, world, presence: 1, hand, rightness: hand === 'R' ? 1 : 0, side: 'palm', square }
}

/** Brightness rises to the right, redness downward. */
const WIDTH = 400
const ramp = raster(
  WIDTH,
  WIDTH,
  Uint8Array.from({ length: WIDTH * WIDTH * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return ((i % 3 === 0 ? Math.floor(pixel / WIDTH) : pixel % WIDTH) * 255) / WIDTH
  }),
)
const at = (rgb: Uint8Array, u: number, v: number) => [...rgb.subarray((v * 128 + u) * 3, (v * 128 + u) * 3 + 2)]

describe('cut', () => {
  it('cuts an upright right palm without turning or mirroring', () => {
    const region = cut(ramp, handAt('R', 100, 0, 200, 150))
    expect(region).toMatchObject({ sizePx: 128, mirrored: false, hand: 'R' })
    expect(region.sourceSidePx).toBeCloseTo(120, 3)
    expect(region.tiltDeg).toBeCloseTo(0)
    const [topRed, leftGreen] = at(region.rgb, 3, 3)
    const [bottomRed, rightGreen] = at(region.rgb, 124, 124)
    expect(bottomRed).toBeGreaterThan(topRed + 50)
    expect(rightGreen).toBeGreaterThan(leftGreen + 50)
  })

  it('mirrors a left palm, so that brightness falls to the right', () => {
    const region = cut(ramp, handAt('L', 100, 0, 200, 150))
    expect(region.mirrored).toBe(true)
    expect(at(region.rgb, 124, 64)[1]).toBeLessThan(at(region.rgb, 3, 64)[1] - 50)
  })

  it('gives the same region of a left palm and of its mirror image', () => {
    const mirrored = raster(WIDTH, WIDTH, ramp.data.slice())
    for (let y = 0; y < WIDTH; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const from = (y * WIDTH + (WIDTH - 1 - x)) * 3
        mirrored.data.set(ramp.data.subarray(from, from + 3), (y * WIDTH + x) * 3)
      }
    }
    const left = cut(ramp, handAt('L', 90, 0, 180, 140))
    const right = cut(mirrored, handAt('R', 90, 0, WIDTH - 180, 140))
    const gap = Math.max(...left.rgb.map((value, i) => Math.abs(value - right.rgb[i])))
    expect(gap).toBeLessThanOrEqual(1)
  })

  it('brings a turned palm upright: its corners turn with it', () => {
    const quarter = place(handAt('R', 100, Math.PI / 2, 200, 200))
    const upright = place(handAt('R', 100, 0, 200, 200))
    quarter.corners.forEach((corner, i) => {
      expect(corner.x - 200).toBeCloseTo(-(upright.corners[i].y - 200), 6)
      expect(corner.y - 200).toBeCloseTo(upright.corners[i].x - 200, 6)
    })
  })
})

describe('regionFromCutPalm', () => {
  it('squeezes the whole picture and mirrors left palms', () => {
    const plain = regionFromCutPalm(ramp)
    const left = regionFromCutPalm(ramp, 'L')
    expect([plain.mirrored, left.mirrored, plain.hand]).toEqual([false, true, null])
    expect(Math.abs(at(plain.rgb, 10, 64)[1] - at(left.rgb, 117, 64)[1])).toBeLessThanOrEqual(2)
    expect(at(plain.rgb, 127, 127)[1]).toBeGreaterThan(245)
  })
})

describe('outlineTiltDeg', () => {
  /** The hand as it looks when it is turned about an axis that stands at `axisRad` in the picture. */
  const turnedAway = (hand: Hand, degrees: number, axisRad: number): Hand => {
    const [cos, sin] = [Math.cos(axisRad), Math.sin(axisRad)]
    const landmarks = hand.landmarks.map(({ x, y }) => {
      const along = x * cos + y * sin
      const across = (y * cos - x * sin) * Math.cos((degrees * Math.PI) / 180)
      return { x: along * cos - across * sin, y: along * sin + across * cos }
    })
    return { ...hand, landmarks }
  }

  it('is nothing for a palm that lies as the frame says, however turned and large', () => {
    expect(outlineTiltDeg(handAt('R', 100, 0.7, 200, 150))).toBeLessThan(0.01)
    expect(outlineTiltDeg(handAt('L', 37, -2, 0, 90))).toBeLessThan(0.01)
  })

  it.each([0, 0.5, Math.PI / 2])('reads the angle off a palm turned away about an axis at %d rad', (axisRad) => {
    expect(outlineTiltDeg(turnedAway(handAt('R', 100, 0.2, 200, 150), 40, axisRad))).toBeCloseTo(40, 4)
    expect(outlineTiltDeg(turnedAway(handAt('L', 80, 0, 10, 20), 25, axisRad))).toBeCloseTo(25, 4)
  })
})
