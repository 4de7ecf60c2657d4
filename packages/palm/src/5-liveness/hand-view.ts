import { BONES, type Hand, WRIST } from '../2-landmarks/hand.ts'
import { place } from '../3-region/cut.ts'
import type { Point } from '../geometry.ts'
import type { Raster } from '../image.ts'

/** Cells along each side of a view. */
export const VIEW_CELLS = 64
/** A cell's side in pixels of the region (128 to 1.2 palm widths): the view holds the whole hand and what is beside it. */
export const CELL_REGION_PX = 5.5
export const LEFT_REGION_PX = -112
export const TOP_REGION_PX = -210
/** Distances from the nearest bone, region pixels. A finger is about 21 wide. */
const HAND_PX = 7.5
const BESIDE_FROM_PX = 22
const BESIDE_TO_PX = 75
/** Places looked at along each side of a cell. */
const LOOKS = 3

export const ELSEWHERE = 0
export const ON_HAND = 1 as const
export const BESIDE_HAND = 2 as const

/**
 * The hand and what is around it, upright and at one scale like the region, so that the frames of a burst lie on one another;
 * in linear light, because light adds up.
 */
export type HandView = {
  /** 64 × 64 × 3, linear light 0…1; 0 outside the picture. */
  light: Float32Array
  /** 64 × 64: ON_HAND well within the hand's outline, BESIDE_HAND near it but not on hand or arm, else ELSEWHERE. */
  zones: Uint8Array
  /** The hand's 21 points, region pixels. */
  points: readonly Point[]
}

/** sRGB (IEC 61966-2-1) to linear light. */
const LINEAR = Float32Array.from({ length: 256 }, (_, level) => {
  const value = level / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
})

export function handViewOf({ data, widthPx, heightPx }: Raster, hand: Hand): HandView {
  const [a, b, c, d, e, f] = place(hand).map
  const light = new Float32Array(VIEW_CELLS * VIEW_CELLS * 3)
  const points = toRegion(hand.landmarks, [a, b, c, d, e, f])
  const zones = zonesOf(points)
  const step = CELL_REGION_PX / LOOKS
  for (let cell = 0; cell < zones.length; cell++) {
    const u0 = LEFT_REGION_PX + CELL_REGION_PX * (cell % VIEW_CELLS)
    const v0 = TOP_REGION_PX + CELL_REGION_PX * Math.floor(cell / VIEW_CELLS)
    if (zones[cell] === ELSEWHERE) continue
    let inside = 0
    for (let k = 0; k < LOOKS * LOOKS; k++) {
      const u = u0 + ((k % LOOKS) + 0.5) * step
      const v = v0 + (Math.floor(k / LOOKS) + 0.5) * step
      const x = Math.floor(a * u + b * v + c)
      const y = Math.floor(d * u + e * v + f)
      if (x < 0 || y < 0 || x >= widthPx || y >= heightPx) continue
      inside++
      const at = (y * widthPx + x) * 3
      for (let axis = 0; axis < 3; axis++) light[3 * cell + axis] += LINEAR[data[at + axis]]
    }
    if (inside < LOOKS * LOOKS) zones[cell] = ELSEWHERE
    for (let axis = 0; axis < 3; axis++) light[3 * cell + axis] /= LOOKS * LOOKS
  }
  return { light, zones, points }
}

function toRegion(landmarks: readonly Point[], [a, b, c, d, e, f]: readonly number[]): Point[] {
  const det = a * e - b * d
  return landmarks.map(({ x, y }) => ({
    x: (e * (x - c) - b * (y - f)) / det,
    y: (a * (y - f) - d * (x - c)) / det,
  }))
}

/** Lines across the palm, each as wide as two fingers; they stay clear of the gap between thumb and index. */
const PALM_LINES: readonly (readonly [number, number])[] = [
  [0, 9],
  [0, 13],
  [1, 9],
  [1, 13],
  [1, 17],
]

function zonesOf(landmarks: readonly Point[]): Uint8Array {
  const zones = new Uint8Array(VIEW_CELLS * VIEW_CELLS)
  const lines = Float64Array.from([
    ...BONES.flatMap((bone) => lineOf(landmarks, bone, 1)),
    ...PALM_LINES.flatMap((bone) => lineOf(landmarks, bone, 0.25)),
  ])
  const armFromPx = landmarks[WRIST].y - BESIDE_FROM_PX
  for (let cell = 0; cell < zones.length; cell++) {
    const x = LEFT_REGION_PX + CELL_REGION_PX * ((cell % VIEW_CELLS) + 0.5)
    const y = TOP_REGION_PX + CELL_REGION_PX * (Math.floor(cell / VIEW_CELLS) + 0.5)
    const nearest = nearestLine(x, y, lines)
    if (nearest < HAND_PX ** 2) zones[cell] = ON_HAND
    // Below the wrist there is an arm or a sleeve, which the screen lights as well.
    else if (nearest > BESIDE_FROM_PX ** 2 && nearest < BESIDE_TO_PX ** 2 && y < armFromPx) zones[cell] = BESIDE_HAND
  }
  return zones
}

const LINE_NUMBERS = 6
/** Start, direction, one over the squared length, and a factor on the squared distance from it. */
function lineOf(landmarks: readonly Point[], [from, to]: readonly [number, number], factor: number): number[] {
  const [dx, dy] = [landmarks[to].x - landmarks[from].x, landmarks[to].y - landmarks[from].y]
  return [landmarks[from].x, landmarks[from].y, dx, dy, 1 / (dx * dx + dy * dy || 1), factor]
}

/** Squared distance from the nearest line, each times its factor. */
function nearestLine(x: number, y: number, lines: Float64Array): number {
  let nearest = Number.POSITIVE_INFINITY
  for (let i = 0; i < lines.length; i += LINE_NUMBERS) {
    const px = x - lines[i]
    const py = y - lines[i + 1]
    const share = (px * lines[i + 2] + py * lines[i + 3]) * lines[i + 4]
    const along = share < 0 ? 0 : share > 1 ? 1 : share
    const ex = px - along * lines[i + 2]
    const ey = py - along * lines[i + 3]
    const squared = (ex * ex + ey * ey) * lines[i + 5]
    if (squared < nearest) nearest = squared
  }
  return nearest
}
