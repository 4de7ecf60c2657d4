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
export const NIR_WEIGHTS: Readonly<Record<string, NirWeights>> = {
  'palmnir1-e38641bc': {
    offset: -3.43759,
    cosine: 13.9554,
    most: 6.65929,
    fittedTo: '40 palms of people who do not exist: 118 genuine and 6903 impostor pairs',
  },
}
