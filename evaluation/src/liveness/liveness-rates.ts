import type { Kind } from './presentation.ts'
import type { Seen } from './seen-presentation.ts'

/** One kind of presentation, counted (ISO/IEC 30107-3). */
export type KindRates = {
  kind: Kind
  presentations: number
  /** No hand was found in two frames: nothing for liveness to say, and nothing is accepted (non-response). */
  notAcquired: number
  /** Wrongly classified, of those acquired: attacks taken for hands, or hands taken for attacks. */
  wrong: number
  /** APCER of a species, or BPCER of the bona fide: `wrong` over those acquired. Null where none was. */
  rate: number | null
  /** 95% (Clopper and Pearson), as if presentations were independent; those with one picture are not. */
  interval: [number, number] | null
  /** What refused, by measure; one presentation may be refused by several. */
  refusedBy: Record<string, number>
  /** How the hand answered the flash. */
  answers: Record<string, number>
}

export type LivenessRates = {
  bonaFide: KindRates
  species: KindRates[]
  /** The species with the highest APCER: the figure that counts. */
  worst: { kind: Kind; apcer: number } | null
}

export function livenessRates(seen: readonly Seen[]): LivenessRates {
  const byKind = Map.groupBy(seen, ({ kind }) => kind)
  const species = [...byKind.keys()].filter((kind) => kind !== 'bona fide')
  const rates = species.map((kind) => ratesOf(kind, byKind.get(kind) ?? []))
  const worst = rates.reduce<LivenessRates['worst']>(
    (top, { kind, rate }) => (rate !== null && (top === null || rate > top.apcer) ? { kind, apcer: rate } : top),
    null,
  )
  return { bonaFide: ratesOf('bona fide', byKind.get('bona fide') ?? []), species: rates, worst }
}

function ratesOf(kind: Kind, seen: readonly Seen[]): KindRates {
  const acquired = seen.filter(({ found }) => found >= 2)
  const refused = acquired.filter(({ refusedBy }) => refusedBy.length > 0).length
  const wrong = kind === 'bona fide' ? refused : acquired.length - refused
  return {
    kind,
    presentations: seen.length,
    notAcquired: seen.length - acquired.length,
    wrong,
    rate: acquired.length === 0 ? null : wrong / acquired.length,
    interval: acquired.length === 0 ? null : exactInterval(wrong, acquired.length),
    refusedBy: counted(acquired.flatMap(({ refusedBy }) => refusedBy)),
    answers: counted(acquired.map(({ answer }) => answer)),
  }
}

function counted(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]))
}

/** The exact 95% interval of a share (Clopper and Pearson 1934), by bisection on the binomial distribution. */
export function exactInterval(hits: number, of: number): [number, number] {
  const atMost = (share: number, k: number) => {
    let term = (1 - share) ** of
    let sum = 0
    for (let i = 0; i <= k; i++) {
      sum += term
      term *= ((of - i) / (i + 1)) * (share / (1 - share))
    }
    return sum
  }
  const root = (isBelow: (share: number) => boolean) => {
    let [low, high] = [0, 1]
    for (let step = 0; step < 50; step++) {
      const middle = (low + high) / 2
      if (isBelow(middle)) low = middle
      else high = middle
    }
    return (low + high) / 2
  }
  return [
    hits === 0 ? 0 : root((share) => 1 - atMost(share, hits - 1) < 0.025),
    hits === of ? 1 : root((share) => atMost(share, hits) > 0.025),
  ]
}
