import type { Guidance, GuidanceCode, ScreenColour } from '@paume/contract'
import type { TurnedSquare } from '../2-landmarks/hand.ts'
import { guidanceOf, type Measure } from '../4-quality/measure.ts'
import { stillness } from '../4-quality/stillness.ts'
import { checkBurst } from '../5-liveness/checks.ts'
import { type FlashOutcome, isDrawnSequence, sequenceMeasure } from '../5-liveness/flash.ts'
import type { Stage } from '../trace.ts'
import type { FrameAnalysis, FrameOptions, PalmSample } from './frame.ts'
import type { FramePool } from './frame-pool.ts'
import { wrongHand } from './guidance-of.ts'

/**
 * `screenColour`: what the whole screen showed while the frame was exposed. `nir`: the picture of a near-infrared sensor beside the
 * camera, of the same moment and registered with it (see `nirSampleOf`); absent or null where there is none.
 */
export type Frame = {
  bytes: Uint8Array
  offsetMs: number
  screenColour: ScreenColour | null
  nir?: Uint8Array | null
}
export type AnalyseOptions = {
  expectedHand: 'L' | 'R' | null
  /** The colours drawn for this capture, one a frame; null: none were asked. */
  flash: readonly ScreenColour[] | null
  /** What to do when no trace of the colours is seen, as in bright light and with every shown or fed-in picture. Default refuse. */
  unseenFlash?: 'refuse' | 'accept'
  /** Versions of earlier models that palms are still enrolled with: samples are made for them, too. Default none. */
  earlierModels?: readonly string[]
}

/** What a burst showed. `guidance` of a good one tells of its frames that were not. `flash` says how far the hand answered the screen. */
export type Analysis = {
  guidance: Guidance[]
  stageMs: Partial<Record<Stage, number>>[]
  flash: FlashOutcome['outcome']
} & ({ outcome: 'good'; hand: 'L' | 'R'; samples: PalmSample[] } | { outcome: 'refused' })

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
  if (options.flash !== null && !isDrawnSequence(frames, options.flash)) {
    const guidance = [guidanceOf(sequenceMeasure(frames.length, options.flash.length))]
    return { outcome: 'refused', guidance, stageMs: [], flash: 'contradicted' }
  }
  const turn = pool.takeTurn()
  let previous: TurnedSquare | null = null
  const look = async ({ bytes, nir }: Frame, search: FrameOptions['search'], onFound = () => {}) => {
    const { expectedHand, earlierModels } = options
    const now = () => ({ expectedHand, previous, search, earlierModels, nir })
    const analysis = await pool.analyse(turn, bytes, now, (square) => {
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
    return judge(frames, await Promise.all(seen.map(again)), options)
  }
  return judge(frames, seen, options)
}

const hasNoHand = (analysis: FrameAnalysis) =>
  analysis.outcome === 'refused' && analysis.guidance.some(({ code }) => code === 'no_hand')

/**
 * These say something about the whole capture, whatever the other frames show. A fist or the back of a hand reads as an open palm in
 * some frames; of 409 research pictures of open palms none reads as closed or as a back for its frame alone to cost a burst.
 */
const REFUSE_ALL: readonly GuidanceCode[] = ['liveness_failed', 'two_hands', 'not_open', 'back_of_hand']

function judge(frames: readonly Frame[], seen: readonly FrameAnalysis[], options: AnalyseOptions): Analysis {
  const stageMs = seen.map((analysis) => analysis.stageMs)
  const good = seen.filter((analysis) => analysis.outcome === 'good')
  const told = seen.flatMap((analysis) => (analysis.outcome === 'refused' ? analysis.guidance : []))
  const { measures, flash } = burstMeasures(frames, seen, options)
  const burst = measures.filter((measure) => !measure.ok).map(guidanceOf)
  const hand = commonHand(good.map((analysis) => analysis.hand.hand))
  const refusal = [...burst, ...told.filter(({ code }) => REFUSE_ALL.includes(code))]
  if (refusal.length > 0 || hand === null) {
    return { outcome: 'refused', guidance: mostOftenFirst([...refusal, ...told]), stageMs, flash }
  }
  const samples = good.filter((analysis) => analysis.hand.hand === hand).map((analysis) => analysis.sample)
  const other = samples.length < good.length ? [wrongHand(hand)] : []
  return { outcome: 'good', hand, samples, guidance: mostOftenFirst([...told, ...other]), stageMs, flash }
}

function burstMeasures(
  frames: readonly Frame[],
  seen: readonly FrameAnalysis[],
  { flash, unseenFlash = 'refuse' }: AnalyseOptions,
): { measures: Measure[]; flash: FlashOutcome['outcome'] } {
  const found = seen.flatMap(({ hand, region, evidence }, i) =>
    hand && region && evidence ? [{ ...frames[i], hand, region, evidence }] : [],
  )
  if (found.length === 0) return { measures: [], flash: flash === null ? 'not_asked' : 'unseen' }
  // One still picture passes where nothing was asked of it; a capture that was to be flashed is never let off.
  if (found.length === 1 && flash === null) return { measures: [], flash: 'not_asked' }
  const live = checkBurst(found, { flash, unseenFlash })
  const moves = stillness(found.map(({ offsetMs, hand }) => ({ offsetMs, landmarks: hand.landmarks })))
  return { ...live, measures: [...live.measures, moves] }
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
