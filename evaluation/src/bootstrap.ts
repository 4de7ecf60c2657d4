import type { Pair } from './similarities.ts'

const RESAMPLES = 200
/** Of two or three people hardly two draws differ: an interval would look narrow and mean nothing. */
const LEAST_PEOPLE = 4
/** Fixed, so that two runs agree. */
const SEED = 20261123

export type Interval = [low: number, high: number]

/** 95% intervals over people; null with fewer than four of them, or where too few draws had pairs of both kinds. */
export type Intervals = {
  eer: Interval | null
  /** FNMR at each of the FMRs that were asked for. */
  fnmr: (Interval | null)[]
}

/** Mulberry32, a small public-domain generator: 0 ≤ x < 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Pairs in columns, highest similarity first; of equals, impostors first, as a threshold that refuses one refuses all. */
type Downward = { one: Uint16Array; other: Uint16Array; genuine: Uint8Array }

function downward(pairs: readonly Pair[], subjectOf: readonly number[]): Downward {
  const sorted = pairs.toSorted((a, b) => b.similarity - a.similarity || Number(a.genuine) - Number(b.genuine))
  return {
    one: Uint16Array.from(sorted, ({ a }) => subjectOf[a]),
    other: Uint16Array.from(sorted, ({ b }) => subjectOf[b]),
    genuine: Uint8Array.from(sorted, ({ genuine }) => Number(genuine)),
  }
}

/** EER and FNMRs when each subject counts as often as it was drawn; null without pairs of both kinds. */
function ratesOf({ one, other, genuine }: Downward, drawn: Uint16Array, fmrs: readonly number[]) {
  const pairs = genuine.length
  let genuineWeight = 0
  let impostorWeight = 0
  for (let i = 0; i < pairs; i++) {
    if (genuine[i]) genuineWeight += drawn[one[i]]
    else impostorWeight += drawn[one[i]] * drawn[other[i]]
  }
  if (genuineWeight === 0 || impostorWeight === 0) return null
  const fnmr = new Array<number>(fmrs.length).fill(0)
  let next = fmrs.length - 1
  let eer: number | null = null
  let refused = genuineWeight
  let passed = 0
  for (let i = 0; i < pairs; i++) {
    if (genuine[i]) refused -= drawn[one[i]]
    else passed += drawn[one[i]] * drawn[other[i]]
    // the lowest FMR is used up first: fmrs fall
    while (next >= 0 && passed > fmrs[next] * impostorWeight + 1e-9) fnmr[next--] = refused / genuineWeight
    if (eer === null && passed / impostorWeight >= refused / genuineWeight) {
      eer = (passed / impostorWeight + refused / genuineWeight) / 2
    }
    if (eer !== null && next < 0) break
  }
  return { eer: eer ?? 0, fnmr }
}

/**
 * 95% intervals, resampling *subjects* (pairs of one subject are not independent): a pair counts as often as the product of
 * how often its subjects were drawn; a genuine pair as often as its subject. `fmrs` fall.
 */
export function intervals(pairs: readonly Pair[], subjectOf: readonly string[], fmrs: readonly number[]): Intervals {
  if (fmrs.some((fmr, i) => i > 0 && fmr >= fmrs[i - 1])) throw new RangeError('FMRs must fall')
  const subjects = [...new Set(subjectOf)]
  const indexOf = new Map(subjects.map((subject, i) => [subject, i]))
  const sorted = downward(
    pairs,
    subjectOf.map((subject) => indexOf.get(subject)!),
  )
  const random = seeded(SEED)
  const draws: { eer: number; fnmr: number[] }[] = []
  for (let i = 0; i < RESAMPLES; i++) {
    const drawn = new Uint16Array(subjects.length)
    for (let k = 0; k < subjects.length; k++) drawn[Math.floor(random() * subjects.length)]++
    const rates = ratesOf(sorted, drawn, fmrs)
    if (rates !== null) draws.push(rates)
  }
  const enough = subjects.length >= LEAST_PEOPLE && draws.length >= RESAMPLES / 2
  return {
    eer: enough ? middle95(draws.map(({ eer }) => eer)) : null,
    fnmr: fmrs.map((_, k) => (enough ? middle95(draws.map(({ fnmr }) => fnmr[k])) : null)),
  }
}

export const eerInterval = (pairs: readonly Pair[], subjectOf: readonly string[]) => intervals(pairs, subjectOf, []).eer

function middle95(values: number[]): Interval {
  const sorted = values.sort((a, b) => a - b)
  return [sorted[Math.floor(sorted.length * 0.025)], sorted[Math.ceil(sorted.length * 0.975) - 1]]
}
