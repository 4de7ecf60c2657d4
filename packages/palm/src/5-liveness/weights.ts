/** A logistic model over signs. */
export type Weights = {
  readonly bias: number
  readonly weights: Readonly<Record<string, number>>
  /** Above it a burst is refused. */
  readonly maxLogOdds: number
}

export const UNFLASHED: Weights = { bias: 0, weights: {}, maxLogOdds: 1 }
export const FLASHED: Weights = { bias: 0, weights: {}, maxLogOdds: 1 }
