import { FUSION_WEIGHTS, type FusionWeights } from './fusion-weights.ts'

/** What the two experts say of one frame and one template. */
export type ExpertSimilarities = {
  /** Similarity of the orientation codes, 0…1. */
  readonly code: number
  /** Cosine of the compact vectors, −1…1. */
  readonly cosine: number
}

/** Both experts' similarities to one: see `fusionOf`. */
export type Fusion = (similarities: ExpertSimilarities) => number

/** Two experts whose words are not numbers are a broken invariant. */
export class SimilarityBroken extends Error {
  readonly code = 'similarity_broken'
  constructor({ code, cosine }: ExpertSimilarities) {
    super(`a code similarity of ${code} and a cosine of ${cosine} cannot be`)
    this.name = 'SimilarityBroken'
  }
}

/** Throws RangeError for a model without weights: a missing calibration is never "the usual one". */
export function fusionWeightsOf(modelVersion: string): FusionWeights {
  const weights = FUSION_WEIGHTS[modelVersion]
  if (weights === undefined) throw new RangeError(`no fusion was fitted for ${modelVersion}`)
  return weights
}

/**
 * The fused similarity of a model: the logarithm (natural) of how much likelier the two similarities are for one palm than
 * for two, as far as the synthetic palms of the fit tell. 0 speaks for neither; what strangers really reach is measured, not
 * read off it (`9-decision`).
 */
export const fusionOf = (modelVersion: string): Fusion => fusedBy(fusionWeightsOf(modelVersion))

export const fusedBy =
  (weights: FusionWeights): Fusion =>
  (similarities) =>
    fused(similarities, weights)

function fused(similarities: ExpertSimilarities, weights: FusionWeights): number {
  const { code, cosine } = similarities
  const isPossible = code >= 0 && code <= 1 && cosine >= -1.01 && cosine <= 1.01
  if (!isPossible) throw new SimilarityBroken(similarities)
  return weights.offset + weights.code * code + weights.cosine * cosine
}
