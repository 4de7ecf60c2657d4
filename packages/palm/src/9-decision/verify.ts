import { MODEL } from '../7-protection/protect.ts'
import type { ProtectedProbe, ProtectedTemplate } from '../7-protection/template.ts'

/**
 * Similarity of one frame and one template, 1:1, in the units of `calibration.ts`. Takes about 3 ms, most of it for
 * turning the probe. Throws when the two were made by different models or in different epochs.
 */
export function verify(probe: ProtectedProbe, template: ProtectedTemplate): number {
  if (probe.modelVersion !== template.modelVersion || probe.rotationEpoch !== template.rotationEpoch) {
    throw new Error('a probe and a template of different models or epochs are never compared')
  }
  return MODEL.coder.compare(MODEL.coder.prepare(probe.field), template.code)
}
