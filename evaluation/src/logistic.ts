/** Pairs of one palm count as `true`. Features in any unit; they are standardised before the fit. */
export type LogisticPair = { readonly features: readonly number[]; readonly genuine: boolean }

/** offset + Σ weights · features: the logarithm of how much likelier the features are for one palm than for two. */
export type LogisticFit = { readonly offset: number; readonly weights: readonly number[] }

const STEPS = 60
/** Ridge on the standardised weights, per unit of total pair weight 1: keeps classes that separate wholly from running away. */
const RIDGE = 1e-4
const ENOUGH = 1e-10

/**
 * Logistic regression by Newton's method. Both kinds of pairs weigh the same in all, so that the result is a likelihood ratio and
 * not a statement about how often genuine pairs come. Features are similarities: one whose weight would fall below zero (because
 * it only repeats another, worse) gets none, for more likeness must never speak against a palm. Throws RangeError without pairs
 * of both kinds or on figures that are none.
 */
export function fitLogistic(pairs: readonly LogisticPair[], ridge = RIDGE): LogisticFit {
  let used = pairs[0]?.features.map((_, k) => k) ?? []
  for (;;) {
    const chosen = pairs.map(({ features, genuine }) => ({ features: used.map((k) => features[k]), genuine }))
    const { offset, weights } = fitAll(chosen, ridge)
    if (weights.every((weight) => weight >= 0)) {
      const places = pairs[0].features.map((_, k) => used.indexOf(k))
      return { offset, weights: places.map((place) => (place < 0 ? 0 : weights[place])) }
    }
    used = used.filter((_, i) => weights[i] >= 0)
  }
}

function fitAll(pairs: readonly LogisticPair[], ridge: number): LogisticFit {
  const genuine = pairs.filter((pair) => pair.genuine).length
  if (genuine === 0 || genuine === pairs.length) throw new RangeError('a fit needs pairs of both kinds')
  if (pairs.some(({ features }) => features.some((value) => !Number.isFinite(value)))) {
    throw new RangeError('a feature that is no number cannot be fitted')
  }
  const weightOf = (isGenuine: boolean) => 0.5 / (isGenuine ? genuine : pairs.length - genuine)
  const { means, spreads } = standard(pairs)
  const count = means.length + 1
  let beta = new Array<number>(count).fill(0)
  for (let step = 0; step < STEPS; step++) {
    const gradient = beta.map((value, i) => (i === 0 ? 0 : -ridge * value))
    const hessian = beta.map((_, i) => beta.map((__, j) => (i === j ? (i === 0 ? 1e-12 : ridge) : 0)))
    for (const { features, genuine: isGenuine } of pairs) {
      const x = [1, ...features.map((value, k) => (value - means[k]) / spreads[k])]
      const p = 1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * beta[i], 0)))
      const weight = weightOf(isGenuine)
      for (let i = 0; i < count; i++) {
        gradient[i] += weight * ((isGenuine ? 1 : 0) - p) * x[i]
        for (let j = 0; j < count; j++) hessian[i][j] += weight * p * (1 - p) * x[i] * x[j]
      }
    }
    const move = solved(hessian, gradient)
    // A step too far would leave the region where the quadratic is right.
    const longest = Math.max(...move.map(Math.abs))
    beta = beta.map((value, i) => value + move[i] * Math.min(1, 2 / longest))
    if (longest < ENOUGH) break
  }
  const weights = means.map((_, k) => beta[k + 1] / spreads[k])
  const offset = beta[0] - weights.reduce((sum, weight, k) => sum + weight * means[k], 0)
  return { offset, weights }
}

function standard(pairs: readonly LogisticPair[]) {
  const count = pairs[0].features.length
  const means = Array.from({ length: count }, (_, k) => average(pairs.map(({ features }) => features[k])))
  const spreads = means.map(
    (mean, k) => Math.sqrt(average(pairs.map(({ features }) => (features[k] - mean) ** 2))) || 1,
  )
  return { means, spreads }
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Gaussian elimination with pivoting of a small symmetric system. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]])
  const n = rows.length
  for (let i = 0; i < n; i++) {
    const pivot = rows.reduce((best, row, k) => (k >= i && Math.abs(row[i]) > Math.abs(rows[best][i]) ? k : best), i)
    ;[rows[i], rows[pivot]] = [rows[pivot], rows[i]]
    for (let k = 0; k < n; k++) {
      if (k === i) continue
      const factor = rows[k][i] / rows[i][i]
      for (let j = i; j <= n; j++) rows[k][j] -= factor * rows[i][j]
    }
  }
  return rows.map((row, i) => row[n] / row[i])
}
