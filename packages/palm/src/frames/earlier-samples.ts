import type { Region } from '../3-region/region.ts'
import { EARLIER_MODELS, modelVersionOf } from '../7-protection/protect.ts'
import type { PalmSample } from './frame.ts'

/**
 * A region as earlier models see it, for the palms that are still enrolled with them. Throws RangeError when one of these models is
 * not here: its palms would never be found, and nobody would know why.
 */
export function earlierSamples(
  region: Region,
  versions: readonly string[],
): Promise<NonNullable<PalmSample['earlier']>> {
  const made = versions.map(async (modelVersion) => {
    const model = EARLIER_MODELS.find((one) => modelVersionOf(one) === modelVersion)
    if (!model) throw new RangeError(`${modelVersion} is no model in use`)
    const { embedder, coder } = model
    return {
      modelVersion,
      embedding: (await embedder.embed([region]))[0],
      code: coder.code(region),
      field: coder.field(region),
    }
  })
  return Promise.all(made)
}
