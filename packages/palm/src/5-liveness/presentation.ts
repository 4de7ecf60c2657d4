import { type Measure, round } from '../4-quality/measure.ts'
import { movesAlong } from './along.ts'
import type { FlashOutcome } from './flash.ts'
import type { BurstFrame } from './liveness.ts'
import { FLASHED, UNFLASHED, type Weights } from './weights.ts'

/** The signs of a burst that are weighed together, each about 0…1 or a small multiple of it. */
export type Signs = Readonly<Record<string, number>>

/** Signs that every burst has. */
export function plainSigns(frames: readonly BurstFrame[]): Signs {
  const highest = (name: string) => Math.max(...frames.map(({ evidence }) => evidence.signs[name] ?? 0))
  return {
    border: highest('border'),
    grid: Math.min(2, highest('moiré') / 10),
    along: movesAlong(frames),
  }
}

/** Light that falls more unevenly than this (logarithm of `relief`) is no longer a hand's roundness but a mirror image on glass. */
const GLARE = -0.6

/** Signs of a burst under the drawn colours. */
export function flashSigns({ response }: Extract<FlashOutcome, { outcome: 'followed' }>): Signs {
  const relief = Math.log10(0.01 + response.relief)
  return {
    strength: Math.log10(response.onHand),
    beside: Math.min(2, response.besideHand / response.onHand),
    misses: Math.sqrt(Math.max(0, 1 - response.follows)),
    relief: Math.min(relief, GLARE),
    glare: Math.max(0, relief - GLARE),
  }
}

/** Log-odds that this is an attack and no hand. */
export function attackLogOdds(signs: Signs, { bias, weights }: Pick<Weights, 'bias' | 'weights'>): number {
  const sum = Object.entries(weights).reduce((total, [name, weight]) => total + weight * signs[name], bias)
  if (Number.isNaN(sum)) throw new Error('invariant broken: a sign of liveness is no number')
  return sum
}

/** One verdict from all signs together. The weights were fitted to rendered bursts, the limit frozen before anything was reported. */
export function presentationMeasure(frames: readonly BurstFrame[], flash: FlashOutcome): Measure {
  const model = flash.outcome === 'followed' ? FLASHED : UNFLASHED
  const signs = { ...plainSigns(frames), ...(flash.outcome === 'followed' ? flashSigns(flash) : {}) }
  const value = attackLogOdds(signs, model)
  return {
    name: flash.outcome === 'followed' ? 'presentation, flashed' : 'presentation',
    value,
    limit: model.maxLogOdds,
    unit: 'log-odds',
    ok: value <= model.maxLogOdds,
    code: 'liveness_failed',
    message: `This looks like a picture of a hand: ${round(value)}, at most ${round(model.maxLogOdds)}.`,
  }
}
