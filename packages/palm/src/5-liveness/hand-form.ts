import type { Point } from '../geometry.ts'
import { CELL_REGION_PX, LEFT_REGION_PX, TOP_REGION_PX, VIEW_CELLS } from './hand-view.ts'

/** The form that most hands have, laid on the points of this one: what the fall of light is compared with. */
export type Form = {
  /** Distance outside the outline at each cell, palm widths; negative inside. */
  outside: Float32Array
  /** Height of fingers and palm as rolls, and of the mounds of the palm, cells. */
  rolls: Float32Array
  mounds: Float32Array
}

type Limb = { from: Point; to: Point; startPx: number; endPx: number }
type Mound = { at: Point; sizePx: number; risePx: number }

/** Radii of a hand's parts and mounds, palm widths |5−17|; rough proportions of a grown person's hand. */
const FINGER = [0.125, 0.12, 0.11, 0.1]
const THUMB = [0.24, 0.17, 0.14, 0.11]
const ROOTS = [5, 9, 13, 17]
/** A roll seen from above is a little flatter than a circle. */
const ROLL = 0.8

/** The form at each cell of a view, from the mean of the points in all views. */
export function formOf(points: readonly (readonly Point[])[]): Form {
  const mean = points[0].map((_, k) => ({
    x: points.reduce((sum, of) => sum + of[k].x / points.length, 0),
    y: points.reduce((sum, of) => sum + of[k].y / points.length, 0),
  }))
  const widthPx = Math.hypot(mean[5].x - mean[17].x, mean[5].y - mean[17].y) || 1
  const limbs = limbsOf(mean, widthPx)
  const raised = moundsOf(mean, widthPx)
  const cells = VIEW_CELLS * VIEW_CELLS
  const [outside, rolls, mounds] = [new Float32Array(cells), new Float32Array(cells), new Float32Array(cells)]
  for (let cell = 0; cell < cells; cell++) {
    const x = LEFT_REGION_PX + CELL_REGION_PX * ((cell % VIEW_CELLS) + 0.5)
    const y = TOP_REGION_PX + CELL_REGION_PX * (Math.floor(cell / VIEW_CELLS) + 0.5)
    let nearest = Number.POSITIVE_INFINITY
    for (const { from, to, startPx, endPx } of limbs) {
      const [dx, dy] = [to.x - from.x, to.y - from.y]
      const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1)
      const share = Math.min(1, Math.max(0, along))
      const radius = startPx + share * (endPx - startPx)
      const away = Math.sqrt((x - from.x - share * dx) ** 2 + (y - from.y - share * dy) ** 2)
      nearest = Math.min(nearest, away - radius)
      if (away < radius)
        rolls[cell] = Math.max(rolls[cell], (ROLL * Math.sqrt(radius ** 2 - away ** 2)) / CELL_REGION_PX)
    }
    outside[cell] = nearest / widthPx
    if (nearest >= 0) continue
    for (const { at, sizePx, risePx } of raised) {
      mounds[cell] += (risePx / CELL_REGION_PX) * Math.exp(-((x - at.x) ** 2 + (y - at.y) ** 2) / (2 * sizePx * sizePx))
    }
  }
  return { outside, rolls: smoothed(smoothed(rolls)), mounds }
}

function limbsOf(points: readonly Point[], widthPx: number): Limb[] {
  const limb = (from: number, to: number, start: number, end: number): Limb => ({
    from: points[from],
    to: points[to],
    startPx: start * widthPx,
    endPx: end * widthPx,
  })
  const fingers = ROOTS.flatMap((root) => [0, 1, 2].map((k) => limb(root + k, root + k + 1, FINGER[k], FINGER[k + 1])))
  const thumb = [1, 2, 3].map((k) => limb(k, k + 1, THUMB[k - 1], THUMB[k]))
  const palm = ROOTS.flatMap((root) => [limb(0, root, 0.26, 0.17), limb(1, root, 0.24, 0.17)])
  return [...fingers, ...thumb, ...palm]
}

/** Balls of thumb and little finger, the pads under the fingers, the hollow between. */
function moundsOf(points: readonly Point[], widthPx: number): Mound[] {
  const mound = (a: number, b: number, share: number, size: number, rise: number): Mound => ({
    at: {
      x: points[a].x + share * (points[b].x - points[a].x),
      y: points[a].y + share * (points[b].y - points[a].y),
    },
    sizePx: size * widthPx,
    risePx: rise * widthPx,
  })
  const pads = ROOTS.map((root) => mound(root, 0, 0.1, 0.1, 0.05))
  return [mound(1, 2, 0.6, 0.22, 0.13), mound(0, 17, 0.45, 0.2, 0.1), ...pads, mound(0, 9, 0.62, 0.2, -0.08)]
}

function smoothed(values: Float32Array): Float32Array {
  const out = values.slice()
  for (let row = 1; row < VIEW_CELLS - 1; row++) {
    for (let column = 1; column < VIEW_CELLS - 1; column++) {
      const at = row * VIEW_CELLS + column
      const beside = values[at - 1] + values[at + 1] + values[at - VIEW_CELLS] + values[at + VIEW_CELLS]
      out[at] = (4 * values[at] + 2 * beside) / 12
    }
  }
  return out
}
