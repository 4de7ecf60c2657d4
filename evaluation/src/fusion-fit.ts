import type { ExpertPair } from './expert-pairs.ts'
import { fitLogistic } from './logistic.ts'
import { fnmrAtFmr, split } from './metrics.ts'

type Opinion = Pick<ExpertPair, 'code' | 'cosine' | 'genuine'>

export type FittedFusion = {
  readonly offset: number
  readonly code: number
  readonly cosine: number
  /** Part of the vector's fitted weight that was kept: see `fitFusion`. */
  readonly vectorShare: number
}

/** Shares of the vector's fitted weight that are tried, the whole first. */
export const VECTOR_SHARES = [1, 0.75, 0.5, 0.25, 0.1, 0] as const
/** Where experts are compared. */
const AT_FMR = 1e-3
/** Genuine pairs that may be lost more than by the code alone: fewer are chance. */
const LOST_BY_CHANCE = 2

export const fuse = ({ offset, code, cosine }: Omit<FittedFusion, 'vectorShare'>, pair: Opinion) =>
  offset + code * pair.code + cosine * pair.cosine

/**
 * Fits the logistic to people who do not exist. A network learnt on drawn palms is more at home among drawn palms than among real
 * ones, and such a fit trusts it too far; so of the vector's weight the largest share is kept with which no real set loses genuine
 * pairs (at an FMR of 1e-3) against the code alone, and the logistic is fitted again with that ratio. This one choice of six is all
 * that real pictures have a say in. A vector that helps nowhere keeps nothing.
 */
export function fitFusion(synthetic: readonly Opinion[], real: readonly (readonly Opinion[])[]): FittedFusion {
  const [code, cosine] = fitLogistic(
    synthetic.map((pair) => ({ features: [pair.code, pair.cosine], genuine: pair.genuine })),
  ).weights
  // Where only the vector tells anything there is nothing to weigh it against.
  if (code === 0) return { ...fitWithRatio(synthetic, 0, 1), vectorShare: 1 }
  for (const vectorShare of VECTOR_SHARES) {
    const fitted = fitWithRatio(synthetic, 1, (vectorShare * cosine) / code)
    if (real.every((pairs) => losesNothing(pairs, fitted))) return { ...fitted, vectorShare }
  }
  throw new Error('invariant broken: the code alone loses nothing against itself')
}

function fitWithRatio(pairs: readonly Opinion[], code: number, cosine: number) {
  const { offset, weights } = fitLogistic(
    pairs.map((pair) => ({ features: [code * pair.code + cosine * pair.cosine], genuine: pair.genuine })),
  )
  return { offset, code: weights[0] * code, cosine: weights[0] * cosine }
}

function losesNothing(pairs: readonly Opinion[], fitted: Omit<FittedFusion, 'vectorShare'>): boolean {
  const genuine = pairs.filter((pair) => pair.genuine)
  const strangers = pairs.filter((pair) => !pair.genuine)
  const lost = (similarityOf: (pair: Opinion) => number) =>
    fnmrAtFmr(split(genuine.map(similarityOf), strangers.map(similarityOf)), AT_FMR)
  const [both, alone] = [lost((pair) => fuse(fitted, pair)), lost((pair) => pair.code)]
  return both === null || alone === null || (both - alone) * genuine.length <= LOST_BY_CHANCE + 1e-9
}
