import {
  type Coder,
  cosineOf,
  type OrientationCode,
  type OrientationField,
  type PreparedProbe,
} from '../6-embedding/embedding.ts'
import type { Fusion } from './fusion.ts'
import { nirEvidence } from './nir-fusion.ts'
import type { NirWeights } from './nir-weights.ts'

/** One frame of a hover: its upright vector, its field, and how much it counts. */
export type RescoringFrame = {
  readonly vector: Int8Array
  readonly field: OrientationField
  /** 0…1; the weights of all frames add up to 1. */
  readonly weight: number
  /** Its near-infrared vector, where there is one. */
  readonly nir?: Int8Array | null
}

/** A template as it lies in the gallery's memory. */
export type StoredTemplate = {
  readonly vector: Int8Array
  readonly code: OrientationCode
  readonly nir?: Int8Array | null
}

/** Palms of the shortlist that are compared with every frame. The others are left behind after one comparison. */
export const RESCORED_FULLY = 10
/** Templates of a palm a frame is compared with: those nearest to it by the vector. */
export const TEMPLATES_COMPARED = 3

type Experts = { readonly coder: Coder; readonly fuse: Fusion; readonly nirWeights?: NirWeights | null }
type Nearby = { readonly code: OrientationCode; readonly cosine: number }
type Rescored<Palm> = { readonly palm: Palm; readonly similarity: number }

/**
 * Rescores a shortlist, best first. Every palm is compared once: the first frame (the best one) with the template nearest to it.
 * The ten most alike are then compared with all frames, each with its three nearest templates: the best template of a frame
 * counts, then the weighted mean over frames, so that a stranger needs luck in every frame. The rest is left out: whoever is
 * not among ten of fifty by the better frame is not the one to be named, nor the one to be confused with. Near infrared is heard last, of
 * frames and templates that have it.
 */
export function rescore<Palm>(
  frames: readonly RescoringFrame[],
  palms: readonly Palm[],
  templatesOf: (palm: Palm) => readonly StoredTemplate[],
  { coder, fuse, nirWeights = null }: Experts,
): Rescored<Palm>[] {
  if (frames.length === 0) throw new RangeError('rescoring needs at least one frame')
  const [best] = frames
  const bestProbe = coder.prepare(best.field)
  const looked = palms.map((palm) => {
    const templates = templatesOf(palm)
    return { palm, templates, similarity: mostAlike(bestProbe, nearest(best, templates, 1), coder, fuse) }
  })
  const ahead = looked.toSorted(bySimilarity).slice(0, RESCORED_FULLY)
  if (ahead.length === 0) return []
  const probes = frames.map((frame, i) => (i === 0 ? bestProbe : coder.prepare(frame.field)))
  return ahead
    .map(({ palm, templates }) => ({
      palm,
      similarity: frames.reduce(
        (sum, frame, i) =>
          sum +
          frame.weight *
            withNir(
              mostAlike(probes[i], nearest(frame, templates, TEMPLATES_COMPARED), coder, fuse),
              meanNirCosine(frame, templates),
              nirWeights,
            ),
        0,
      ),
    }))
    .sort(bySimilarity)
}

const bySimilarity = (a: { similarity: number }, b: { similarity: number }) => b.similarity - a.similarity

/** The templates nearest to a frame by the vector. */
function nearest({ vector }: RescoringFrame, templates: readonly StoredTemplate[], count: number): Nearby[] {
  const all = templates.map(({ vector: enrolled, code }) => ({ code, cosine: cosineOf(vector, enrolled) }))
  return all.sort((a, b) => b.cosine - a.cosine).slice(0, count)
}

const mostAlike = (probe: PreparedProbe, templates: readonly Nearby[], coder: Coder, fuse: Fusion) =>
  Math.max(...templates.map(({ code, cosine }) => fuse({ code: coder.compare(probe, code), cosine })))

/** Without near infrared on either side, the number itself. */
const withNir = (similarity: number, cosine: number | null, weights: NirWeights | null) =>
  cosine === null || weights === null ? similarity : similarity + nirEvidence(cosine, weights)

/** The mean over the templates that have one, not the best: chance gets one try, however many templates there are. Null: none has. */
function meanNirCosine({ nir }: RescoringFrame, templates: readonly StoredTemplate[]): number | null {
  if (!nir) return null
  const cosines = templates.flatMap((template) => (template.nir ? [cosineOf(nir, template.nir)] : []))
  return cosines.length === 0 ? null : cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length
}

/**
 * Weights of frames by their quality, 0…1: proportional, but none below half of an equal share, so that one sharp frame does
 * not speak alone. Equal where no quality is known.
 */
export function weightsOf(qualities: readonly number[]): number[] {
  if (qualities.some((quality) => !(quality >= 0 && quality <= 1))) throw new RangeError('a quality lies in 0…1')
  const sum = qualities.reduce((total, quality) => total + quality, 0)
  const equal = 1 / qualities.length
  return qualities.map((quality) => (sum === 0 ? equal : (quality / sum + equal) / 2))
}
