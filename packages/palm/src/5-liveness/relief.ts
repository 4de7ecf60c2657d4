import type { ScreenColour } from '@paume/contract'
import { type HandView, ON_HAND, VIEW_CELLS } from './hand-view.ts'
import { solve } from './least-squares.ts'
import { centred, tintsOf } from './screen-light.ts'

/** Light below this, 0…1 linear, says nothing of colour; above it the sensor may be clipped. */
const DARK = 0.01
const CLIPPED = 0.97
/** A response weaker than this divides by itself: noise would pass for relief. */
const MIN_STRENGTH = 0.01
const MIN_CELLS = 120
/** Cells whose colour lies farther than this (natural logarithms) from the hand's middle colour are an edge, a nail, or not the hand. */
const MAX_OFF_COLOUR = 0.35

/**
 * How unevenly the screen's light falls on the hand: the response of every cell to the drawn colours, less the best quadratic surface
 * through all of them (a sheet may be slanted or bent), as its deviation in parts of the mean response. Neighbouring cells are
 * multiplied instead of squared, so that the noise of single cells drops out; the noise that neighbours share (compression) shows in
 * changes of colour that are none of the screen's, and is taken off.
 */
export function reliefOf(
  views: readonly HandView[],
  zones: Uint8Array,
  flash: readonly ScreenColour[],
  strength: number,
): number {
  const about = Math.max(strength, MIN_STRENGTH)
  const [low, high] = [tintsOf(flash, 0.9 * about), tintsOf(flash, 1.1 * about)]
  // How much each of the numbers grows for one unit of strength more.
  const growth = low.map((value, i) => (high[i] - value) / (0.2 * about))
  const power = growth.reduce((sum, value) => sum + value * value, 0)
  if (!(power > 0)) return 0
  const response = new Float32Array(zones.length).fill(Number.NaN)
  const cells = skinCells(views, zones)
  if (cells.length < MIN_CELLS) return 0
  const rests = new Map<number, Float64Array>()
  for (const cell of cells) {
    const seen = centred(views.flatMap(({ light }) => chromaOf(light, 3 * cell)))
    let along = 0
    for (let i = 0; i < seen.length; i++) along += (seen[i] * growth[i]) / power
    response[cell] = along
    rests.set(
      cell,
      seen.map((value, i) => value - along * growth[i]),
    )
  }
  takeMeanOff([...rests.values()])
  takeSurfaceOff(response, cells)
  // Of the numbers of all views two went into the means and one into the response; the others hold noise.
  const freedom = growth.length - 3
  let sum = 0
  let pairs = 0
  for (const cell of cells) {
    for (const next of [cell + 1, cell + VIEW_CELLS]) {
      const [own, other] = [rests.get(cell), rests.get(next)]
      if (own === undefined || other === undefined) continue
      let shared = 0
      for (let i = 0; i < own.length; i++) shared += own[i] * other[i]
      sum += response[cell] * response[next] - shared / (freedom * power)
      pairs++
    }
  }
  return Math.sqrt(Math.max(0, sum / Math.max(1, pairs))) / about
}

/** What all cells have in common is no noise: a camera's colours that are not quite those of the screen. */
function takeMeanOff(rests: readonly Float64Array[]): void {
  const length = rests[0]?.length ?? 0
  for (let i = 0; i < length; i++) {
    const mean = rests.reduce((sum, rest) => sum + rest[i], 0) / rests.length
    for (const rest of rests) rest[i] -= mean
  }
}

/** Cells that show the hand in all views: neither dark nor clipped, and of the hand's own colour and brightness. */
function skinCells(views: readonly HandView[], zones: Uint8Array): number[] {
  const cells: number[] = []
  for (let cell = 0; cell < zones.length; cell++) {
    if (zones[cell] === ON_HAND && isMeasurable(views, cell)) cells.push(cell)
  }
  const looks = cells.map((cell) => lookOf(views, cell))
  const middle = [0, 1, 2].map((part) => median(looks.map((look) => look[part])))
  return cells.filter((_, i) =>
    looks[i].every((value, part) => Math.abs(value - middle[part]) < (part === 2 ? 3 : 1) * MAX_OFF_COLOUR),
  )
}

/** Both chromas and the logarithm of green, means over the views. */
function lookOf(views: readonly HandView[], cell: number): [number, number, number] {
  const look: [number, number, number] = [0, 0, 0]
  for (const { light } of views) {
    const [red, blue] = chromaOf(light, 3 * cell)
    look[0] += red / views.length
    look[1] += blue / views.length
    look[2] += Math.log(light[3 * cell + 1]) / views.length
  }
  return look
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]

const isMeasurable = (views: readonly HandView[], cell: number) =>
  views.every(({ light }) => {
    const [red, green, blue] = [light[3 * cell], light[3 * cell + 1], light[3 * cell + 2]]
    return Math.min(red, green, blue) > DARK && Math.max(red, green, blue) < CLIPPED
  })

function chromaOf(light: Float32Array, at: number): number[] {
  const green = Math.log(light[at + 1])
  return [Math.log(light[at]) - green, Math.log(light[at + 2]) - green]
}

const TERMS = 6
const termsAt = (cell: number): number[] => {
  const x = (cell % VIEW_CELLS) / VIEW_CELLS - 0.5
  const y = Math.floor(cell / VIEW_CELLS) / VIEW_CELLS - 0.5
  return [1, x, y, x * x, x * y, y * y]
}

/** Subtracts the quadratic of least squares, in place. */
function takeSurfaceOff(response: Float32Array, cells: readonly number[]): void {
  const rows = Array.from({ length: TERMS }, () => new Float64Array(TERMS + 1))
  for (const cell of cells) {
    const terms = termsAt(cell)
    for (let i = 0; i < TERMS; i++) {
      for (let j = 0; j < TERMS; j++) rows[i][j] += terms[i] * terms[j]
      rows[i][TERMS] += terms[i] * response[cell]
    }
  }
  const surface = solve(rows)
  for (const cell of cells) {
    const terms = termsAt(cell)
    for (let i = 0; i < TERMS; i++) response[cell] -= surface[i] * terms[i]
  }
}
