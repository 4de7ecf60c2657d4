/**
 * What the thresholds rest on: how alike strangers look to model `pool11-1+line3x32-1`. Aggregate figures only.
 *
 * Measured with the evaluate command, every pair once, one picture against one (2026-11-23): Tongji, 100 palms, 907 cut
 * regions, 407,055 impostor pairs; "course", 99 palms, 594 cut regions, 174,636 impostor pairs. The tail above the FMR
 * of 1e-3 was fitted on each by its mean excess (an exponential tail). Tongji's is the heavier and is used alone: start
 * 0.66683, mean excess 0.00474. (course: 0.65599 and 0.00424.) A generalised Pareto fit gives a shape of −0.10 and
 * −0.01, that is, a tail that falls no slower than an exponential one.
 *
 * Nothing below an FMR of 7.4e-6 (three by 407,055) was seen: what the thresholds of larger galleries rest on is this
 * extrapolation. It was measured on cut regions of one session; another camera or region needs its own fit.
 */
export const IMPOSTOR_TAIL = {
  model: 'pool11-1+line3x32-1',
  /** Similarity that a share `startFmr` of strangers reaches. */
  start: 0.66683,
  startFmr: 1e-3,
  /** Similarity by which the share falls to 1/e. */
  meanExcess: 0.00474,
} as const

/** Templates a palm is compared by. A palm matches by its best one, so chance has as many tries. */
export const TEMPLATES_PER_PALM = 5

/** Share of strangers, pair by pair, at or above a similarity: 0 < fmr ≤ 1. */
export const fmrOf = (similarity: number) =>
  Math.min(1, IMPOSTOR_TAIL.startFmr * Math.exp((IMPOSTOR_TAIL.start - similarity) / IMPOSTOR_TAIL.meanExcess))

/** How strongly a similarity speaks against chance: −ln FMR, 0 or more. Adds up over independent palms. */
export const evidenceOf = (similarity: number) => -Math.log(fmrOf(similarity))

/** The similarity whose FMR is `fmr`. */
export const similarityAtFmr = (fmr: number) =>
  IMPOSTOR_TAIL.start + IMPOSTOR_TAIL.meanExcess * Math.log(IMPOSTOR_TAIL.startFmr / fmr)
