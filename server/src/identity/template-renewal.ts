import {
  type EnrolledPalm,
  type ProtectedProbe,
  type ProtectedTemplate,
  type Rotation,
  rerotateProbe,
  rerotateTemplate,
  rotationOf,
} from '@paume/palm'
import { SecretsError, type TenantKey } from '../secrets.ts'
import type { ProtectedSample } from './palm-engine.ts'

/**
 * Brings what was made under an older tenant key to the newest one, without its owner. Throws SecretsError when the key it was made
 * under is not in the secrets.
 */
export type TemplateRenewal = {
  /** Epoch of the newest key. */
  epoch: number
  template(template: ProtectedTemplate): ProtectedTemplate
  sample(sample: ProtectedSample): ProtectedSample
  palm(palm: EnrolledPalm): EnrolledPalm
}

export function createTemplateRenewal(tenantKeys: readonly TenantKey[]): TemplateRenewal {
  const rotations = new Map<number, Rotation>()
  const rotation = (epoch: number): Rotation => {
    const known = rotations.get(epoch)
    if (known !== undefined) return known
    const tenant = tenantKeys.find((key) => key.epoch === epoch)
    if (tenant === undefined) throw new SecretsError(`the tenant key of epoch ${epoch} is missing from the secrets`)
    const made = rotationOf(tenant.key, epoch)
    rotations.set(epoch, made)
    return made
  }
  const newest = tenantKeys.at(-1)
  if (newest === undefined) throw new Error('invariant broken: no tenant key')
  const { epoch } = newest

  const template: TemplateRenewal['template'] = (made) =>
    made.rotationEpoch === epoch ? made : rerotateTemplate(made, rotation(made.rotationEpoch), rotation(epoch))
  const probe = (made: ProtectedProbe): ProtectedProbe =>
    made.rotationEpoch === epoch ? made : rerotateProbe(made, rotation(made.rotationEpoch), rotation(epoch))
  return {
    epoch,
    template,
    sample: (sample) => ({
      template: template(sample.template),
      probe: probe(sample.probe),
      earlier: sample.earlier.map(probe),
    }),
    palm: (palm) => ({ ...palm, templates: palm.templates.map(template) }),
  }
}
