import { NIR_WEIGHTS, type NirWeights } from './nir-weights.ts'

/** A cosine that is none is a broken invariant: nothing may be decided from it. */
export class NirCosineBroken extends Error {
  readonly code = 'nir_cosine_broken'
  constructor(cosine: number) {
    super(`a near-infrared cosine of ${cosine} cannot be`)
    this.name = 'NirCosineBroken'
  }
}

/** Throws RangeError for a head without weights: a missing calibration is never "the usual one". */
export function nirWeightsOf(modelName: string): NirWeights {
  const weights = Object.hasOwn(NIR_WEIGHTS, modelName) ? NIR_WEIGHTS[modelName] : undefined
  if (weights === undefined) throw new RangeError(`no near-infrared fusion was fitted for ${modelName}`)
  return weights
}

/**
 * What near infrared adds to the fused similarity of visible light, nats; below 0 it takes away. Over pairs of strangers the mean of
 * e to this power is at most 1 in the fit. As long as veins and creases of strangers are alike independently of each other, adding it
 * therefore leaves no more strangers above any threshold than there were: the tail of visible light (`9-decision`) goes on holding, if its
 * scale is 1 or more.
 */
export function nirEvidence(cosine: number, { offset, cosine: slope, most }: NirWeights): number {
  // Written so that a value that is no number fails as well.
  if (!(cosine >= -1.01 && cosine <= 1.01)) throw new NirCosineBroken(cosine)
  return Math.min(most, offset + slope * cosine)
}
