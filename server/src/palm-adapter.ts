import {
  type Analysis,
  DEFAULT_POLICY,
  enrolProtected,
  guideAssets,
  identifyProtected,
  isSamePalm,
  openGallery,
  openRecogniser,
  PictureError,
  type ProtectedSample,
  protectSample,
  rotationOf,
  thresholdFor,
  verify,
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
    ready: () => open,
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
    isSameHand: (one, other) => isSamePalm(one, other) && isAsAlikeAcross(one, other),
    async findEnrolled(hand, probes) {
      const candidates = (await gallery.search(probes)).filter((candidate) => candidate.hand === hand)
      const best = candidates.reduce<(typeof candidates)[number] | null>(
        (top, candidate) => (top === null || candidate.similarity > top.similarity ? candidate : top),
        null,
      )
      const threshold = thresholdFor(gallery.palms, DEFAULT_POLICY.targetFpir)
      return best !== null && best.similarity >= threshold ? best.shopperId : null
    },
    async decide(palm, first) {
      const earlier = first === null || first.hand === palm.hand ? [] : [first]
      // The first palm is searched again: somebody found then may have been erased in between.
      const decision = await identifyProtected({ gallery }, [...earlier, palm])
      if (decision.outcome === 'ambiguous' && earlier.length === 0) {
        // Two people fit this palm alike; their other palms may tell them apart.
        return { outcome: 'other_palm', askFor: palm.hand === 'L' ? 'R' : 'L', evidence: decision.evidence }
      }
      return decision
    },
    async close() {
      open = false
      await Promise.all([recogniser.close(), gallery.close()])
    },
  }
}

/** Pictures of one hand taken in one minute differ by less than this between two bursts, in units of similarity. */
const SAME_HAND_SLACK = 0.05

/**
 * A left and a right palm of one person may be as alike as \`isSamePalm\` asks for: related creases, the same light, the same camera.
 * One hand shown twice is more: its two sets are as alike as the pictures within each.
 */
function isAsAlikeAcross(one: readonly ProtectedSample[], other: readonly ProtectedSample[]): boolean {
  const within = Math.min(likenessOf(one, one), likenessOf(other, other))
  return likenessOf(one, other) >= within - SAME_HAND_SLACK
}

/** Median over the first set of the similarity to the closest other picture of the second. */
function likenessOf(one: readonly ProtectedSample[], other: readonly ProtectedSample[]): number {
  const best = one.map((sample) =>
    Math.max(...other.filter((another) => another !== sample).map(({ template }) => verify(sample.probe, template))),
  )
  best.sort((a, b) => a - b)
  return best[best.length >> 1]
}

const outcomeOf = (analysis: Analysis): BurstOutcome =>
  analysis.outcome === 'good'
    ? { outcome: 'good', hand: analysis.hand, samples: analysis.samples, guidance: analysis.guidance }
    : { outcome: 'refused', guidance: analysis.guidance }
