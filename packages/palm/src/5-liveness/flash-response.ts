import type { ScreenColour } from '@paume/contract'
import { BESIDE_HAND, ELSEWHERE, type HandView, ON_HAND, VIEW_CELLS } from './hand-view.ts'
import { type Relief, reliefOf } from './relief.ts'
import { centred, correlation, dot, ladderOf, strengthOf, tintsOf } from './screen-light.ts'
import { surroundOf } from './surround.ts'

/** What a burst says of the screen's light. Strengths: light from the screen's full white, in parts of the light that is there. */
export type FlashResponse = {
  /** Strength on the hand that explains its colours best. */
  onHand: number
  /** Correlation, −1…1, of the hand's changes of colour with those of the drawn sequence, after those beside the hand are taken off. */
  follows: number
  /** How large the hand's changes of colour are, whatever caused them (root mean square of natural logarithms). */
  change: number
  /** The strength of the fifth beside the hand that answers most, in parts of the hand's: near 1 where a sheet goes on beside it. */
  surround: number
} & Relief

/** Light added before a ratio is taken, 0…1 linear: what is darker says little of colour, because compression smears colours into it. */
const VEIL = { [ON_HAND]: 0.004, [BESIDE_HAND]: 0.02 }
/** Colours that hardly change are compared with those of a light this weak. */
const LEAST_STRENGTH = 0.004
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
  const ladder = ladderOf(flash)
  const onHand = strengthOf(hand, ladder).strength
  const expected = tintsOf(flash, Math.max(onHand, LEAST_STRENGTH))
  return {
    onHand,
    surround: surroundOf(views, zones, ladder, onHand),
    follows: correlation(apart, expected),
    change: Math.sqrt(dot(hand, hand) / hand.length),
    ...reliefOf(views, zones, flash, onHand),
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
