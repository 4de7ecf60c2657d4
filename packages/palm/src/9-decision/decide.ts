import type { Candidate, HandSide } from '../8-gallery/gallery.ts'
import { evidenceOf, similarityAtFmr, TEMPLATES_PER_PALM } from './calibration.ts'
import type { Decision, Evidence } from './decision.ts'

/** What a deployment may choose. */
export type DecisionPolicy = {
  /** How many hovers of strangers, at most, may end in somebody else's name. 0 < target ≤ 1e-2. */
  readonly targetFpir: number
  /** Whether a second palm is asked for: never, when one is not enough, or always. */
  readonly secondPalm: 'never' | 'when_needed' | 'always'
  /** Whether digits are asked for when palms alone name nobody. */
  readonly digits: 'never' | 'when_needed'
}

/** One wrong name in ten thousand hovers of strangers; at ten thousand hovers a day by the enrolled, far fewer. */
export const DEFAULT_POLICY: DecisionPolicy = { targetFpir: 1e-4, secondPalm: 'when_needed', digits: 'never' }

/** A hand that was shown, and what the gallery found for it. */
export type Shown = { readonly hand: HandSide; readonly candidates: readonly Candidate[] }

export type DecisionContext = {
  /** Palms that were searched: those of the gallery, or those of whom a claim names. */
  readonly enrolledPalms: number
  /** Whether digits were given already: they are not asked for again. */
  readonly isClaimed?: boolean
  /** The palm shown before, when this is the second one. */
  readonly first?: Shown | null
  /** Whether that palm of a shopper is enrolled, too; where nobody says, it is taken to be. Asking in vain names nobody. */
  readonly isEnrolled?: (shopperId: string, hand: HandSide) => boolean
  readonly policy?: DecisionPolicy
}

/** A candidate with what its similarity says against chance, nats: of two models this can be compared, a similarity cannot. */
type Placed = Candidate & { readonly nats: number }

/** Best candidate less the best of any other person, nats: the other is then e⁴ ≈ 55 times likelier to look so by chance. */
export const REQUIRED_MARGIN_NATS = 4
/** A second palm is worth asking for when this few strangers, at most, were expected to come as close. */
const STRANGERS_WORTH_ASKING = 0.05
/** With two palms each must speak for itself, too: an FMR of 1e-2 or less. */
const LEAST_NATS_OF_TWO = Math.log(100)

/** The evidence one palm needs among `enrolledPalms`, nats: 2.3 more for every tenfold. */
export const evidenceForOne = (enrolledPalms: number, targetFpir: number) =>
  Math.log((Math.max(1, enrolledPalms) * TEMPLATES_PER_PALM) / targetFpir)

/** The same as a fused similarity of a model. */
export const thresholdFor = (enrolledPalms: number, targetFpir: number, modelVersion: string) =>
  similarityAtFmr(Math.exp(-evidenceForOne(enrolledPalms, targetFpir)), modelVersion)

/**
 * How strangers' similarities of left palms go with those of right ones, taken in the same light and pose: .32 (806 pairs of pairs,
 * the two people of `xpalm`: few, but the only set with both palms). Of one person it was .41 to .72.
 */
const PALMS_CORRELATION = 0.32

/**
 * The evidence that two palms need together. Two independent exponential tails add up to x or more with probability e⁻ˣ(1 + x);
 * far out, two that correlate by ρ (as normals do) add up to (1 + ρ)x as easily.
 */
export function evidenceForTwo(enrolledPalms: number, targetFpir: number): number {
  const chances = Math.max(1, enrolledPalms) * TEMPLATES_PER_PALM ** 2
  let low = 0
  let high = 200
  while (high - low > 1e-9) {
    const x = (low + high) / 2
    if (chances * Math.exp(-x) * (1 + x) > targetFpir) low = x
    else high = x
  }
  return high * (1 + PALMS_CORRELATION)
}

/**
 * Who hovered, if anybody. Candidates of the other hand than the shown one are left out. Never names anyone on the
 * strength of a similarity alone: the threshold rises with the gallery and the best other *person* must be well behind. Where
 * another person is too near, the other palm is asked for if one of them has enrolled it; only then it is ambiguous.
 * Throws RangeError when figures cannot be (a negative gallery, a similarity that is no number, a model whose strangers were
 * never measured): it fails closed.
 */
export function decide(shown: Shown, context: DecisionContext): Decision {
  const { enrolledPalms, first = null, policy = DEFAULT_POLICY } = context
  check(enrolledPalms, policy)
  if (first !== null && first.hand === shown.hand) throw new RangeError('the second palm is of the other hand')
  const decision = first ? decideOnTwo(first, shown, enrolledPalms, policy) : decideOnOne(shown, context, policy)
  const namesNobody = decision.outcome === 'not_recognised' || decision.outcome === 'ambiguous'
  const asksForDigits = policy.digits === 'when_needed' && !context.isClaimed
  return namesNobody && asksForDigits ? { outcome: 'digits', evidence: decision.evidence } : decision
}

