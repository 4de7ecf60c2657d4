/** A logistic model over signs. */
export type Weights = {
  readonly bias: number
  readonly weights: Readonly<Record<string, number>>
  /** Above it a burst is refused. */
  readonly maxLogOdds: number
}

/**
 * Fitted on 2026-11-23 to 49 rendered bursts of people who do not exist (24 hands, 25 attacks, seeds 1000, 1030, 1060 and on). Without a flash there is little to go by, and a terminal that is held in a hand moves its own
 * background: the limit asks for a background that goes along with the hand by .6.
 */
export const UNFLASHED: Weights = {
  bias: -0.25,
  weights: { border: 0.13, along: 3.6 },
  maxLogOdds: 2,
}

/**
 * Fitted on 2026-11-23 to 286 rendered bursts of people who do not exist (120 hands, 57 prints with edges, 54 filling prints, 55 cut-outs;
 * seeds 1000…1059): those of 420 that neither the flash nor `unlit` refuses by itself. Limit: even odds. There no hand and one cut-out lie
 * on the wrong side.
 */
export const FLASHED: Weights = {
  bias: -7.43,
  weights: { surround: 2.32, relief: -5.17, roundness: -1.95 },
  maxLogOdds: 0,
}
