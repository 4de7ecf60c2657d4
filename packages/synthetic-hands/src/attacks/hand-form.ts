import type { PointPx } from '../types.ts'

/** The form of a hand as guessed from its points: where it is and how high it stands towards the camera. */
export interface HandForm {
  stepPx: number
  columns: number
  rows: number
  /** Distance outside the outline, pixels, negative inside; at each node. */
  outside: Float32Array
  /** Height, pixels. */
  height: Float32Array
  palmWidthPx: number
}

/** Half the width of a finger at its root and its tip, in palm widths |5−17|. */
const FINGER_ROOT = 0.125
const FINGER_TIP = 0.1
const THUMB = 0.14

/** A bone's start and direction, pixels, one over its squared length, and the radii about its ends. */
type Limb = { fromX: number; fromY: number; dx: number; dy: number; perSquare: number; start: number; end: number }

/** Builds the form on every fourth pixel from capsules about the bones; the palm is the hull of many. */
export function handFormOf(landmarks: readonly PointPx[], widthPx: number, heightPx: number, stepPx = 4): HandForm {
  const palmWidthPx = Math.hypot(landmarks[5].xPx - landmarks[17].xPx, landmarks[5].yPx - landmarks[17].yPx)
  const limbs = limbsOf(landmarks, palmWidthPx)
  const columns = Math.ceil(widthPx / stepPx) + 2
  const rows = Math.ceil(heightPx / stepPx) + 2
  const outside = new Float32Array(columns * rows)
  const height = new Float32Array(columns * rows)
  const mounds = moundsOf(landmarks, palmWidthPx)
  for (let node = 0; node < outside.length; node++) {
    const x = (node % columns) * stepPx
    const y = Math.floor(node / columns) * stepPx
    let nearest = Number.POSITIVE_INFINITY
    let high = 0
    for (const { fromX, fromY, dx, dy, perSquare, start, end } of limbs) {
      const [px, py] = [x - fromX, y - fromY]
      const share = Math.min(1, Math.max(0, (px * dx + py * dy) * perSquare))
      const radius = start + share * (end - start)
      const squared = (px - share * dx) ** 2 + (py - share * dy) ** 2
      nearest = Math.min(nearest, Math.sqrt(squared) - radius)
      if (squared < radius * radius) high = Math.max(high, 0.8 * Math.sqrt(radius * radius - squared))
    }
    outside[node] = nearest
    if (nearest < 0) {
      for (const { at, size, rise } of mounds) {
        high += rise * Math.exp(-((x - at.xPx) ** 2 + (y - at.yPx) ** 2) / (2 * size * size))
      }
      height[node] = high
    }
  }
  return {
    stepPx,
    columns,
    rows,
    outside,
    height: smoothed(smoothed(height, columns, rows), columns, rows),
    palmWidthPx,
  }
}

function limbsOf(landmarks: readonly PointPx[], palmWidthPx: number): Limb[] {
  const limb = (from: number, to: number, start: number, end: number) =>
    limbOf(landmarks[from], landmarks[to], start * palmWidthPx, end * palmWidthPx)
  const fingers = [5, 9, 13, 17].flatMap((root) => [
    limb(root, root + 1, FINGER_ROOT, FINGER_ROOT),
    limb(root + 1, root + 2, FINGER_ROOT, 0.11),
    limb(root + 2, root + 3, 0.11, FINGER_TIP),
  ])
  const thumb = [limb(1, 2, 0.24, 0.17), limb(2, 3, 0.17, THUMB), limb(3, 4, THUMB, 0.11)]
  const palm = [5, 9, 13, 17].flatMap((root) => [limb(0, root, 0.26, 0.17), limb(1, root, 0.24, 0.17)])
  // The heel lies farther out on the little finger's side than the wrist's point says.
  const heel = {
    xPx: landmarks[0].xPx + 0.22 * (landmarks[17].xPx - landmarks[5].xPx),
    yPx: landmarks[0].yPx + 0.22 * (landmarks[17].yPx - landmarks[5].yPx),
  }
  const side = limbOf(heel, landmarks[17], 0.2 * palmWidthPx, 0.17 * palmWidthPx)
  return [...fingers, ...thumb, ...palm, limb(5, 17, 0.17, 0.15), side]
}

function limbOf(from: PointPx, to: PointPx, start: number, end: number): Limb {
  const [dx, dy] = [to.xPx - from.xPx, to.yPx - from.yPx]
  return { fromX: from.xPx, fromY: from.yPx, dx, dy, perSquare: 1 / (dx * dx + dy * dy || 1), start, end }
}

/** Balls of thumb and little finger, the pads under the fingers, the hollow between. */
function moundsOf(landmarks: readonly PointPx[], palmWidthPx: number) {
  const between = (a: number, b: number, share: number): PointPx => ({
    xPx: landmarks[a].xPx + share * (landmarks[b].xPx - landmarks[a].xPx),
    yPx: landmarks[a].yPx + share * (landmarks[b].yPx - landmarks[a].yPx),
  })
  const mound = (at: PointPx, size: number, rise: number) => ({
    at,
    size: size * palmWidthPx,
    rise: rise * palmWidthPx,
  })
  return [
    mound(between(1, 2, 0.6), 0.22, 0.13),
    mound(between(0, 17, 0.45), 0.2, 0.1),
    ...[5, 9, 13, 17].map((root) => mound(between(root, 0, 0.1), 0.1, 0.05)),
    mound(between(0, 9, 0.62), 0.2, -0.08),
  ]
}

function smoothed(values: Float32Array, columns: number, rows: number): Float32Array {
  const out = values.slice()
  for (let row = 1; row < rows - 1; row++) {
    for (let column = 1; column < columns - 1; column++) {
      const at = row * columns + column
      out[at] =
        (4 * values[at] + 2 * (values[at - 1] + values[at + 1] + values[at - columns] + values[at + columns])) / 12
    }
  }
  return out
}

/** A value of the nodes between them, at a pixel. */
export function between({ stepPx, columns, rows }: HandForm, values: Float32Array, xPx: number, yPx: number): number {
  const x = Math.min(columns - 1.001, Math.max(0, xPx / stepPx))
  const y = Math.min(rows - 1.001, Math.max(0, yPx / stepPx))
  const at = (y | 0) * columns + (x | 0)
  const right = x - (x | 0)
  const down = y - (y | 0)
  const top = values[at] + (values[at + 1] - values[at]) * right
  const below = values[at + columns] + (values[at + columns + 1] - values[at + columns]) * right
  return top + (below - top) * down
}
