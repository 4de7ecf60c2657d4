/** Similarities of pairs, split; both sorted upward. */
export type Split = { genuine: Float64Array; impostor: Float64Array }

export const split = (genuine: Iterable<number>, impostor: Iterable<number>): Split => ({
  genuine: Float64Array.from(genuine).sort(),
  impostor: Float64Array.from(impostor).sort(),
})

/** Index of the first value that is ≥ `value` (or > it, with `above`). */
function firstAt(sorted: Float64Array, value: number, above = false): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (above ? sorted[middle] <= value : sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Share of impostors at or above a threshold (false match rate). */
export const fmrAt = ({ impostor }: Split, threshold: number) =>
  (impostor.length - firstAt(impostor, threshold)) / impostor.length

/** Share of genuine pairs below a threshold (false non-match rate). */
export const fnmrAt = ({ genuine }: Split, threshold: number) => firstAt(genuine, threshold) / genuine.length

/** The lowest threshold whose FMR is at most `fmr`; null without impostors. */
export function thresholdAtFmr({ impostor }: Split, fmr: number): number | null {
  const allowed = Math.floor(fmr * impostor.length + 1e-9)
  if (impostor.length === 0) return null
  if (allowed >= impostor.length) return Number.NEGATIVE_INFINITY
  // just above the highest impostor that must be refused
  const highest = impostor[impostor.length - 1 - allowed]
  return highest + Math.max(Number.EPSILON, Math.abs(highest) * Number.EPSILON)
}

/** FNMR at the lowest threshold whose FMR is at most `fmr`; null without pairs of both kinds. */
export function fnmrAtFmr(pairs: Split, fmr: number): number | null {
  const { genuine, impostor } = pairs
  if (genuine.length === 0 || impostor.length === 0) return null
  const allowed = Math.floor(fmr * impostor.length + 1e-9)
  if (allowed >= impostor.length) return 0
  // everything above the highest impostor that must be refused passes
  return firstAt(genuine, impostor[impostor.length - 1 - allowed], true) / genuine.length
}

/** Equal error rate: the mean of both rates where they lie closest; null without pairs of both kinds. */
export function eer(pairs: Split): number | null {
  const { genuine, impostor } = pairs
  if (genuine.length === 0 || impostor.length === 0) return null
  let closest = Number.POSITIVE_INFINITY
  let rate = 1
  for (const thresholds of [genuine, impostor]) {
    for (const threshold of thresholds) {
      const fmr = fmrAt(pairs, threshold)
      const fnmr = fnmrAt(pairs, threshold)
      const apart = Math.abs(fmr - fnmr)
      if (apart > closest || (apart === closest && (fmr + fnmr) / 2 >= rate)) continue
      closest = apart
      rate = (fmr + fnmr) / 2
    }
  }
  return rate
}

/** Points of the DET curve: FNMR at every FMR 1, 10^−0.1 … down to one impostor. */
export function det(pairs: Split): { fmr: number; fnmr: number }[] {
  const points: { fmr: number; fnmr: number }[] = []
  for (let tenth = 0; 10 ** (-tenth / 10) * pairs.impostor.length >= 1; tenth++) {
    const fmr = 10 ** (-tenth / 10)
    const fnmr = fnmrAtFmr(pairs, fmr)
    if (fnmr !== null) points.push({ fmr, fnmr })
  }
  return points
}

/** Counts of values in equal bins over a range; what lies outside falls into the first or last bin. */
export function histogram(values: Float64Array, from: number, to: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) {
    counts[Math.max(0, Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins)))]++
  }
  return counts
}
