import { REGION_SIDE_PX, type Region } from '../3-region/region.ts'
import { clarityOf } from './line-clarity.ts'
import { lineResponses, RADIUS } from './line-filters.ts'
import { winningAngle } from './winning-angle.ts'

export { ANGLE_STEPS, NO_LINE } from './winning-angle.ts'

/** Side of a line field, cells; one cell covers 2 × 2 px of the region. */
export const FIELD_SIDE = 64

export type LineField = {
  /** The direction of the darkest line through every cell: 0…253 (π/254 each) or `NO_LINE`; row after row. */
  readonly angle: Uint8Array
  /** How much of it the shading does not tell already, 0…1: see `clarityOf`. */
  readonly clarity: number
}

const PADDED = FIELD_SIDE + 2 * RADIUS

const mirrored = (i: number) => (i < 0 ? -i : i >= FIELD_SIDE ? 2 * FIELD_SIDE - 2 - i : i)

/** The region at half size, its border mirrored outward by the filter's radius. */
function halvedAndPadded(grey: Float32Array): Float32Array {
  const padded = new Float32Array(PADDED * PADDED)
  for (let y = 0; y < PADDED; y++) {
    const top = 2 * mirrored(y - RADIUS) * REGION_SIDE_PX
    for (let x = 0; x < PADDED; x++) {
      const at = top + 2 * mirrored(x - RADIUS)
      padded[y * PADDED + x] = (grey[at] + grey[at + 1] + grey[at + REGION_SIDE_PX] + grey[at + REGION_SIDE_PX + 1]) / 4
    }
  }
  return padded
}

const known = new WeakMap<Region, LineField>()

/** The line field of a region; remembered as long as the region lives, since vector and code both need it. */
export function lineFieldOf(region: Region): LineField {
  const before = known.get(region)
  if (before) return before
  const padded = halvedAndPadded(region.grey)
  const responses = lineResponses(padded, FIELD_SIDE)
  const angle = new Uint8Array(FIELD_SIDE * FIELD_SIDE)
  for (let cell = 0; cell < angle.length; cell++) angle[cell] = winningAngle(responses, cell)
  const field = { angle, clarity: clarityOf(responses, angle, FIELD_SIDE) }
  known.set(region, field)
  return field
}

/** How a field is looked at: turned about its middle, enlarged, then moved (field cells, to the right and down). */
export type Pose = { turnRad: number; scale: number; rightCells: number; downCells: number }

/**
 * The cell of a field that a point of the posed frame falls on, or −1 outside.
 * @param x from the middle to the right, field cells
 * @param y from the middle downward, field cells
 */
export function cellAt(pose: Pose, x: number, y: number): number {
  const half = FIELD_SIDE / 2
  const right = x * pose.scale + pose.rightCells
  const down = y * pose.scale + pose.downCells
  const column = Math.floor(Math.cos(pose.turnRad) * right - Math.sin(pose.turnRad) * down + half)
  const row = Math.floor(Math.sin(pose.turnRad) * right + Math.cos(pose.turnRad) * down + half)
  return column < 0 || row < 0 || column >= FIELD_SIDE || row >= FIELD_SIDE ? -1 : row * FIELD_SIDE + column
}
