import type { Pair } from './similarities.ts'

const RESAMPLES = 200
/** Fixed, so that two runs agree. */
const SEED = 20261123

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

/** EER of weighted pairs, highest similarity first: where the weight of impostors passed meets that of genuine refused. */
function weightedEer(downward: readonly Pair[], weight: (pair: Pair) => number): number | null {
  let genuine = 0
  let impostor = 0
  for (const pair of downward) {
    if (pair.genuine) genuine += weight(pair)
    else impostor += weight(pair)
  }
  if (genuine === 0 || impostor === 0) return null
  let refused = genuine
  let passed = 0
  for (const pair of downward) {
    if (pair.genuine) refused -= weight(pair)
    else passed += weight(pair)
    if (passed / impostor >= refused / genuine) return (passed / impostor + refused / genuine) / 2
  }
  return 0
}

/**
 * 95% interval of the EER, resampling *subjects* (pairs of one subject are not independent): a pair counts as often as
 * the product of how often its subjects were drawn; a genuine pair as often as its subject.
 */
export function eerInterval(pairs: readonly Pair[], subjectOf: readonly string[]): [number, number] | null {
  const subjects = [...new Set(subjectOf)]
  const indexOf = new Map(subjects.map((subject, i) => [subject, i]))
  const indices = subjectOf.map((subject) => indexOf.get(subject)!)
  const downward = pairs.toSorted((a, b) => b.similarity - a.similarity)
  const random = seeded(SEED)
  const rates: number[] = []
  for (let i = 0; i < RESAMPLES; i++) {
    const drawn = new Uint16Array(subjects.length)
    for (let k = 0; k < subjects.length; k++) drawn[Math.floor(random() * subjects.length)]++
    const rate = weightedEer(downward, ({ a, b, genuine }) =>
      genuine ? drawn[indices[a]] : drawn[indices[a]] * drawn[indices[b]],
    )
    if (rate !== null) rates.push(rate)
  }
  if (rates.length < RESAMPLES / 2) return null
  rates.sort((a, b) => a - b)
  return [rates[Math.floor(rates.length * 0.025)], rates[Math.ceil(rates.length * 0.975) - 1]]
}
