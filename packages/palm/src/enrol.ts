import { MODEL, modelVersionOf, protectProbe, protectTemplate } from './7-protection/protect.ts'
import type { Rotation } from './7-protection/rotation.ts'
import type { ProtectedProbe, ProtectedTemplate } from './7-protection/template.ts'
import { similarityAtFmr, TEMPLATES_PER_PALM } from './9-decision/calibration.ts'
import { verify } from './9-decision/verify.ts'
import type { PalmSample } from './frames/frame.ts'

/** Two pictures of one palm are at least as similar as one pair in a thousand of strangers. */
const ALIKE_FMR = 1e-3
/** Templates a palm needs: one picture alone may be a lucky one. */
export const MIN_TEMPLATES = 2

/** One good frame under the tenant's key: what is kept of it, and what it is compared with. */
export type ProtectedSample = {
  readonly template: ProtectedTemplate
  readonly probe: ProtectedProbe
  /** What it is compared with where palms are still enrolled with earlier models; empty where none are. */
  readonly earlier: readonly ProtectedProbe[]
}

export type PalmEnrolment =
  | { readonly outcome: 'enrolled'; readonly templates: ProtectedTemplate[] }
  /** The pictures do not show one and the same palm well enough to find it again. */
  | { readonly outcome: 'not_alike' }

const NEWEST = modelVersionOf(MODEL)

/**
 * @param enrolWith the model whose template is kept: the newest, or an earlier one that the sample was made for, too
 * Throws RangeError when the sample was not made for that model.
 */
export function protectSample(sample: PalmSample, rotation: Rotation, enrolWith: string = NEWEST): ProtectedSample {
  const made = enrolWith === NEWEST ? sample : sample.earlier?.find(({ modelVersion }) => modelVersion === enrolWith)
  if (!made) throw new RangeError(`the sample was not made for ${enrolWith}`)
  const { quality, nir } = sample
  return {
    template: protectTemplate({ ...made, nir }, rotation, enrolWith),
    probe: protectProbe({ ...made, quality, nir }, rotation, enrolWith),
    earlier: protectEarlier(sample, rotation).filter(({ modelVersion }) => modelVersion !== enrolWith),
  }
}

/** The same frame for earlier models, as far as `sample` was made for them. */
export const protectEarlier = (sample: PalmSample, rotation: Rotation): ProtectedProbe[] =>
  (sample.earlier ?? []).map(({ modelVersion, ...made }) =>
    protectProbe({ ...made, quality: sample.quality, nir: sample.nir }, rotation, modelVersion),
  )

/**
 * Makes one enrolled palm of the samples of several bursts of one hand: protects them, keeps the largest set that hangs
 * together by likeness, and refuses when that leaves out more than one of three.
 */
export function enrolPalm(samples: readonly PalmSample[], rotation: Rotation): PalmEnrolment {
  return enrolProtected(samples.map((sample) => protectSample(sample, rotation)))
}

/** The same for samples that were protected when they came in. */
export function enrolProtected(samples: readonly ProtectedSample[]): PalmEnrolment {
  const kept = largestAlikeGroup(samples)
  if (kept.length < MIN_TEMPLATES || 3 * kept.length < 2 * samples.length) return { outcome: 'not_alike' }
  return { outcome: 'enrolled', templates: spread(kept).map(({ template }) => template) }
}

/** At most as many as the thresholds reckon with, taken evenly over the bursts: neighbours in a burst say the same. */
function spread<T>(kept: readonly T[]): T[] {
  const count = Math.min(kept.length, TEMPLATES_PER_PALM)
  return Array.from({ length: count }, (_, i) => kept[Math.floor((i * kept.length) / count)])
}

/**
 * Whether two sets of samples show one palm: for somebody who shows the same hand twice. The best match of each frame counts, then
 * the median over frames. A second rule, "nearly as alike across as within", was dropped: a burst is so alike within that it took
 * 40% of the pairs of bursts of one palm for two palms (`docs/cards/recogniser.md`).
 */
export function isSamePalm(one: readonly ProtectedSample[], other: readonly ProtectedSample[]): boolean {
  if (one.length === 0 || other.length === 0) return false
  const best = one.map((sample) => Math.max(...other.map((another) => likeness(sample, another))))
  best.sort((a, b) => a - b)
  return best[best.length >> 1] >= similarityAtFmr(ALIKE_FMR, one[0].probe.modelVersion)
}

/** Similarity of two samples, the better of both directions: only the probe's side is searched over turns. */
const likeness = (a: ProtectedSample, b: ProtectedSample) =>
  Math.max(verify(a.probe, b.template), verify(b.probe, a.template))

/** Samples joined by likeness, directly or through others. */
function largestAlikeGroup(samples: readonly ProtectedSample[]): ProtectedSample[] {
  if (samples.length === 0) return []
  const alike = similarityAtFmr(ALIKE_FMR, samples[0].probe.modelVersion)
  const rest = new Set(samples)
  let largest: ProtectedSample[] = []
  while (rest.size > largest.length) {
    const [first] = rest
    rest.delete(first)
    const group = [first]
    for (const member of group) {
      for (const other of rest) {
        if (likeness(member, other) < alike) continue
        rest.delete(other)
        group.push(other)
      }
    }
    if (group.length > largest.length) largest = group
  }
  return largest
}
