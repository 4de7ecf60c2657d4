import type { ScreenColour } from '@paume/contract'
import { type CellResponse, cellResponses } from './cell-response.ts'
import { type HandView, VIEW_CELLS } from './hand-view.ts'
import { solve } from './least-squares.ts'
import { type Look, median, skinOf } from './skin-cells.ts'

/**
 * How unevenly the screen's light falls on the hand: the response of every cell to the drawn colours, less the best quadratic surface
 * through all of them (a sheet may be slanted or bent) and what goes with the surface's own colour, as its deviation in parts of the mean
 * response. Neighbouring cells are multiplied instead of squared, so that the noise of single cells drops out; the noise that neighbours
 * share (compression) shows in changes of colour that are none of the screen's, and is taken off. `unlit`: the share of the hand that
 * takes on hardly any of the light. Both 0 where too little of the hand can be measured.
 */
export function reliefOf(
  views: readonly HandView[],
  zones: Uint8Array,
  flash: readonly ScreenColour[],
  strength: number,
): { relief: number; unlit: number } {
  const skin = skinOf(views, zones)
  if (skin === null) return { relief: 0, unlit: 0 }
  const unlit = unlitShare(cellResponses(views, { cells: skin.all, withRed: true }, flash, strength))
  const found = cellResponses(views, skin, flash, strength)
  takeSurfaceOff(found, skin.looks)
  for (const cell of strays(found)) found.delete(cell)
  takeSurfaceOff(found, skin.looks)
  takeCommonOff(found, skin.looks)
  // Of the numbers of all views one or two went into the means and one into the response; the others hold noise.
  const freedom = (skin.withRed ? 2 : 1) * (views.length - 1) - 1
  let sum = 0
  let pairs = 0
  for (const [cell, own] of found) {
    for (const next of [cell + 1, cell + VIEW_CELLS]) {
      const other = found.get(next)
      if (other === undefined) continue
      let shared = 0
      for (let i = 0; i < own.rest.length; i++) shared += own.rest[i] * other.rest[i]
      sum += own.response * other.response - shared / (freedom * Math.sqrt(own.power * other.power))
      pairs++
    }
  }
  return { relief: Math.sqrt(Math.max(0, sum / Math.max(1, pairs))), unlit }
}

/** A place that takes on less than this part of the hand's mean light (natural logarithm) is not lit. */
const UNLIT = Math.log(0.4)

/** Share of the hand, told from the mean of each cell and its neighbours, that is not lit. */
function unlitShare(found: ReadonlyMap<number, CellResponse>): number {
  let unlit = 0
  for (const cell of found.keys()) {
    let sum = 0
    let count = 0
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const near = found.get(cell + dy * VIEW_CELLS + dx)
        if (near === undefined) continue
        sum += near.response
        count++
      }
    }
    if (sum < UNLIT * count) unlit++
  }
  return unlit / found.size
}

/** In standard deviations, told from the median distance. */
const MAX_STRAY = 3

/**
 * Cells far from what most others answer: on a sheet the few that show something else (a gap, the background beside a finger); on a hand,
 * whose cells differ all over, hardly any.
 */
function strays(found: ReadonlyMap<number, CellResponse>): number[] {
  const limit = MAX_STRAY * 1.4826 * median([...found.values()].map(({ response }) => Math.abs(response)))
  return [...found].flatMap(([cell, { response }]) => (Math.abs(response) > limit ? [cell] : []))
}

/** Of a cell: place, its square, and the surface's own colour, which is the colour seen less what the screen gave. */
function termsAt(cell: number, [redOverGreen, blueOverGreen]: Look, [redTint, blueTint]: CellResponse['tint']) {
  const x = (cell % VIEW_CELLS) / VIEW_CELLS - 0.5
  const y = Math.floor(cell / VIEW_CELLS) / VIEW_CELLS - 0.5
  return [1, x, y, x * x, x * y, y * y, redOverGreen - redTint, blueOverGreen - blueTint]
}

function surfaceTerms(found: ReadonlyMap<number, CellResponse>, looks: ReadonlyMap<number, Look>): number[][] {
  return [...found].map(([cell, { tint }]) => {
    const look = looks.get(cell)
    if (look === undefined) throw new Error('invariant broken: a cell of skin without a colour')
    return termsAt(cell, look, tint)
  })
}

/**
 * Subtracts the quadratic of least squares, in place, and with it what goes with the surface's own colour: cameras mix their colours a
 * little, so that redder skin, or redder ink, seems to answer otherwise.
 */
function takeSurfaceOff(found: ReadonlyMap<number, CellResponse>, looks: ReadonlyMap<number, Look>): void {
  const cells = [...found.values()]
  const left = unexplained(
    surfaceTerms(found, looks),
    cells.map(({ response }) => response),
  )
  for (const [k, own] of cells.entries()) own.response = left[k]
}

/** What goes with place, colour or response is no noise: a camera's colours that are not quite those of the screen. */
function takeCommonOff(found: ReadonlyMap<number, CellResponse>, looks: ReadonlyMap<number, Look>): void {
  const cells = [...found.values()]
  const terms = surfaceTerms(found, looks).map((row, k) => [...row, cells[k].response])
  for (let i = 0; i < cells[0].rest.length; i++) {
    const left = unexplained(
      terms,
      cells.map(({ rest }) => rest[i]),
    )
    for (const [k, { rest }] of cells.entries()) rest[i] = left[k]
  }
}

/** The values less the sum of terms that comes nearest to them (least squares). */
function unexplained(terms: readonly number[][], values: readonly number[]): number[] {
  const size = terms[0].length
  const rows = Array.from({ length: size }, () => new Float64Array(size + 1))
  for (const [k, at] of terms.entries()) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) rows[i][j] += at[i] * at[j]
      rows[i][size] += at[i] * values[k]
    }
  }
  const solution = solve(rows)
  return values.map((value, k) => value - terms[k].reduce((sum, term, i) => sum + term * solution[i], 0))
}
