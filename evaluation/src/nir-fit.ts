import type { NirWeights } from '@paume/palm'
import { fitLogistic } from './logistic.ts'

/** Two near-infrared vectors of palms that do not exist. */
export type NirPair = { readonly cosine: number; readonly genuine: boolean }

/**
 * Part of the fitted weight that is kept. Drawn veins are crisper and stay in their place better than real ones in a real sensor, and no
 * real set is large enough to say by how much: half.
 */
const KEPT_SHARE = 0.5

/**
 * What a cosine is worth, fitted to people who do not exist. The weight is half of a logistic's; the offset is then chosen so that over
 * pairs of strangers the mean of e to the evidence is 1: evidence of this kind, added to another that does not depend on it, leaves
 * the share of strangers above a threshold where it was (Markov's inequality, as for likelihood ratios). Bounded by the number of
 * pairs of different palms: rarer luck than that was never seen. Throws RangeError without pairs of both kinds.
 *
 * @param strangePalms pairs of different palms, each counted once however many pictures there are of it
 */
export function fitNir(pairs: readonly NirPair[], strangePalms: number): Omit<NirWeights, 'fittedTo'> {
  const { weights } = fitLogistic(pairs.map(({ cosine, genuine }) => ({ features: [cosine], genuine })))
  const slope = KEPT_SHARE * weights[0]
  const strangers = pairs.filter(({ genuine }) => !genuine)
  const mean = strangers.reduce((sum, { cosine }) => sum + Math.exp(slope * cosine), 0) / strangers.length
  return { offset: -Math.log(mean), cosine: slope, most: Math.log(strangePalms) }
}
