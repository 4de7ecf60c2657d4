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
  const cells = skinCells(views, zones)
  if (cells.length < MIN_CELLS) return 0
  const ladder = ladderAbout(Math.max(strength, MIN_STRENGTH), flash)
  const response = new Float32Array(zones.length)
  const found = new Map<number, Found>()
  for (const cell of cells) {
    const seen = centred(views.flatMap(({ light }) => chromaOf(light, 3 * cell)))
    const own = responseOf(seen, ladder)
    response[cell] = own.response
    found.set(cell, own)
  }
  takeMeanOff([...found.values()].map(({ rest }) => rest))
  takeSurfaceOff(response, cells)
  for (const cell of strays(response, cells)) found.delete(cell)
  takeSurfaceOff(response, [...found.keys()])
  // Of the numbers of all views two went into the means and one into the response; the others hold noise.
  const freedom = 2 * views.length - 3
  let sum = 0
  let pairs = 0
  for (const cell of cells) {
    for (const next of [cell + 1, cell + VIEW_CELLS]) {
      const [own, other] = [found.get(cell), found.get(next)]
      if (own === undefined || other === undefined) continue
      let shared = 0
      for (let i = 0; i < own.rest.length; i++) shared += own.rest[i] * other.rest[i]
      sum += response[cell] * response[next] - shared / (freedom * Math.sqrt(own.power * other.power))
      pairs++
    }
  }
  return Math.sqrt(Math.max(0, sum / Math.max(1, pairs)))
}

/** Rungs of strength, natural logarithms apart, from under a third to over three times the mean one. */
const RUNGS = 33
const RUNG = 0.08
type Rung = { response: number; tints: Float64Array; growth: Float64Array; power: number }
/** Strength at a cell against the mean one (natural logarithm), how much its numbers grow with it, and what it leaves unexplained. */
type Found = { response: number; power: number; rest: Float64Array }

/** What cells under several strengths would show: where the screen outshines the room, colours no longer grow with its light. */
function ladderAbout(strength: number, flash: readonly ScreenColour[]): Rung[] {
  return Array.from({ length: RUNGS }, (_, i) => {
    const response = RUNG * (i - (RUNGS - 1) / 2)
    const [low, high] = [-0.01, 0.01].map((off) => tintsOf(flash, strength * Math.exp(response + off)))
    const growth = low.map((value, k) => (high[k] - value) / 0.02)
    const tints = tintsOf(flash, strength * Math.exp(response))
    return { response, tints, growth, power: growth.reduce((sum, value) => sum + value * value, 1e-12) }
  })
}

/** The nearest rung, and from there one step along its growth. */
function responseOf(seen: Float64Array, ladder: readonly Rung[]): Found {
  let nearest = ladder[0]
  let least = Number.POSITIVE_INFINITY
  for (const rung of ladder) {
    let miss = 0
    for (let i = 0; i < seen.length; i++) miss += (seen[i] - rung.tints[i]) ** 2
    if (miss < least) {
      least = miss
      nearest = rung
    }
  }
  const { response, tints, growth, power } = nearest
  let step = 0
  for (let i = 0; i < seen.length; i++) step += ((seen[i] - tints[i]) * growth[i]) / power
  const rest = seen.map((value, i) => value - tints[i] - step * growth[i])
  return { response: response + Math.max(-RUNG, Math.min(RUNG, step)), power, rest }
}

/**
 * Cells far from what most others answer: on a sheet the few that show something else (a gap, the background beside a finger); on a hand,
 * whose cells differ all over, hardly any.
 */
function strays(response: Float32Array, cells: readonly number[]): number[] {
  const limit = MAX_STRAY * 1.4826 * median(cells.map((cell) => Math.abs(response[cell])))
  return cells.filter((cell) => Math.abs(response[cell]) > limit)
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

/** In standard deviations, told from the median distance. */
const MAX_STRAY = 3

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
