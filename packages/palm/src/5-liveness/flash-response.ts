import type { ScreenColour } from '@paume/contract'
import { BESIDE_HAND, ELSEWHERE, type HandView, ON_HAND, VIEW_CELLS } from './hand-view.ts'
import { reliefOf } from './relief.ts'
import { centred, tintsOf } from './screen-light.ts'

/** What a burst says of the screen's light. Strengths: light from the screen's full white, in parts of the light that is there. */
export type FlashResponse = {
  /** Strength on the hand that explains its colours best. */
  onHand: number
  /** The same beside the hand: near 0 where the background is far, as on the hand where both are one sheet; 0 where none is seen. */
  besideHand: number
  /** Correlation, −1…1, of the hand's changes of colour with those of the drawn sequence, after those beside the hand are taken off. */
  follows: number
  /** How large the hand's changes of colour are, whatever caused them (root mean square of natural logarithms). */
  change: number
  /** How unevenly the light falls on the hand, in parts of its strength: a hand is round, a sheet is flat. */
  relief: number
}

/** Strengths tried: from what no camera sees to a dark room. */
const STRENGTHS = Array.from({ length: 57 }, (_, i) => 0.004 * 10 ** (i / 16))
/** Light added before a ratio is taken, 0…1 linear: what is darker says little of colour, because compression smears colours into it. */
const VEIL = { [ON_HAND]: 0.004, [BESIDE_HAND]: 0.02 }
/** As many cells beside the hand are needed to know the background. */
const MIN_BESIDE_CELLS = 60

/** `flash` holds one colour a view. The views lie on one another. */
export function flashResponse(views: readonly HandView[], flash: readonly ScreenColour[]): FlashResponse {
  if (views.length !== flash.length) throw new RangeError(`${flash.length} colours for ${views.length} frames`)
  const zones = commonZones(views)
  const hand = centred(chromaOver(views, zones, ON_HAND))
  const around = zones.filter((zone) => zone === BESIDE_HAND).length >= MIN_BESIDE_CELLS
  const beside = around ? centred(chromaOver(views, zones, BESIDE_HAND)) : new Float64Array(hand.length)
  const apart = hand.map((value, i) => value - beside[i])
  const onHand = strengthOf(hand, flash)
  const expected = tintsOf(flash, Math.max(onHand, STRENGTHS[0]))
  return {
    onHand,
    besideHand: strengthOf(beside, flash),
    follows: correlation(apart, expected),
    change: Math.sqrt(dot(hand, hand) / hand.length),
    relief: reliefOf(views, zones, flash, onHand),
  }
}

/** Where all views agree on what is seen. */
function commonZones(views: readonly HandView[]): Uint8Array {
  return views[0].zones.map((zone, cell) => (views.every(({ zones }) => zones[cell] === zone) ? zone : ELSEWHERE))
}

/** Chroma of the mean light of a zone, two numbers a view. */
function chromaOver(views: readonly HandView[], zones: Uint8Array, zone: keyof typeof VEIL): number[] {
  return views.flatMap(({ light }) => {
    const sum = [0, 0, 0]
    let count = 0
    for (let cell = 0; cell < VIEW_CELLS * VIEW_CELLS; cell++) {
      if (zones[cell] !== zone) continue
      count++
      for (let axis = 0; axis < 3; axis++) sum[axis] += light[3 * cell + axis]
    }
    const [red, green, blue] = sum.map((value) => Math.log(VEIL[zone] + value / Math.max(1, count)))
    return [red - green, blue - green]
  })
}

/** The strength whose tints lie nearest to what was seen; 0 where no light at all does. */
function strengthOf(seen: Float64Array, flash: readonly ScreenColour[]): number {
  let best = 0
  let least = dot(seen, seen)
  for (const strength of STRENGTHS) {
    const tints = tintsOf(flash, strength)
    let miss = 0
    for (let i = 0; i < seen.length; i++) miss += (seen[i] - tints[i]) ** 2
    if (miss < least) {
      least = miss
      best = strength
    }
  }
  return best
}

function correlation(a: Float64Array, b: Float64Array): number {
  const norm = Math.sqrt(dot(a, a) * dot(b, b))
  return norm > 0 ? dot(a, b) / norm : 0
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0)
