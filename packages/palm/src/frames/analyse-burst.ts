import type { Guidance, GuidanceCode } from '@paume/contract'
import type { TurnedSquare } from '../2-landmarks/hand.ts'
import { guidanceOf, type Measure } from '../4-quality/measure.ts'
import { stillness } from '../4-quality/stillness.ts'
import { checkBurst } from '../5-liveness/checks.ts'
import type { Stage } from '../trace.ts'
import type { FrameAnalysis, FrameOptions, PalmSample } from './frame.ts'
import type { FramePool } from './frame-pool.ts'
import { wrongHand } from './guidance-of.ts'

export type Frame = { bytes: Uint8Array; offsetMs: number; screenColour: string | null }
export type AnalyseOptions = { expectedHand: 'L' | 'R' | null }

/** What a burst showed. `guidance` of a good one tells of its frames that were not. */
export type Analysis = { guidance: Guidance[]; stageMs: Partial<Record<Stage, number>>[] } & (
  | { outcome: 'good'; hand: 'L' | 'R'; samples: PalmSample[] }
  | { outcome: 'refused' }
)

/**
 * The first frame is searched; as soon as it knows where the hand is, the others look there, side by side: searching in several costs more than it
 * saves, because searching is half the work of a frame. Only when no frame shows a hand, one is searched thoroughly.
 */
export async function analyseBurst(
  pool: FramePool,
  frames: readonly Frame[],
  options: AnalyseOptions,
): Promise<Analysis> {
  if (frames.length === 0) throw new RangeError('a burst has at least one frame')
  let previous: TurnedSquare | null = null
  const look = async ({ bytes }: Frame, search: FrameOptions['search'], onFound = () => {}) => {
    const now = () => ({ expectedHand: options.expectedHand, previous, search })
    const analysis = await pool.analyse(bytes, now, (square) => {
      previous = square
      onFound()
    })
    previous = analysis.hand?.square ?? previous
    return analysis
  }
  const [first, ...others] = frames
  const handKnown = Promise.withResolvers<void>()
  const searched = look(first, others.length === 0 ? 'thorough' : 'quick', handKnown.resolve)
  // Found or not, and even failed: the others go on then.
  void searched.then(() => handKnown.resolve(), handKnown.resolve)
  await handKnown.promise
  const seen = await Promise.all([searched, ...others.map((frame) => look(frame, 'quick'))])
  if (frames.length > 1 && seen.every(hasNoHand)) {
    const middle = frames.length >> 1
    seen[middle] = await look(frames[middle], 'thorough')
  }
  if (previous !== null) {
    const again = async (analysis: FrameAnalysis, i: number) =>
      hasNoHand(analysis) ? look(frames[i], 'quick') : analysis
    return judge(frames, await Promise.all(seen.map(again)))
  }
  return judge(frames, seen)
}

const hasNoHand = (analysis: FrameAnalysis) =>
  analysis.outcome === 'refused' && analysis.guidance.some(({ code }) => code === 'no_hand')

/**
 * These say something about the whole capture, whatever the other frames show. A fist or the back of a hand reads as an open palm in
 * some frames; of 409 research pictures of open palms none reads as closed or as a back for its frame alone to cost a burst.
 */
const REFUSE_ALL: readonly GuidanceCode[] = ['liveness_failed', 'two_hands', 'not_open', 'back_of_hand']

function judge(frames: readonly Frame[], seen: readonly FrameAnalysis[]): Analysis {
  const stageMs = seen.map((analysis) => analysis.stageMs)
  const good = seen.filter((analysis) => analysis.outcome === 'good')
  const told = seen.flatMap((analysis) => (analysis.outcome === 'refused' ? analysis.guidance : []))
  const burst = burstMeasures(frames, seen)
    .filter((measure) => !measure.ok)
    .map(guidanceOf)
  const hand = commonHand(good.map((analysis) => analysis.hand.hand))
  const refusal = [...burst, ...told.filter(({ code }) => REFUSE_ALL.includes(code))]
  if (refusal.length > 0 || hand === null) {
    return { outcome: 'refused', guidance: mostOftenFirst([...refusal, ...told]), stageMs }
  }
  const samples = good.filter((analysis) => analysis.hand.hand === hand).map((analysis) => analysis.sample)
  const other = samples.length < good.length ? [wrongHand(hand)] : []
  return { outcome: 'good', hand, samples, guidance: mostOftenFirst([...told, ...other]), stageMs }
}

function burstMeasures(frames: readonly Frame[], seen: readonly FrameAnalysis[]): Measure[] {
  const found = seen.flatMap(({ hand, region }, i) => (hand && region ? [{ ...frames[i], hand, region }] : []))
  if (found.length < 2) return []
  const moves = stillness(found.map(({ offsetMs, hand }) => ({ offsetMs, landmarks: hand.landmarks })))
  return [...checkBurst(found), moves]
}

function commonHand(hands: readonly ('L' | 'R')[]): 'L' | 'R' | null {
  if (hands.length === 0) return null
  return 2 * hands.filter((hand) => hand === 'R').length >= hands.length ? 'R' : 'L'
}

/** One sentence a code; what most frames suffer from comes first. */
function mostOftenFirst(guidance: readonly Guidance[]): Guidance[] {
  const byCode = Map.groupBy(guidance, ({ code }) => code)
  return [...byCode.values()].sort((a, b) => b.length - a.length).map(([first]) => first)
}
