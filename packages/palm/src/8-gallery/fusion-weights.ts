/** One model's logistic: offset + code · code similarity + cosine · cosine. */
export type FusionWeights = {
  readonly offset: number
  readonly code: number
  readonly cosine: number
  /** What the weights were fitted to, in words. */
  readonly fittedTo: string
}

/** By model version. Written by `npm run calibrate -- --write`: fit again, do not edit. */
export const FUSION_WEIGHTS: Readonly<Record<string, FusionWeights>> = {
  'pool11-1+line3x32-1': {
    offset: -113.99007,
    code: 172.63829,
    cosine: 0,
    fittedTo:
      '60 palms of people who do not exist: 596 genuine and 43210 impostor pairs; 1 of the weight of the vector kept',
  },
  'palmnet1-3e81a73a+line3x32-1': {
    offset: -102.76108,
    code: 144.40652,
    cosine: 12.04026,
    fittedTo:
      '60 palms of people who do not exist: 588 genuine and 42633 impostor pairs; 0.5 of the weight of the vector kept',
  },
}
