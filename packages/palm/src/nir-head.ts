import { type NirModel, nirModel, nirNameOf } from './6-embedding/nir-network.ts'
import { nirWeightsOf } from './8-gallery/nir-fusion.ts'
import type { NirWeights } from './8-gallery/nir-weights.ts'

/** A near-infrared head: whose vectors it makes, its weights, and what its cosines are worth. */
export type NirHead = NirModel & { readonly name: string; readonly weights: NirWeights }

/**
 * The head that `models.json` lists; null where it lists none, and everything runs on visible light alone. Throws RangeError when its
 * fusion was never fitted. Says nothing of the file yet: opening the recogniser does.
 */
export function listedNirHead(folder?: string): NirHead | null {
  const listed = nirModel(folder)
  if (listed === null) return null
  const name = nirNameOf(listed)
  return { ...listed, name, weights: nirWeightsOf(name) }
}
