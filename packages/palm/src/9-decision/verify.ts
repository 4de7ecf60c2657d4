import { cosineOf, type OrientationField, type PreparedProbe } from '../6-embedding/embedding.ts'
import { coderOf } from '../7-protection/protect.ts'
import type { ProtectedProbe, ProtectedTemplate } from '../7-protection/template.ts'
import { fusionOf } from '../8-gallery/fusion.ts'

const prepared = new WeakMap<OrientationField, PreparedProbe>()

/** Turning a probe costs as much as some comparisons: frames that are compared several times are turned once. */
function preparedOnce({ field, modelVersion }: ProtectedProbe): PreparedProbe {
  const probe = prepared.get(field) ?? coderOf(modelVersion).prepare(field)
  prepared.set(field, probe)
  return probe
}

/**
 * Fused similarity of one frame and one template by visible light, 1:1, in the units of `calibration.ts`. Throws when the two were made by different
 * models or in different epochs.
 */
export function verify(probe: ProtectedProbe, template: ProtectedTemplate): number {
  const { modelVersion } = probe
  if (modelVersion !== template.modelVersion || probe.rotationEpoch !== template.rotationEpoch) {
    throw new Error('a probe and a template of different models or epochs are never compared')
  }
  return fusionOf(modelVersion)({
    code: coderOf(modelVersion).compare(preparedOnce(probe), template.code),
    cosine: cosineOf(probe.embedding, template.embedding),
  })
}
