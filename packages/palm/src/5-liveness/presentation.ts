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

/** Light that falls more unevenly than this (logarithm of `relief`) speaks no more for a hand: a mirror image on glass is like that, too. */
const MAX_RELIEF = -0.6

/** More roundness than this (logarithm) says no more: with a clean camera it has no bound. */
const MAX_ROUNDNESS = 2

/** Signs of a burst under the drawn colours. */
export const flashSigns = ({ response }: Extract<FlashOutcome, { outcome: 'followed' }>): Signs => ({
  surround: response.surround,
  relief: Math.min(Math.log10(0.01 + response.relief), MAX_RELIEF),
  roundness: Math.min(Math.log10(1 + response.roundness), MAX_ROUNDNESS),
})

/** Log-odds that this is an attack and no hand. */
export function attackLogOdds(signs: Signs, { bias, weights }: Pick<Weights, 'bias' | 'weights'>): number {
  const sum = Object.entries(weights).reduce((total, [name, weight]) => total + weight * signs[name], bias)
  if (Number.isNaN(sum)) throw new Error('invariant broken: a sign of liveness is no number')
  return sum
}

/** One verdict from all signs together. */
export function presentationMeasure(frames: readonly BurstFrame[], flash: FlashOutcome): Measure {
  const flashed = flash.outcome === 'followed'
  return verdictOn({ ...plainSigns(frames), ...(flashed ? flashSigns(flash) : {}) }, flashed)
}

/** The weights were fitted to rendered bursts, the limit frozen before anything was reported. */
export function verdictOn(signs: Signs, flashed: boolean): Measure {
  const model = flashed ? FLASHED : UNFLASHED
  const value = attackLogOdds(signs, model)
  return {
    name: flashed ? 'presentation, flashed' : 'presentation',
    value,
    limit: model.maxLogOdds,
    unit: 'log-odds',
    ok: value <= model.maxLogOdds,
    code: 'liveness_failed',
    message: `This looks like a picture of a hand: ${round(value)}, at most ${round(model.maxLogOdds)}.`,
  }
}