function decideOnOne(shown: Shown, context: DecisionContext, policy: DecisionPolicy): Decision {
  const { enrolledPalms } = context
  const ranked = bestOfEachPerson(shown)
  const [best, other] = ranked
  const required = evidenceForOne(enrolledPalms, policy.targetFpir)
  const evidence = evidenceFor(enrolledPalms, required, best, other)
  if (!best) return { outcome: 'not_recognised', evidence }
  const askFor = shown.hand === 'L' ? 'R' : 'L'
  const hasOther = ({ shopperId }: Placed) => context.isEnrolled?.(shopperId, askFor) ?? true
  if (best.nats >= required) {
    const alike = ranked.filter(({ nats }) => best.nats - nats < REQUIRED_MARGIN_NATS)
    if (alike.length > 1) {
      const canTell = policy.secondPalm !== 'never' && alike.some(hasOther)
      return canTell ? { outcome: 'other_palm', askFor, evidence } : { outcome: 'ambiguous', evidence }
    }
    if (policy.secondPalm !== 'always') {
      return { outcome: 'identified', shopperId: best.shopperId, palmId: best.palmId, palmsShown: 1, evidence }
    }
  }
  const strangers = enrolledPalms * TEMPLATES_PER_PALM * Math.exp(-best.nats)
  const isWorthAsking = policy.secondPalm !== 'never' && strangers <= STRANGERS_WORTH_ASKING && hasOther(best)
  return isWorthAsking ? { outcome: 'other_palm', askFor, evidence } : { outcome: 'not_recognised', evidence }
}

/** Both palms must point to one person, each must say something, and together they must say enough. */
function decideOnTwo(first: Shown, second: Shown, enrolledPalms: number, policy: DecisionPolicy): Decision {
  const one = bestOfEachPerson(first)
  const two = bestOfEachPerson(second)
  const evidence = evidenceFor(enrolledPalms, evidenceForOne(enrolledPalms, policy.targetFpir), two[0], two[1])
  if (one.length === 0 || two.length === 0) return { outcome: 'not_recognised', evidence }
  const sum = one[0].nats + two[0].nats
  const saysEnough = sum >= evidenceForTwo(enrolledPalms, policy.targetFpir)
  const eachSpeaks = Math.min(one[0].nats, two[0].nats) >= LEAST_NATS_OF_TWO
  if (!saysEnough || !eachSpeaks) return { outcome: 'not_recognised', evidence }
  const { shopperId, palmId } = two[0]
  if (one[0].shopperId !== shopperId) return { outcome: 'ambiguous', evidence }
  const other = bestOtherSum(one, two, shopperId)
  if (other !== null && sum - other < REQUIRED_MARGIN_NATS) return { outcome: 'ambiguous', evidence }
  return { outcome: 'identified', shopperId, palmId, palmsShown: 2, evidence }
}

/** The highest sum any other person reaches; who was found for one palm only counts as a stranger for the other. */
function bestOtherSum(one: readonly Placed[], two: readonly Placed[], shopperId: string): number | null {
  const others = new Set([...one, ...two].map((candidate) => candidate.shopperId).filter((id) => id !== shopperId))
  if (others.size === 0) return null
  const of = (candidates: readonly Placed[], id: string) =>
    candidates.find((candidate) => candidate.shopperId === id)?.nats ?? lowest(candidates)
  return Math.max(...[...others].map((id) => of(one, id) + of(two, id)))
}

const lowest = (candidates: readonly Placed[]) => Math.min(...candidates.map(({ nats }) => nats))

/** The best palm of every person, of the shown hand, best first. */
function bestOfEachPerson({ hand, candidates }: Shown): Placed[] {
  const best = new Map<string, Placed>()
  for (const found of candidates) {
    const candidate = { ...found, nats: evidenceOf(found.similarity, found.modelVersion) }
    if (candidate.hand !== hand) continue
    const before = best.get(candidate.shopperId)
    if (!before || before.nats < candidate.nats) best.set(candidate.shopperId, candidate)
  }
  return [...best.values()].sort((a, b) => b.nats - a.nats)
}

function evidenceFor(
  enrolledPalms: number,
  requiredNats: number,
  best: Placed | undefined,
  other: Placed | undefined,
): Evidence {
  return {
    enrolledPalms,
    requiredNats,
    bestNats: best?.nats ?? null,
    marginNats: best && other ? best.nats - other.nats : null,
    requiredMarginNats: REQUIRED_MARGIN_NATS,
  }
}

function check(enrolledPalms: number, { targetFpir }: DecisionPolicy): void {
  if (!Number.isInteger(enrolledPalms) || enrolledPalms < 0) throw new RangeError('a gallery has 0 or more palms')
  if (!(targetFpir > 0 && targetFpir <= 1e-2)) throw new RangeError('a target FPIR lies above 0 and up to 1e-2')
}
