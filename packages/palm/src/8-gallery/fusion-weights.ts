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
  'palmnet1-f100d6b7+line3x32-1': {
    offset: -102.72327,
    code: 149.86607,
    cosine: 7.57908,
    fittedTo:
      '60 palms of people who do not exist: 596 genuine and 43210 impostor pairs; 0.25 of the weight of the vector kept',
  },
}
