import { type HandView, ON_HAND } from './hand-view.ts'

/** Light below this, 0…1 linear, says nothing of colour. */
const DARK = 0.01
/**
 * Above this cameras bend the curve of each colour by itself, which looks like relief where a flat print is bright; above the other the
 * sensor is clipped. Of a hand red is the first to get there: where it does almost everywhere, blue over green is all that is looked at.
 */
const BENT = 0.55
const CLIPPED = 0.97
/** Fewer cells tell nothing. */
const MIN_CELLS = 120
/** Cells whose colour lies farther than this (natural logarithms) from the hand's middle colour are an edge, a nail, or not the hand. */
const MAX_OFF_COLOUR = 0.35

/** Means over the views, natural logarithms. */
export type Look = readonly [redOverGreen: number, blueOverGreen: number, green: number]

export type Skin = {
  /** All of them, and those dark enough that the camera bends none of the colours looked at. */
  all: readonly number[]
  cells: readonly number[]
  looks: ReadonlyMap<number, Look>
  /** Whether red over green may be looked at. */
  withRed: boolean
}

/** Cells that show the hand in all views: neither dark nor clipped, and of the hand's own colour and brightness; null where they are too few. */
export function skinOf(views: readonly HandView[], zones: Uint8Array): Skin | null {
  const inHand = [...zones.keys()].filter((cell) => zones[cell] === ON_HAND && isMeasurable(views, cell, 0, CLIPPED))
  const looks = new Map(inHand.map((cell) => [cell, lookOf(views, cell)]))
  const middle = [0, 1, 2].map((part) => median([...looks.values()].map((look) => look[part])))
  const all = [...looks].flatMap(([cell, look]) =>
    look.every((value, part) => Math.abs(value - middle[part]) < (part === 2 ? 3 : 1) * MAX_OFF_COLOUR) ? [cell] : [],
  )
  if (all.length < MIN_CELLS) return null
  for (const withRed of [true, false]) {
    const cells = all.filter((cell) => isMeasurable(views, cell, withRed ? 0 : 1, BENT))
    if (cells.length >= MIN_CELLS) return { all, cells, looks, withRed }
  }
  return { all, cells: all, looks, withRed: false }
}

/** `from`: 0 with red, 1 without. */
const isMeasurable = (views: readonly HandView[], cell: number, from: 0 | 1, bright: number) =>
  views.every(({ light }) => {
    for (let at = 3 * cell + from; at < 3 * cell + 3; at++) if (!(light[at] > DARK && light[at] < bright)) return false
    return true
  })

function lookOf(views: readonly HandView[], cell: number): Look {
  const look: [number, number, number] = [0, 0, 0]
  for (const { light } of views) {
    const [red, blue] = chromaOf(light, 3 * cell)
    look[0] += red / views.length
    look[1] += blue / views.length
    look[2] += Math.log(light[3 * cell + 1]) / views.length
  }
  return look
}

export function chromaOf(light: Float32Array, at: number): [redOverGreen: number, blueOverGreen: number] {
  const green = Math.log(light[at + 1])
  return [Math.log(light[at]) - green, Math.log(light[at + 2]) - green]
}

export const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]
