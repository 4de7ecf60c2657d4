import { type Measure, round } from '../4-quality/measure.ts'
import type { BurstFrame, BurstLivenessCheck } from './liveness.ts'

/** Share of equal bytes between neighbouring frames. */
export const MAX_EQUAL_SHARE = 0.97

/**
 * A camera never takes the same picture twice: noise and the unsteady hand change most bytes of the palm. Frames that
 * are equal come from a still picture fed in place of a camera.
 */
export const frozen: BurstLivenessCheck = {
  name: 'frozen burst',
  check: (frames) => measured(greatestEqualShare(frames)),
}

/** What of a frame tells whether it is the one before. */
export type Likeness = { region: Pick<BurstFrame['region'], 'rgb'>; evidence: { small: { grey: Float32Array } } }

export function greatestEqualShare(frames: readonly Likeness[]): number {
  let value = 0
  for (let i = 1; i < frames.length; i++) {
    const [before, now] = [frames[i - 1], frames[i]]
    // The same picture may be cut a little differently, because its second look begins where the first one ended: the
    // pictures themselves say more, if they are the same to the last place.
    const isSame = equalShare(before.evidence.small.grey, now.evidence.small.grey) === 1
    value = Math.max(value, isSame ? 1 : equalShare(before.region.rgb, now.region.rgb))
  }
  return value
}

function equalShare(a: Uint8Array | Float32Array, b: Uint8Array | Float32Array): number {
  if (a.length !== b.length) return 0
  let equal = 0
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++
  return equal / a.length
}

const measured = (value: number): Measure => ({
  name: 'frozen burst',
  value,
  limit: MAX_EQUAL_SHARE,
  unit: 'of the palm',
  ok: value <= MAX_EQUAL_SHARE,
  code: 'liveness_failed',
  message: `The pictures of the burst are one and the same: ${round(value)} equal, at most ${MAX_EQUAL_SHARE}.`,
})
