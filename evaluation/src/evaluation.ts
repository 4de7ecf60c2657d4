import path from 'node:path'
import { eerInterval } from './bootstrap.ts'
import type { Entry } from './manifest.ts'
import { det, eer, fnmrAtFmr, histogram, type Split, split } from './metrics.ts'
import { type Matcher, type Pair, rank1, readSimilarities, writeSimilarities } from './similarities.ts'

/** Pairs listed as worst, of each kind. */
const WORST = 15
const HISTOGRAM_BINS = 80

export type Rates = {
  genuine: number
  impostor: number
  eer: number | null
  /** 95%, bootstrap over people. */
  eerInterval: [number, number] | null
  fnmrAt1e3: number | null
  fnmrAt1e4: number | null
  /** The lowest FMR that this many impostor pairs could show, were there no error (rule of three). */
  fmrBelow: number | null
  rank1: number | null
}

export type Named = { a: string; b: string; similarity: number }

/** Everything a report shows of one matcher. */
export type MatcherResult = {
  name: string
  rates: Rates
  det: { fmr: number; fnmr: number }[]
  histograms: { from: number; to: number; genuine: number[]; impostor: number[] }
  worst: { genuine: Named[]; impostor: Named[] }
  /** The highest impostor similarities, downward: what the decision's threshold is fitted to. */
  impostorTail: number[]
}

/** Compares all pairs, writes them to a file, and works out every figure from that file. */
export async function evaluateMatcher(
  matcher: Matcher,
  entries: readonly Entry[],
  folder: string,
  progress: (done: number) => void,
): Promise<MatcherResult> {
  const file = path.join(folder, `similarities-${matcher.name}.csv`)
  await writeSimilarities(file, entries, matcher, progress)
  return resultOf(matcher.name, await readSimilarities(file), entries)
}

export function resultOf(name: string, pairs: readonly Pair[], entries: readonly Entry[]): MatcherResult {
  const similarities = (genuine: boolean) => pairs.filter((p) => p.genuine === genuine).map((p) => p.similarity)
  const sorted = split(similarities(true), similarities(false))
  return {
    name,
    rates: ratesOf(sorted, pairs, entries),
    det: det(sorted),
    histograms: histogramsOf(sorted),
    worst: {
      genuine: worst(pairs, entries, true),
      impostor: worst(pairs, entries, false),
    },
    impostorTail: Array.from(sorted.impostor.slice(-1000).reverse()),
  }
}

function ratesOf(sorted: Split, pairs: readonly Pair[], entries: readonly Entry[]): Rates {
  const { genuine, impostor } = sorted
  return {
    genuine: genuine.length,
    impostor: impostor.length,
    eer: eer(sorted),
    eerInterval: eerInterval(
      pairs,
      entries.map(({ person }) => person),
    ),
    fnmrAt1e3: fnmrAtFmr(sorted, 1e-3),
    fnmrAt1e4: fnmrAtFmr(sorted, 1e-4),
    fmrBelow: impostor.length > 0 ? 3 / impostor.length : null,
    rank1: rank1(pairs, entries.length),
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
