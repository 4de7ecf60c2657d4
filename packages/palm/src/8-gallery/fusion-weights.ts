import type { FusionWeights } from './fusion.ts'

/** By model version. Written by `npm run calibrate -- --write`: fit again, do not edit. */
export const FUSION_WEIGHTS: Readonly<Record<string, FusionWeights>> = {
  'pool11-1+line3x32-1': {
    offset: -68,
    code: 100,
    cosine: 1,
    fittedTo: 'nothing yet',
  },
}
