import { IMPOSTOR_TAILS, type ImpostorTail } from './impostor-tails.ts'

/** Templates a palm is compared by. A palm matches by its best one, so chance has as many tries. */
export const TEMPLATES_PER_PALM = 5

/** Throws RangeError for a model whose strangers were never measured: a missing threshold is never "pass". */
export function tailOf(modelVersion: string): ImpostorTail {
  const tail = IMPOSTOR_TAILS[modelVersion]
  if (tail === undefined) throw new RangeError(`no tail of strangers was measured for ${modelVersion}`)
  return tail
}

/** Share of strangers, pair by pair, at or above a fused similarity: 0 < fmr ≤ 1. Throws RangeError when it is no number. */
export function fmrOf(similarity: number, modelVersion: string): number {
  if (!Number.isFinite(similarity)) throw new RangeError('a similarity is a number')
  const { start, startFmr, scale, shape } = tailOf(modelVersion)
  const above = (similarity - start) / scale
  // Below its start the tail is drawn on as an exponential: only evidence above it decides anything.
  if (above <= 0 || shape === 0) return Math.min(1, startFmr * Math.exp(-above))
  return startFmr * (1 + shape * above) ** (-1 / shape)
}

/** How strongly a similarity speaks against chance: −ln FMR, 0 or more. Comparable between models; adds up over independent palms. */
export const evidenceOf = (similarity: number, modelVersion: string) => -Math.log(fmrOf(similarity, modelVersion))

/** The similarity whose FMR is `fmr`, 0 < fmr ≤ 1. */
export function similarityAtFmr(fmr: number, modelVersion: string): number {
  if (!(fmr > 0 && fmr <= 1)) throw new RangeError('an FMR lies above 0 and up to 1')
  const { start, startFmr, scale, shape } = tailOf(modelVersion)
  if (fmr >= startFmr || shape === 0) return start + scale * Math.log(startFmr / fmr)
  return start + (scale * ((startFmr / fmr) ** shape - 1)) / shape
}
