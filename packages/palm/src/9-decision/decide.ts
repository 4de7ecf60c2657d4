import type { Candidate, HandSide } from '../8-gallery/gallery.ts'
import { evidenceOf, fmrOf, IMPOSTOR_TAIL, similarityAtFmr, TEMPLATES_PER_PALM } from './calibration.ts'
import type { Decision, Evidence } from './decision.ts'

/** What a deployment may choose. */
export type DecisionPolicy = {
  /** How many hovers of strangers, at most, may end in somebody else's name. 0 < target ≤ 1e-2. */
  readonly targetFpir: number
  /** Whether a second palm is asked for: never, when one is not enough, or always. */
  readonly secondPalm: 'never' | 'when_needed' | 'always'
}

/** One wrong name in ten thousand hovers of strangers; at ten thousand hovers a day by the enrolled, far fewer. */
export const DEFAULT_POLICY: DecisionPolicy = { targetFpir: 1e-4, secondPalm: 'when_needed' }

/** A hand that was shown, and what the gallery found for it. */
export type Shown = { readonly hand: HandSide; readonly candidates: readonly Candidate[] }

export type DecisionContext = {
  /** Palms in the gallery when it was searched. */
  readonly enrolledPalms: number
  /** The palm shown before, when this is the second one. */
  readonly first?: Shown | null
  /** Whether that palm of a shopper is enrolled, too; where nobody says, it is taken to be. Asking in vain names nobody. */
  readonly isEnrolled?: (shopperId: string, hand: HandSide) => boolean
  readonly policy?: DecisionPolicy
}

/** Best candidate less the best of any other person: the other is then e⁴ ≈ 55 times likelier to look so by chance. */
export const REQUIRED_MARGIN = 4 * IMPOSTOR_TAIL.meanExcess
/** A second palm is worth asking for when this few strangers, at most, were expected to come as close. */
const STRANGERS_WORTH_ASKING = 0.05
/** With two palms each must speak for itself, too: an FMR of 1e-2 or less. */
const LEAST_EVIDENCE_OF_TWO = Math.log(100)

/** The similarity one palm needs among `enrolledPalms`: it rises by 0.011 for every tenfold. */
export const thresholdFor = (enrolledPalms: number, targetFpir: number) =>
  similarityAtFmr(targetFpir / (Math.max(1, enrolledPalms) * TEMPLATES_PER_PALM))

/** The evidence that two palms need together. Two exponential tails add up to x or more with probability e⁻ˣ(1 + x). */
export function evidenceForTwo(enrolledPalms: number, targetFpir: number): number {
  const chances = Math.max(1, enrolledPalms) * TEMPLATES_PER_PALM ** 2
  let low = 0
  let high = 200
  while (high - low > 1e-9) {
    const x = (low + high) / 2
    if (chances * Math.exp(-x) * (1 + x) > targetFpir) low = x
    else high = x
  }
  return high
}

/**
 * Who hovered, if anybody. Candidates of the other hand than the shown one are left out. Never names anyone on the
 * strength of a similarity alone: the threshold rises with the gallery and the best other *person* must be well behind. Where
 * another person is too near, the other palm is asked for if one of them has enrolled it; only then it is ambiguous.
 * Throws RangeError when figures cannot be (a negative gallery, a similarity that is no number): it fails closed.
 */
export function decide(shown: Shown, context: DecisionContext): Decision {
  const { enrolledPalms, first = null, policy = DEFAULT_POLICY } = context
  check(enrolledPalms, policy, [...shown.candidates, ...(first?.candidates ?? [])])
  if (first) {
    if (first.hand === shown.hand) throw new RangeError('the second palm is of the other hand')
    return decideOnTwo(first, shown, enrolledPalms, policy)
  }
  const ranked = bestOfEachPerson(shown)
  const [best, other] = ranked
  const threshold = thresholdFor(enrolledPalms, policy.targetFpir)
  const evidence = evidenceFor(enrolledPalms, threshold, best, other)
  if (!best) return { outcome: 'not_recognised', evidence }
  const askFor = shown.hand === 'L' ? 'R' : 'L'
  const hasOther = ({ shopperId }: Candidate) => context.isEnrolled?.(shopperId, askFor) ?? true
  if (best.similarity >= threshold) {
    const alike = ranked.filter(({ similarity }) => best.similarity - similarity < REQUIRED_MARGIN)
    if (alike.length > 1) {
      const canTell = policy.secondPalm !== 'never' && alike.some(hasOther)
      return canTell ? { outcome: 'other_palm', askFor, evidence } : { outcome: 'ambiguous', evidence }
    }
    if (policy.secondPalm !== 'always') {
      return { outcome: 'identified', shopperId: best.shopperId, palmId: best.palmId, palmsShown: 1, evidence }
    }
  }
  const strangers = enrolledPalms * TEMPLATES_PER_PALM * fmrOf(best.similarity)
  const isWorthAsking = policy.secondPalm !== 'never' && strangers <= STRANGERS_WORTH_ASKING && hasOther(best)
  return isWorthAsking ? { outcome: 'other_palm', askFor, evidence } : { outcome: 'not_recognised', evidence }
}

