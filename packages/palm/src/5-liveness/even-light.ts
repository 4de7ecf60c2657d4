import type { CellResponse } from './cell-response.ts'
import { VIEW_CELLS } from './hand-view.ts'
import { solve } from './least-squares.ts'
import type { Look } from './skin-cells.ts'

/**
 * Of a cell: what the light of a screen does on a flat, slanted or bent sheet, which is a quadratic of the place and, where the screen is
 * near, a little of third and fourth order; and the surface's own colour, the colour seen less what the screen gave.
 */
function termsAt(cell: number, [redOverGreen, blueOverGreen, green]: Look, [redTint, blueTint]: CellResponse['tint']) {
  const x = (cell % VIEW_CELLS) / VIEW_CELLS - 0.5
  const y = Math.floor(cell / VIEW_CELLS) / VIEW_CELLS - 0.5
  const square = x * x + y * y
  const place = [1, x, y, x * x, x * y, y * y, x * square, y * square, square * square]
  return [...place, redOverGreen - redTint, blueOverGreen - blueTint, green]
}

/** The terms of every cell, in the order of the cells. */
export function evenTerms(found: ReadonlyMap<number, CellResponse>, looks: ReadonlyMap<number, Look>): number[][] {
  return [...found].map(([cell, { tint }]) => {
    const look = looks.get(cell)
    if (look === undefined) throw new Error('invariant broken: a cell of skin without a colour')
    return termsAt(cell, look, tint)
  })
}

/**
 * Subtracts, in place, what an even sheet would answer (least squares), and with it what goes with the surface's own colour and
 * brightness: cameras mix their colours a little and bend their curves, so that redder or brighter skin, or ink, seems to answer otherwise.
 */
export function takeEvenOff(found: ReadonlyMap<number, CellResponse>, looks: ReadonlyMap<number, Look>): void {
  const cells = [...found.values()]
  const left = unexplainedBy(evenTerms(found, looks))(cells.map(({ response }) => response))
  for (const [k, own] of cells.entries()) own.response = left[k]
}

/** What goes with place, colour or response is no noise: a camera's colours that are not quite those of the screen. */
export function takeCommonOff(found: ReadonlyMap<number, CellResponse>, looks: ReadonlyMap<number, Look>): void {
  const cells = [...found.values()]
  const unexplained = unexplainedBy(evenTerms(found, looks).map((row, k) => [...row, cells[k].response]))
  for (let i = 0; i < cells[0].rest.length; i++) {
    const left = unexplained(cells.map(({ rest }) => rest[i]))
    for (const [k, { rest }] of cells.entries()) rest[i] = left[k]
  }
}

/** For values at the same places: what is left of them when the sum of terms that comes nearest to them (least squares) is taken off. */
export function unexplainedBy(terms: readonly number[][]): (values: readonly number[]) => number[] {
  const size = terms[0].length
  const squares = Array.from({ length: size }, () => new Float64Array(size))
  for (const at of terms) {
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) squares[i][j] += at[i] * at[j]
  }
  return (values) => {
    const rows = squares.map((row, i) => {
      const whole = new Float64Array(size + 1)
      whole.set(row)
      for (const [k, at] of terms.entries()) whole[size] += at[i] * values[k]
      return whole
    })
    const solution = solve(rows)
    return values.map((value, k) => {
      let explained = 0
      for (let i = 0; i < size; i++) explained += terms[k][i] * solution[i]
      return value - explained
    })
  }
}
