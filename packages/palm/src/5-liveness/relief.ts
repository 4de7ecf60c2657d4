import type { ScreenColour } from '@paume/contract'
import { type CellResponse, cellResponses } from './cell-response.ts'
import { takeCommonOff, takeEvenOff } from './even-light.ts'
import { formOf } from './hand-form.ts'
import { type HandView, ON_HAND, VIEW_CELLS } from './hand-view.ts'
import { roundnessOf } from './roundness.ts'
import { median, skinOf } from './skin-cells.ts'

/** What the fall of the screen's light says of the form that it falls on. */
export type Relief = {
  /** Deviation of the response from that of an even sheet, in parts of the mean response. */
  relief: number
  /** How much of it goes with the form of a hand, in parts of what noise would: about 1 on a sheet. */
  roundness: number
  /** Share of the hand that takes on hardly any of the light. */
  unlit: number
}

/** Cells nearer to the guessed outline than this, palm widths, may show what is behind. */
const RIM_WIDTHS = 0.03
/**
 * Steps from a cell to those it is multiplied with, to the right and down: noise that neighbours share reaches three cells or so, the
 * form of a finger or a mound farther.
 */
const STEPS = [1, 2, 3, 4].flatMap((far) => [far, far * VIEW_CELLS])
const SLANTED = [1, 2, 3].flatMap((far) => [far * (VIEW_CELLS + 1), far * (VIEW_CELLS - 1)])

/**
 * How unevenly the screen's light falls on the hand: the response of every cell to the drawn colours, less that of an even sheet. Nearby
 * cells are multiplied instead of squared, so that the noise of single cells drops out; the noise that neighbours share (compression)
 * shows in changes of colour that are none of the screen's, and is taken off. All 0 where too little of the hand can be measured.
 */
export function reliefOf(
  views: readonly HandView[],
  zones: Uint8Array,
  flash: readonly ScreenColour[],
  strength: number,
): Relief {
  const form = formOf(views.map(({ points }) => points))
  const inner = zones.map((zone, cell) => (zone === ON_HAND && form.outside[cell] > -RIM_WIDTHS ? 0 : zone))
  const skin = skinOf(views, inner)
  if (skin === null) return { relief: 0, roundness: 0, unlit: 0 }
  const unlit = unlitShare(cellResponses(views, { cells: skin.all, withRed: true }, flash, strength))
  const found = cellResponses(views, skin, flash, strength)
  takeEvenOff(found, skin.looks)
  for (const cell of strays(found)) found.delete(cell)
  takeEvenOff(found, skin.looks)
  takeCommonOff(found, skin.looks)
  // Of the numbers of all views one or two went into the means and one into the response; the others hold noise.
  const freedom = (skin.withRed ? 2 : 1) * (views.length - 1) - 1
  return { relief: deviationOf(found, freedom), roundness: roundnessOf(found, skin.looks, form, freedom), unlit }
}

/** Deviation that nearby cells have in common, less that of the noise they have in common. */
function deviationOf(found: ReadonlyMap<number, CellResponse>, freedom: number): number {
  let sum = 0
  let pairs = 0
  for (const [cell, own] of found) {
    for (const step of [...STEPS, ...SLANTED]) {
      const other = found.get(cell + step)
      if (other === undefined) continue
      let noise = 0
      for (let i = 0; i < own.rest.length; i++) noise += own.rest[i] * other.rest[i]
      sum += own.response * other.response - noise / (freedom * Math.sqrt(own.power * other.power))
      pairs++
    }
  }
  return Math.sqrt(Math.max(0, sum / Math.max(1, pairs)))
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
