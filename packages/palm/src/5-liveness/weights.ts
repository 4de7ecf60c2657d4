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
 * Fitted on 2026-11-23 to 178 rendered bursts of people who do not exist (60 hands, 30 each of prints with edges, cut-outs and tablets, 28
 * filling prints; seeds 1000…1029), less the 37 that the flash refuses by itself. Limit: even odds. That asks a relief of .014 where
 * nothing beside the hand answers, and of .067 where a sheet seems to go on there.
 */
export const FLASHED: Weights = {
  bias: -8.45,
  weights: { surround: 2.64, relief: -5.23 },
  maxLogOdds: 0,
}