/** Both palms must point to one person, each must say something, and together they must say enough. */
function decideOnTwo(first: Shown, second: Shown, enrolledPalms: number, policy: DecisionPolicy): Decision {
  const one = bestOfEachPerson(first)
  const two = bestOfEachPerson(second)
  const threshold = thresholdFor(enrolledPalms, policy.targetFpir)
  const evidence = evidenceFor(enrolledPalms, threshold, two[0], two[1])
  if (one.length === 0 || two.length === 0) return { outcome: 'not_recognised', evidence }
  const each = [evidenceOf(one[0].similarity), evidenceOf(two[0].similarity)]
  const enough = each[0] + each[1] >= evidenceForTwo(enrolledPalms, policy.targetFpir)
  if (!enough || Math.min(...each) < LEAST_EVIDENCE_OF_TWO) return { outcome: 'not_recognised', evidence }
  const { shopperId, palmId } = two[0]
  if (one[0].shopperId !== shopperId) return { outcome: 'ambiguous', evidence }
  const sum = one[0].similarity + two[0].similarity
  const other = bestOtherSum(one, two, shopperId)
  if (other !== null && sum - other < REQUIRED_MARGIN) return { outcome: 'ambiguous', evidence }
  return { outcome: 'identified', shopperId, palmId, palmsShown: 2, evidence }
}

/** The highest sum any other person reaches; who was found for one palm only counts as a stranger for the other. */
function bestOtherSum(one: readonly Candidate[], two: readonly Candidate[], shopperId: string): number | null {
  const others = new Set([...one, ...two].map((candidate) => candidate.shopperId).filter((id) => id !== shopperId))
  if (others.size === 0) return null
  const of = (candidates: readonly Candidate[], id: string) =>
    candidates.find((candidate) => candidate.shopperId === id)?.similarity ?? lowest(candidates)
  return Math.max(...[...others].map((id) => of(one, id) + of(two, id)))
}

const lowest = (candidates: readonly Candidate[]) => Math.min(...candidates.map(({ similarity }) => similarity))

/** The best palm of every person, of the shown hand, best first. */
function bestOfEachPerson({ hand, candidates }: Shown): Candidate[] {
  const best = new Map<string, Candidate>()
  for (const candidate of candidates) {
    if (candidate.hand !== hand) continue
    const before = best.get(candidate.shopperId)
    if (!before || before.similarity < candidate.similarity) best.set(candidate.shopperId, candidate)
  }
  return [...best.values()].sort((a, b) => b.similarity - a.similarity)
}

function evidenceFor(
  enrolledPalms: number,
  threshold: number,
  best: Candidate | undefined,
  other: Candidate | undefined,
): Evidence {
  return {
    enrolledPalms,
    threshold,
    bestSimilarity: best?.similarity ?? null,
    margin: best && other ? best.similarity - other.similarity : null,
    requiredMargin: REQUIRED_MARGIN,
  }
}

function check(enrolledPalms: number, { targetFpir }: DecisionPolicy, candidates: readonly Candidate[]): void {
  if (!Number.isInteger(enrolledPalms) || enrolledPalms < 0) throw new RangeError('a gallery has 0 or more palms')
  if (!(targetFpir > 0 && targetFpir <= 1e-2)) throw new RangeError('a target FPIR lies above 0 and up to 1e-2')
  if (candidates.some(({ similarity }) => !(similarity >= 0 && similarity <= 1))) {
    throw new RangeError('a similarity lies in 0…1')
  }
}
