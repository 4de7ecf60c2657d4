import { describe, expect, it } from 'vitest'
import { regionOf } from '../3-region/region.ts'
import { movesAlong } from './along.ts'
import type { BurstFrame } from './liveness.ts'

const [WIDTH_PX, HEIGHT_PX, SCALE] = [160, 90, 8]
type Place = (x: number, y: number) => number

/** An upright hand in the middle, px of the small picture: wrist, thumb, four fingers. */
const POINTS = [
  [80, 72],
  ...[66, 60, 55, 51].map((x, k) => [x, 66 - 5 * k]),
  ...[72, 78, 84, 90].flatMap((x) => [0, 1, 2, 3].map((k) => [x, 46 - 8 * k])),
]
const isHand = (x: number, y: number) => x > 68 && x < 95 && y > 18 && y < 76
const region = regionOf(new Uint8Array(128 * 128 * 3), { mirrored: false, sourceSidePx: 128, tiltDeg: 0, hand: 'R' })

const skin: Place = (x, y) => 0.6 + 0.06 * Math.sin(x / 2.7 + y / 5) * Math.cos(y / 3.1)
const wall: Place = (x, y) => 0.4 + 0.2 * Math.sin(x / 4) * Math.cos(y / 5)
const otherWall: Place = (x, y) => 0.5 + 0.25 * Math.cos(x / 7 + y / 3)

/** A picture in which hand and background stand so far to the right and below. */
function frame(background: Place, hand: readonly [number, number], behind: readonly [number, number]): BurstFrame {
  const grey = Float32Array.from({ length: WIDTH_PX * HEIGHT_PX }, (_, i) => {
    const [x, y] = [i % WIDTH_PX, Math.floor(i / WIDTH_PX)]
    const inHand = isHand(x - hand[0], y - hand[1])
    return inHand ? skin(x - hand[0], y - hand[1]) : background(x - behind[0], y - behind[1])
  })
  return {
    offsetMs: 0,
    screenColour: null,
    hand: { landmarks: POINTS.map(([x, y]) => ({ x: SCALE * (x + hand[0]), y: SCALE * (y + hand[1]) })) },
    region,
    evidence: {
      small: { grey, widthPx: WIDTH_PX, heightPx: HEIGHT_PX, scale: SCALE },
      view: { light: new Float32Array(0), zones: new Uint8Array(0), points: [] },
      signs: {},
    },
  }
}

const still = [0, 0] as const
const moved = [0.5, -0.4] as const

describe('what is around the hand', () => {
  it('moves along where both are on one sheet', () => {
    expect(movesAlong([frame(wall, still, still), frame(wall, moved, moved)])).toBeGreaterThan(0.8)
  })

  it('stands still behind a hand', () => {
    expect(Math.abs(movesAlong([frame(wall, still, still), frame(wall, moved, still)]))).toBeLessThan(0.1)
  })

  it('says nothing where it is another background than before', () => {
    expect(movesAlong([frame(wall, still, still), frame(otherWall, moved, still)])).toBe(0)
  })
})
