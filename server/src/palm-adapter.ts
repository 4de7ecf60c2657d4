import {
  type Analysis,
  DEFAULT_POLICY,
  EARLIER_MODELS,
  enrolProtected,
  evidenceForOne,
  evidenceOf,
  guideAssets,
  identifyProtected,
  isSamePalm,
  listedNirHead,
  MODEL,
  modelVersionOf,
  type NirHead,
  openGalleries,
  openRecogniser,
  PictureError,
  protectSample,
  renewTemplates,
} from '@paume/palm'
import type { Config } from './config.ts'
import { Failure } from './failure.ts'
import type { PageAssets } from './http/pages.ts'
import { createGalleryKeys } from './identity/gallery-keys.ts'
import type { BurstOutcome, PalmEngine } from './identity/palm-engine.ts'
import { createTemplateRenewal } from './identity/template-renewal.ts'
import type { Secrets } from './secrets.ts'

/** The guide's networks and runtime for the pages. Throws ModelMissingError. */
export function pageAssets(config: Config): PageAssets {
  const { liteRtFolder, palmDetector, handLandmarks } = guideAssets()
  const models = { 'palm_detection_lite.tflite': palmDetector, 'hand_landmark_lite.tflite': handLandmarks }
  return { pagesDir: config.pagesDir, liteRtDir: liteRtFolder, models }
}

/** Versions of all models in use, the newest first. */
const MODELS_IN_USE = [MODEL, ...EARLIER_MODELS].map(modelVersionOf)

/**
 * `@paume/palm` behind the port of identity. Templates are rotated by the newest key of their gallery. Throws ModelMissingError when a network
 * is missing: then nothing starts.
 *
 * @param nir the near-infrared head; null: none. Default: the one that is listed, if any
 * @param enrolWith the model that palms are enrolled with and renewed for: the newest, or an earlier one, of which this node then is
 */
export async function createPalmEngine(
  config: Pick<Config, 'recogniserWorkers'>,
  secrets: Pick<Secrets, 'tenantKeys'>,
  enrolWith: string = MODELS_IN_USE[0],
  nir: NirHead | null = listedNirHead(),
): Promise<PalmEngine & { close(): Promise<void> }> {
  const modelVersions = MODELS_IN_USE.slice(MODELS_IN_USE.indexOf(enrolWith))
  if (modelVersions[0] !== enrolWith) throw new Error(`invariant broken: ${enrolWith} is no model in use`)
  const recogniser = await openRecogniser({ workers: config.recogniserWorkers, nir })
  const keys = createGalleryKeys(secrets.tenantKeys)
  const renewal = createTemplateRenewal(keys)
  const gallery = openGalleries({ rotationOf: (galleryId) => keys.rotation(galleryId), modelVersions, nir })
  let open = true

  return {
    gallery,
    nearInfrared: nir?.name ?? null,
    ready: () => open && recogniser.alive(),
    async analyse(frames, asked) {
      // An earlier model costs something only while a palm is enrolled with it.
      const needed = [enrolWith, ...gallery.holdings().keys()]
      const earlierModels = [...new Set(needed)].filter((version) => version !== MODELS_IN_USE[0])
      const analysis = await recogniser.analyse(frames, { ...asked, earlierModels }).catch((error: unknown) => {
        throw error instanceof PictureError ? new Failure(error.code, {}, { cause: error }) : error
      })
      return outcomeOf(analysis)
    },
    protect: (sample, galleryId) => protectSample(sample, keys.rotation(galleryId), enrolWith),
    turned: renewal.sample,
    checkPalm(samples) {
      // Begun before a restart with a newer model: those frames cannot be compared with the others, so the hand is shown again.
      if (samples.some(({ template }) => template.modelVersion !== enrolWith)) return { outcome: 'not_alike' }
      const enrolment = enrolProtected(samples)
      return enrolment.outcome === 'enrolled'
        ? { outcome: 'alike', templates: enrolment.templates }
        : { outcome: 'not_alike' }
    },
    isSameHand: isSamePalm,
    async findEnrolled(hand, probes, galleryIds) {
      const palms = gallery.among(galleryIds)
      const candidates = (await palms.search(probes)).filter((candidate) => candidate.hand === hand)
      // Similarities of two models are not compared as they are: what each says against chance is.
      const against = candidates.map(({ shopperId, similarity, modelVersion }) => ({
        shopperId,
        nats: evidenceOf(similarity, modelVersion),
      }))
      const [best] = against.sort((a, b) => b.nats - a.nats)
      const required = evidenceForOne(palms.palms, DEFAULT_POLICY.targetFpir)
      return best !== undefined && best.nats >= required ? best.shopperId : null
    },
    renew: renewTemplates,
    async decide(palm, first, galleryIds) {
      const earlier = first === null || first.hand === palm.hand ? [] : [first]
      // The first palm is searched again: somebody found then may have been erased in between.
      return identifyProtected({ gallery: gallery.among(galleryIds) }, [...earlier, palm])
    },
    async close() {
      open = false
      await Promise.all([recogniser.close(), gallery.close()])
    },
  }
}

const outcomeOf = (analysis: Analysis): BurstOutcome =>
  analysis.outcome === 'good'
    ? {
        outcome: 'good',
        hand: analysis.hand,
        samples: analysis.samples,
        guidance: analysis.guidance,
        lit: analysis.flash === 'followed',
      }
    : { outcome: 'refused', guidance: analysis.guidance }
