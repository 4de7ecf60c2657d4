/** A logistic model over signs. */
export type Weights = {
  readonly bias: number
  readonly weights: Readonly<Record<string, number>>
  /** Above it a burst is refused. */
  readonly maxLogOdds: number
}

/**
 * Fitted on 2026-11-23 to 49 rendered bursts of people who do not exist (24 hands, 25 attacks, seeds 1000, 1030, 1060 and on), as
 * `evaluate --liveness --fit` does it. Without a flash there is little to go by, and a terminal that is held in a hand moves its own
 * background: the limit asks for a background that goes along with the hand by .6.
 */
export const UNFLASHED: Weights = {
  bias: -0.25,
  weights: { border: 0.13, along: 3.6 },
  maxLogOdds: 2,
}

/** Fitted to the same. Signs of which the fit made nothing (`misses`, `glare`) are measured and have no say. Limit: even odds. */
export const FLASHED: Weights = {
  bias: -6.15,
  weights: { beside: 3.65, relief: -3.98, along: 0.82 },
  maxLogOdds: 0,
}
