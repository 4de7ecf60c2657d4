import { REGION_SIDE_PX, type Region } from '../3-region/region.ts'
import { clarityOf } from './line-clarity.ts'
import { ORIENTATIONS, winningAngle } from './winning-angle.ts'

export { ANGLE_STEPS, NO_LINE } from './winning-angle.ts'

/** Side of a line field, cells; one cell covers 2 × 2 px of the region. */
export const FIELD_SIDE = 64
/** Half side of the filter, field cells. */
const RADIUS = 8
/** Spread across the line, spread along it and wavelength, field cells (2 px of the region each). */
const ACROSS = 2.2
const ALONG = 4
const WAVELENGTH = 7
export type LineField = {
  /** The direction of the darkest line through every cell: 0…253 (π/254 each) or `NO_LINE`; row after row. */
  readonly angle: Uint8Array
  /** How much of it the shading does not tell already, 0…1: see `clarityOf`. */
  readonly clarity: number
}

const WIDTH = 2 * RADIUS + 1
const PADDED = FIELD_SIDE + 2 * RADIUS

/** Real parts of Gabor filters, zero-mean under their envelope (so that shading does not matter) and of unit norm. */
function filterBank(): Float32Array[] {
  return Array.from({ length: ORIENTATIONS }, (_, k) => {
    const turn = (Math.PI * k) / ORIENTATIONS
    const filter = new Float32Array(WIDTH * WIDTH)
    const envelope = new Float32Array(WIDTH * WIDTH)
    let sum = 0
    let weight = 0
    for (let y = -RADIUS, i = 0; y <= RADIUS; y++) {
      for (let x = -RADIUS; x <= RADIUS; x++, i++) {
        const along = x * Math.cos(turn) + y * Math.sin(turn)
        const across = y * Math.cos(turn) - x * Math.sin(turn)
        envelope[i] = Math.exp(-(along * along) / (2 * ALONG * ALONG) - (across * across) / (2 * ACROSS * ACROSS))
        filter[i] = envelope[i] * Math.cos((2 * Math.PI * across) / WAVELENGTH)
        sum += filter[i]
        weight += envelope[i]
      }
    }
    let square = 0
    for (let i = 0; i < filter.length; i++) {
      filter[i] -= (envelope[i] * sum) / weight
      square += filter[i] * filter[i]
    }
    const norm = Math.sqrt(square)
    return filter.map((value) => value / norm)
  })
}

const BANK = filterBank()
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

/** Four cells of a row at a time: each value is read once for all four, and sums stay in registers; a quarter of the time of one by one. */
function filtered(padded: Float32Array, filter: Float32Array): Float32Array {
  const out = new Float32Array(FIELD_SIDE * FIELD_SIDE)
  for (let y = 0; y < FIELD_SIDE; y++) {
    for (let x = 0; x < FIELD_SIDE; x += 4) {
      let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0]
      for (let j = 0; j < WIDTH; j++) {
        const from = (y + j) * PADDED + x
        let value0 = padded[from]
        let value1 = padded[from + 1]
        let value2 = padded[from + 2]
        for (let i = 0; i < WIDTH; i++) {
          const weight = filter[j * WIDTH + i]
          const value3 = padded[from + i + 3]
          sum0 += weight * value0
          sum1 += weight * value1
          sum2 += weight * value2
          sum3 += weight * value3
          value0 = value1
          value1 = value2
          value2 = value3
        }
      }
      const at = y * FIELD_SIDE + x
      out[at] = sum0
      out[at + 1] = sum1
      out[at + 2] = sum2
      out[at + 3] = sum3
    }
  }
  return out
}

const known = new WeakMap<Region, LineField>()

/** The line field of a region; remembered as long as the region lives, since vector and code both need it. */
export function lineFieldOf(region: Region): LineField {
  const before = known.get(region)
  if (before) return before
  const padded = halvedAndPadded(region.grey)
  const responses = BANK.map((filter) => filtered(padded, filter))
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
