import { REGION_SIDE_PX, type Region } from '../3-region/region.ts'

/** How a constructed palm is looked at. */
export type View = { rightPx?: number; downPx?: number; turnDeg?: number; scale?: number }

/** A region without anything on it. */
export const flatRegion = (): Region => ({
  sizePx: REGION_SIDE_PX,
  grey: new Float32Array(REGION_SIDE_PX * REGION_SIDE_PX).fill(0.5),
  rgb: new Uint8Array(REGION_SIDE_PX * REGION_SIDE_PX * 3).fill(128),
  mirrored: false,
  sourceSidePx: REGION_SIDE_PX,
  tiltDeg: 0,
  hand: 'R',
})

/** A simple generator, 0…1, so that a seed is always the same. */
export function draws(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/**
 * A made-up palm for tests: forty dark strokes of chance place, direction and width, as one seed draws them, under a
 * view. No picture of anybody, and no attempt to look like one; the synthetic hands do that.
 */
export function lineTexture(seed: number, { rightPx = 0, downPx = 0, turnDeg = 0, scale = 1 }: View = {}): Region {
  const draw = draws(seed)
  const strokes = Array.from({ length: 40 }, () => ({
    x: (draw() - 0.5) * 180,
    y: (draw() - 0.5) * 180,
    turn: draw() * Math.PI,
    halfLength: 15 + 45 * draw(),
    width: 1.5 + 2.5 * draw(),
  }))
  const region = flatRegion()
  const turn = (turnDeg * Math.PI) / 180
  for (let y = 0; y < REGION_SIDE_PX; y++) {
    for (let x = 0; x < REGION_SIDE_PX; x++) {
      const right = (x - 63.5 - rightPx) / scale
      const down = (y - 63.5 - downPx) / scale
      const u = Math.cos(turn) * right + Math.sin(turn) * down
      const v = Math.cos(turn) * down - Math.sin(turn) * right
      let dark = 0
      for (const stroke of strokes) {
        const along = (u - stroke.x) * Math.cos(stroke.turn) + (v - stroke.y) * Math.sin(stroke.turn)
        if (Math.abs(along) > stroke.halfLength) continue
        const across = (v - stroke.y) * Math.cos(stroke.turn) - (u - stroke.x) * Math.sin(stroke.turn)
        dark += Math.exp(-(across * across) / (2 * stroke.width * stroke.width))
      }
      region.grey[y * REGION_SIDE_PX + x] = 0.7 - 0.3 * Math.min(1, dark)
    }
  }
  return region
}
