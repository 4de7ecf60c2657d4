import {
  type Analysis,
  DEFAULT_POLICY,
  enrolProtected,
  evidenceForOne,
  evidenceOf,
  guideAssets,
  identifyProtected,
  isSamePalm,
  openGallery,
  openRecogniser,
  PictureError,
  protectSample,
  rotationOf,
} from '@paume/palm'
import type { Config } from './config.ts'
import { Failure } from './failure.ts'
import type { PageAssets } from './http/pages.ts'
import type { BurstOutcome, PalmEngine } from './identity/palm-engine.ts'
import type { Secrets } from './secrets.ts'

/** The guide's networks and runtime for the pages. Throws ModelMissingError. */
export function pageAssets(config: Config): PageAssets {
  const { liteRtFolder, palmDetector, handLandmarks } = guideAssets()
  const models = { 'palm_detection_lite.tflite': palmDetector, 'hand_landmark_lite.tflite': handLandmarks }
  return { pagesDir: config.pagesDir, liteRtDir: liteRtFolder, models }
}

/**
 * `@paume/palm` behind the port of identity. Templates are rotated by the newest tenant key. Throws ModelMissingError when a network
 * is missing: then nothing starts.
 */
export async function createPalmEngine(
  config: Pick<Config, 'recogniserWorkers'>,
  secrets: Pick<Secrets, 'tenantKeys'>,
): Promise<PalmEngine & { close(): Promise<void> }> {
  const recogniser = await openRecogniser({ workers: config.recogniserWorkers })
  const tenant = secrets.tenantKeys.at(-1)
  if (tenant === undefined) throw new Error('invariant broken: no tenant key')
  const rotation = rotationOf(tenant.key, tenant.epoch)
  const gallery = openGallery({ rotationEpoch: tenant.epoch })
  let open = true

  return {
    gallery,
    ready: () => open && recogniser.alive(),
    async analyse(frames, expectedHand) {
      const analysis = await recogniser.analyse(frames, { expectedHand }).catch((error: unknown) => {
        throw error instanceof PictureError ? new Failure(error.code, {}, { cause: error }) : error
      })
      return outcomeOf(analysis)
    },
    protect: (sample) => protectSample(sample, rotation),
    checkPalm(samples) {
      const enrolment = enrolProtected(samples)
      return enrolment.outcome === 'enrolled'
        ? { outcome: 'alike', templates: enrolment.templates }
        : { outcome: 'not_alike' }
    },
    isSameHand: isSamePalm,
    async findEnrolled(hand, probes) {
      const candidates = (await gallery.search(probes)).filter((candidate) => candidate.hand === hand)
      // Similarities of two models are not compared as they are: what each says against chance is.
      const against = candidates.map(({ shopperId, similarity, modelVersion }) => ({
        shopperId,
        nats: evidenceOf(similarity, modelVersion),
      }))
      const [best] = against.sort((a, b) => b.nats - a.nats)
      const required = evidenceForOne(gallery.palms, DEFAULT_POLICY.targetFpir)
      return best !== undefined && best.nats >= required ? best.shopperId : null
    },
    async decide(palm, first) {
      const earlier = first === null || first.hand === palm.hand ? [] : [first]
      // The first palm is searched again: somebody found then may have been erased in between.
      return identifyProtected({ gallery }, [...earlier, palm])
    },
    async close() {
      open = false
      await Promise.all([recogniser.close(), gallery.close()])
    },
  }
}

const outcomeOf = (analysis: Analysis): BurstOutcome =>
  analysis.outcome === 'good'
    ? { outcome: 'good', hand: analysis.hand, samples: analysis.samples, guidance: analysis.guidance }
    : { outcome: 'refused', guidance: analysis.guidance }
