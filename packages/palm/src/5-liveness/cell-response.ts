import type { ScreenColour } from '@paume/contract'
import type { HandView } from './hand-view.ts'
import { centred, tintOf } from './screen-light.ts'
import { chromaOf, type Skin } from './skin-cells.ts'

/** A response weaker than this divides by itself: noise would pass for relief. */
const MIN_STRENGTH = 0.01

/** How one cell takes on the screen's light. */
export type CellResponse = {
  /** Strength there in parts of the mean one, natural logarithm. */
  response: number
  /** How much the cell's numbers grow with it, squared and summed: what noise is divided by. */
  power: number
  /** What it leaves unexplained, two numbers a view. */
  rest: Float64Array
  /** Mean tint that this much light gives over the sequence: taken off a cell's colour it leaves the surface's own. */
  tint: readonly [redOverGreen: number, blueOverGreen: number]
}

/** The response of cells to the drawn colours. */
export function cellResponses(
  views: readonly HandView[],
  { cells, withRed }: Pick<Skin, 'cells' | 'withRed'>,
  flash: readonly ScreenColour[],
  strength: number,
): Map<number, CellResponse> {
  const ladder = ladderAbout(Math.max(strength, MIN_STRENGTH), flash, withRed)
  const found = new Map<number, CellResponse>()
  for (const cell of cells) {
    const chroma = views.flatMap(({ light }) => chromaOf(light, 3 * cell))
    found.set(cell, responseOf(aboutMean(chroma, withRed), ladder))
  }
  return found
}

/** Rungs of strength, natural logarithms apart, from under a third to over three times the mean one. */
const RUNGS = 33
const RUNG = 0.08
type Rung = Pick<CellResponse, 'response' | 'power' | 'tint'> & { tints: Float64Array; growth: Float64Array }

/** What cells under several strengths would show: where the screen outshines the room, colours no longer grow with its light. */
function ladderAbout(strength: number, flash: readonly ScreenColour[], withRed: boolean): Rung[] {
  const coloursAt = (response: number) => flash.map((colour) => tintOf(colour, strength * Math.exp(response)))
  const tintsAt = (response: number) => aboutMean(coloursAt(response).flat(), withRed)
  return Array.from({ length: RUNGS }, (_, i) => {
    const response = RUNG * (i - (RUNGS - 1) / 2)
    const [low, high] = [tintsAt(response - 0.01), tintsAt(response + 0.01)]
    const growth = low.map((value, k) => (high[k] - value) / 0.02)
    const power = growth.reduce((sum, value) => sum + value * value, 1e-12)
    const colours = coloursAt(response)
    const mean = (part: 0 | 1) => colours.reduce((sum, colour) => sum + colour[part] / colours.length, 0)
    return { response, power, tint: [mean(0), mean(1)], tints: tintsAt(response), growth }
  })
}

/** The nearest rung, and from there one step along its growth. */
function responseOf(seen: Float64Array, ladder: readonly Rung[]): CellResponse {
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
  const { response, tints, growth, power, tint } = nearest
  let step = 0
  for (let i = 0; i < seen.length; i++) step += ((seen[i] - tints[i]) * growth[i]) / power
  const rest = seen.map((value, i) => value - tints[i] - step * growth[i])
  return { response: response + Math.max(-RUNG, Math.min(RUNG, step)), power, rest, tint }
}

/** Takes the mean over the views off, and leaves nothing of red over green where red is not to be looked at. */
function aboutMean(chroma: ArrayLike<number>, withRed: boolean): Float64Array {
  const out = centred(chroma)
  if (!withRed) for (let i = 0; i < out.length; i += 2) out[i] = 0
  return out
}
