/** What a near-infrared cosine says: offset + cosine · cosine, nats for one palm against two, at most "most". */
export type NirWeights = {
  readonly offset: number
  readonly cosine: number
  /** No more than the strangers of the fit can vouch for, nats. */
  readonly most: number
  /** What the weights were fitted to, in words. */
  readonly fittedTo: string
}

/** By head. Written by `npm run calibrate -- --nir --write`: fit again, do not edit. */
export const NIR_WEIGHTS: Readonly<Record<string, NirWeights>> = {}
