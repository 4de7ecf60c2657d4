import { type Interval, intervals } from './bootstrap.ts'
import type { Entry } from './manifest.ts'
import { det, eer, fnmrAtFmr, histogram, type Split, split } from './metrics.ts'
import { type Pair, rank1 } from './similarities.ts'

/** Pairs listed as worst, of each kind. */
const WORST = 15
const HISTOGRAM_BINS = 80

export type Rates = {
  genuine: number
  impostor: number
  eer: number | null
  /** All intervals: 95%, bootstrap over people. */
  eerInterval: Interval | null
  /** Null where impostor pairs are too few to speak of such an FMR (see `fmrBelow`). */
  fnmrAt1e3: number | null
  fnmrAt1e3Interval: Interval | null
  fnmrAt1e4: number | null
  fnmrAt1e4Interval: Interval | null
  fnmrAt1e5: number | null
  fnmrAt1e5Interval: Interval | null
  /** The lowest FMR that this many impostor pairs could show, were there no error (rule of three). */
  fmrBelow: number | null
  rank1: number | null
}

export type Named = { a: string; b: string; similarity: number }

export type DetPoint = { fmr: number; fnmr: number; interval: Interval | null }

/** Everything a report shows of one matcher. */
export type MatcherResult = {
  name: string
  rates: Rates
  det: DetPoint[]
  histograms: { from: number; to: number; genuine: number[]; impostor: number[] }
  worst: { genuine: Named[]; impostor: Named[] }
}

export function resultOf(name: string, pairs: readonly Pair[], entries: readonly Entry[]): MatcherResult {
  const sorted = splitOf(pairs)
  const curve = det(sorted)
  const people = entries.map(({ person }) => person)
  // one bootstrap for the curve and the three FMRs, downward
  const fmrs = [...new Set([...curve.map(({ fmr }) => fmr), ...FMRS])].sort((a, b) => b - a)
  const spread = intervals(pairs, people, fmrs)
  const intervalAt = (fmr: number) => spread.fnmr[fmrs.indexOf(fmr)]
  return {
    name,
    rates: { ...ratesOf(sorted, spread.eer, intervalAt), rank1: rank1(pairs, entries.length) },
    det: curve.map((point) => ({ ...point, interval: intervalAt(point.fmr) })),
    histograms: histogramsOf(sorted),
    worst: {
      genuine: worst(pairs, entries, true),
      impostor: worst(pairs, entries, false),
    },
  }
}

export const splitOf = (pairs: readonly Pair[]): Split =>
  split(
    pairs.filter(({ genuine }) => genuine).map(({ similarity }) => similarity),
    pairs.filter(({ genuine }) => !genuine).map(({ similarity }) => similarity),
  )

const FMRS = [1e-3, 1e-4, 1e-5]

function ratesOf(
  sorted: Split,
  eerInterval: Interval | null,
  intervalAt: (fmr: number) => Interval | null,
): Omit<Rates, 'rank1'> {
  const { genuine, impostor } = sorted
  const fmrBelow = impostor.length > 0 ? 3 / impostor.length : null
  const [at1e3, at1e4, at1e5] = FMRS.map((fmr) =>
    fmrBelow === null || fmr < fmrBelow
      ? { fnmr: null, interval: null }
      : { fnmr: fnmrAtFmr(sorted, fmr), interval: intervalAt(fmr) },
  )
  return {
    genuine: genuine.length,
    impostor: impostor.length,
    eer: eer(sorted),
    eerInterval,
    fnmrAt1e3: at1e3.fnmr,
    fnmrAt1e3Interval: at1e3.interval,
    fnmrAt1e4: at1e4.fnmr,
    fnmrAt1e4Interval: at1e4.interval,
    fnmrAt1e5: at1e5.fnmr,
    fnmrAt1e5Interval: at1e5.interval,
    fmrBelow,
  }
}

function histogramsOf({ genuine, impostor }: Split): MatcherResult['histograms'] {
  const lowest = Math.min(genuine[0] ?? 0, impostor[0] ?? 0)
  const highest = Math.max(genuine.at(-1) ?? 1, impostor.at(-1) ?? 1)
  const to = highest > lowest ? highest : lowest + 1
  return {
    from: lowest,
    to,
    genuine: histogram(genuine, lowest, to, HISTOGRAM_BINS),
    impostor: histogram(impostor, lowest, to, HISTOGRAM_BINS),
  }
}

/** Genuine pairs least alike, or impostors most alike. */
function worst(pairs: readonly Pair[], entries: readonly Entry[], genuine: boolean): Named[] {
  const sign = genuine ? 1 : -1
  return pairs
    .filter((pair) => pair.genuine === genuine)
    .sort((a, b) => sign * (a.similarity - b.similarity))
    .slice(0, WORST)
    .map(({ a, b, similarity }) => ({ a: entries[a].file, b: entries[b].file, similarity }))
}
