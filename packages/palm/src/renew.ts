import type { ProtectedTemplate } from './7-protection/template.ts'
import { similarityAtFmr, TEMPLATES_PER_PALM } from './9-decision/calibration.ts'
import { verify } from './9-decision/verify.ts'
import type { ProtectedSample } from './enrol.ts'

/**
 * Templates of the newest model that take over from those of an earlier one: the frames of one good hover. Fewer are kept
 * beside the earlier ones until further hovers bring the rest.
 */
export const TEMPLATES_TO_TAKE_OVER = 3

/** A frame is kept only if it is as like a template that is there as one pair in a thousand of strangers, or liker. */
const ALIKE_FMR = 1e-3

/**
 * What to keep of a palm whose owner was identified by these frames: everything that is held and what the frames add of
 * the newest model, without the earlier models' templates once enough of the newest are there. Null when only the newest model
 * is held, or when no frame fits any template that is held: what named the owner by a whisker must not become a template.
 *
 * @param held templates of one palm, of the epoch the samples were protected in
 * @param samples frames of one hover, best first
 */
export function renewTemplates(
  held: readonly ProtectedTemplate[],
  samples: readonly ProtectedSample[],
): readonly ProtectedTemplate[] | null {
  if (samples.length === 0) return null
  const newest = samples[0].template.modelVersion
  const there = held.filter(({ modelVersion }) => modelVersion === newest)
  if (there.length === held.length) return null
  const added = samples
    .filter((sample) => held.some((template) => isAlike(sample, template)))
    .map(({ template }) => template)
  if (added.length === 0) return null
  const gathered = [...there, ...added].slice(0, TEMPLATES_PER_PALM)
  if (gathered.length >= TEMPLATES_TO_TAKE_OVER) return gathered
  return [...held.filter(({ modelVersion }) => modelVersion !== newest), ...gathered]
}

/** Compared by the model that made the template. */
function isAlike({ probe, earlier }: ProtectedSample, template: ProtectedTemplate): boolean {
  const { modelVersion } = template
  const made = [probe, ...earlier].find((one) => one.modelVersion === modelVersion)
  return made !== undefined && verify(made, template) >= similarityAtFmr(ALIKE_FMR, modelVersion)
}
