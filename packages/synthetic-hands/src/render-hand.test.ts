import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { renderBurst } from './render-burst.ts'
import { renderHand } from './render-hand.ts'
import type { HandRequest, Raster, Truth } from './types.ts'

const SMALL = { widthPx: 320, heightPx: 180 } as const
const FIRST: HandRequest = { person: 3, view: 1, hand: 'R', ...SMALL }

const hashOf = ({ data }: Raster) => createHash('sha256').update(data).digest('hex')
const pictureOf = (request: Partial<HandRequest>) => hashOf(renderHand({ ...FIRST, ...request }).raster)

/** Mean absolute difference of two pictures in grey levels. */
function differenceOf(a: Raster, b: Raster): number {
  let sum = 0
  for (let at = 0; at < a.data.length; at++) sum += Math.abs(a.data[at] - b.data[at])
  return sum / a.data.length
}

/** Whether wrist → index root → little root runs clockwise in the picture. */
function isClockwise({ landmarks: points }: Truth): boolean {
  const [wrist, index, little] = [points[0], points[5], points[17]]
  const cross = (index.xPx - wrist.xPx) * (little.yPx - wrist.yPx) - (index.yPx - wrist.yPx) * (little.xPx - wrist.xPx)
  return cross > 0
}

describe('renderHand', () => {
  it('draws the same bytes for the same request, whatever was drawn between', () => {
    const first = pictureOf({})
    pictureOf({ person: 900, widthPx: 400, heightPx: 300 })
    expect(pictureOf({})).toBe(first)
  })

  it('draws another picture for another person, view, hand, or difficulty', () => {
    const pictures = [{}, { person: 4 }, { view: 2 }, { hand: 'L' as const }, { difficulty: 0.9 }].map(pictureOf)
    expect(new Set(pictures).size).toBe(pictures.length)
  })

  it('makes pictures of the size asked', () => {
    const { raster } = renderHand({ ...FIRST, widthPx: 321, heightPx: 243 })
    expect(raster).toMatchObject({ widthPx: 321, heightPx: 243, channels: 3 })
    expect(raster.data).toHaveLength(321 * 243 * 3)
  })

  it.each([
    [63, 180],
    [320, 4097],
    [Number.NaN, 180],
  ])('refuses a picture of %d×%d', (widthPx, heightPx) => {
    expect(() => renderHand({ ...FIRST, widthPx, heightPx })).toThrow(RangeError)
  })

  it('mirrors a left hand: with the same pose its thumb is on the other side', () => {
    for (let person = 1; person <= 6; person++) {
      expect(isClockwise(renderHand({ ...FIRST, person, view: person, hand: 'R' }).truth)).toBe(false)
      expect(isClockwise(renderHand({ ...FIRST, person, view: person, hand: 'L' }).truth)).toBe(true)
    }
  })

  it('knows where the 21 points are: in the picture, for hands held well', () => {
    for (let person = 1; person <= 10; person++) {
      const { truth, raster } = renderHand({ ...FIRST, person, view: person, difficulty: 0.1 })
      expect(truth.landmarks).toHaveLength(21)
      for (const { xPx, yPx } of truth.landmarks) {
        expect(xPx).toBeGreaterThan(0)
        expect(xPx).toBeLessThan(raster.widthPx)
        expect(yPx).toBeGreaterThan(-0.03 * raster.heightPx)
        expect(yPx).toBeLessThan(1.03 * raster.heightPx)
      }
    }
  })

  it('takes what a request fixes and draws the rest', () => {
    const { truth } = renderHand({ ...FIRST, pose: { rollDeg: 30, pitchDeg: 0, yawDeg: 0 }, scene: { flash: 0 } })
    expect(truth).toMatchObject({ rollDeg: 30, tiltDeg: 0, scene: { flash: 0 } })
    const { landmarks } = truth
    const [dx, dy] = [landmarks[9].xPx - landmarks[0].xPx, landmarks[0].yPx - landmarks[9].yPx]
    expect((Math.atan2(dx, dy) * 180) / Math.PI).toBeCloseTo(30, -1)
  })

  it('keeps the hand of a person from view to view: the same lengths of fingers', () => {
    const still = { pose: { pitchDeg: 0, yawDeg: 0, curl: 0, handLengthShare: 0.8 } }
    const lengthOf = (request: Partial<HandRequest>) => {
      const { landmarks: p } = renderHand({ ...FIRST, ...still, ...request }).truth
      return Math.hypot(p[5].xPx - p[8].xPx, p[5].yPx - p[8].yPx)
    }
    expect(lengthOf({ view: 2 }) / lengthOf({ view: 1 })).toBeCloseTo(1, 1)
    const others = [4, 5, 6, 7, 8].map((person) => lengthOf({ person }))
    expect(Math.max(...others) / Math.min(...others)).toBeGreaterThan(1.02)
  })
})

describe('renderBurst', () => {
  it('shows one hand that sways a little under its own noise', () => {
    const burst = renderBurst({ ...FIRST, difficulty: 0.1, frames: 3 })
    expect(new Set(burst.map(({ raster }) => hashOf(raster))).size).toBe(3)
    const [first, second] = burst
    const shift = first.truth.landmarks.map((point, index) =>
      Math.hypot(point.xPx - second.truth.landmarks[index].xPx, point.yPx - second.truth.landmarks[index].yPx),
    )
    expect(Math.max(...shift)).toBeGreaterThan(0)
    expect(Math.max(...shift)).toBeLessThan(0.03 * SMALL.heightPx)
    const other = renderHand({ ...FIRST, difficulty: 0.1, view: 2 })
    expect(differenceOf(first.raster, second.raster)).toBeLessThan(differenceOf(first.raster, other.raster))
  })

  it.each([0, 1.5, 61])('refuses %d frames', (frames) => {
    expect(() => renderBurst({ ...FIRST, frames })).toThrow(RangeError)
  })
})
