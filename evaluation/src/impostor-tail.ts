import { seeded } from './bootstrap.ts'

/** A pair of strangers: places of both people in a list, and the similarity. */
export type StrangerPair = { readonly one: number; readonly other: number; readonly similarity: number }

/** The upper tail of strangers' similarities. */
export type TailFit = {
  readonly pairs: number
  readonly people: number
  readonly startFmr: number
  readonly start: number
  readonly meanExcess: number
  /** 95%, resampling people. */
  readonly meanExcessInterval: readonly [number, number]
  /** Generalised Pareto shape by probability-weighted moments (Hosking and Wallis 1987), and its 95% interval. */
  readonly shape: number
  readonly shapeInterval: readonly [number, number]
  readonly highest: number
}

const START_FMR = 1e-3
/** Fewer exceedances say nothing about a tail. */
const LEAST_EXCEEDANCES = 20
const RESAMPLES = 400
const SEED = 20261123

/** Fits the tail above the similarity that one in a thousand pairs of strangers reaches. Null when there are too few. */
export function fitTail(pairs: readonly StrangerPair[], people: number): TailFit | null {
  if (pairs.some(({ similarity }) => !Number.isFinite(similarity))) throw new RangeError('a similarity is a number')
  const downward = pairs.toSorted((a, b) => b.similarity - a.similarity)
  const count = Math.floor(START_FMR * pairs.length)
  if (count < LEAST_EXCEEDANCES) return null
  const start = downward[count].similarity
  const above = downward.slice(0, count).reverse()
  const excesses = above.map(({ similarity }) => similarity - start)
  const whole = moments(
    excesses,
    excesses.map(() => 1),
  )
  const random = seeded(SEED)
  const resampled = Array.from({ length: RESAMPLES }, () => {
    const drawn = new Uint16Array(people)
    for (let i = 0; i < people; i++) drawn[Math.floor(random() * people)]++
    return moments(
      excesses,
      above.map(({ one, other }) => drawn[one] * drawn[other]),
    )
  }).filter((fit) => fit !== null)
  if (whole === null || resampled.length < RESAMPLES / 2) return null
  return {
    pairs: pairs.length,
    people,
    startFmr: START_FMR,
    start,
    meanExcess: whole.mean,
    meanExcessInterval: interval(resampled.map(({ mean }) => mean)),
    shape: whole.shape,
    shapeInterval: interval(resampled.map(({ shape }) => shape)),
    highest: downward[0].similarity,
  }
}

/** Mean and generalised Pareto shape of weighted excesses, sorted upward. Null when too few carry weight. */
function moments(excesses: readonly number[], weights: readonly number[]) {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total < LEAST_EXCEEDANCES / 2) return null
  let below = 0
  let mean = 0
  let rankedMean = 0
  excesses.forEach((excess, i) => {
    const rank = (below + weights[i] / 2) / total
    mean += (weights[i] / total) * excess
    rankedMean += (weights[i] / total) * excess * (1 - rank)
    below += weights[i]
  })
  return { mean, shape: 2 - mean / (mean - 2 * rankedMean) }
}

function interval(values: readonly number[]): [number, number] {
  const sorted = values.toSorted((a, b) => a - b)
  return [sorted[Math.floor(sorted.length * 0.025)], sorted[Math.ceil(sorted.length * 0.975) - 1]]
}

/**
 * What the thresholds are to rest on: the tail drawn on as an exponential with the upper end of the mean excess, since an end
 * that a negative shape promises was seen by nobody; heavier where the shape is above zero.
 */
export function conservative({ start, startFmr, meanExcessInterval, shape }: TailFit) {
  const heavier = Math.max(0, shape)
  return { start, startFmr, scale: meanExcessInterval[1] * (1 - heavier), shape: heavier }
}

/** Where a conservative tail falls to `fmr`. */
export function similarityAt(tail: ReturnType<typeof conservative>, fmr: number): number {
  const { start, startFmr, scale, shape } = tail
  return shape === 0
    ? start + scale * Math.log(startFmr / fmr)
    : start + (scale * ((startFmr / fmr) ** shape - 1)) / shape
}
