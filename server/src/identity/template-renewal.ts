import {
  type EnrolledPalm,
  type ProtectedProbe,
  type ProtectedTemplate,
  rerotateProbe,
  rerotateTemplate,
} from '@paume/palm'
import type { GalleryKeys } from './gallery-keys.ts'
import type { ProtectedSample } from './palm-engine.ts'

/** Whose key something was made under, and whose it is to be under. The same name for both: only the epoch may be older. */
export type Turning = { readonly from: string; readonly to: string }
/** A palm as it is stored: the gallery it lies in, and whose key turned it. */
export type StoredPalm = EnrolledPalm & { readonly galleryId: string; readonly keyedBy: string }
/** A palm that the key of its gallery turned. */
export type PalmOfGallery = EnrolledPalm & { readonly galleryId: string }

/**
 * Brings what was made under an older tenant key, or for another gallery, to the newest key of its gallery, without its owner. Throws
 * SecretsError when the key it was made under is not in the secrets.
 */
export type TemplateRenewal = {
  /** Epoch of the newest key. */
  epoch: number
  template(template: ProtectedTemplate, turning: Turning): ProtectedTemplate
  probe(probe: ProtectedProbe, turning: Turning): ProtectedProbe
  sample(sample: ProtectedSample, turning: Turning): ProtectedSample
  palm(palm: StoredPalm): PalmOfGallery
}

export function createTemplateRenewal({ epoch, rotation }: GalleryKeys): TemplateRenewal {
  const isNewest = (made: { rotationEpoch: number }, { from, to }: Turning) =>
    made.rotationEpoch === epoch && from === to
  const template: TemplateRenewal['template'] = (made, turning) =>
    isNewest(made, turning)
      ? made
      : rerotateTemplate(made, rotation(turning.from, made.rotationEpoch), rotation(turning.to))
  const probe: TemplateRenewal['probe'] = (made, turning) =>
    isNewest(made, turning)
      ? made
      : rerotateProbe(made, rotation(turning.from, made.rotationEpoch), rotation(turning.to))
  return {
    epoch,
    template,
    probe,
    sample: (sample, turning) => ({
      template: template(sample.template, turning),
      probe: probe(sample.probe, turning),
      earlier: sample.earlier.map((made) => probe(made, turning)),
    }),
    palm: ({ keyedBy, ...palm }) => ({
      ...palm,
      templates: palm.templates.map((made) => template(made, { from: keyedBy, to: palm.galleryId })),
    }),
  }
}
