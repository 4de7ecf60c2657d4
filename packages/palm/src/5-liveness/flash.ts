import type { ScreenColour } from '@paume/contract'
import { type Measure, round } from '../4-quality/measure.ts'
import { type FlashResponse, flashResponse } from './flash-response.ts'
import type { Asked, BurstFrame } from './liveness.ts'

/**
 * The screen's full white must give this part of the light on the hand, at least. A tablet's screen (400 cd/m², 20 × 14 cm) gives about
 * 380 lx at 15 cm, 165 lx at 25 cm and 70 lx at 40 cm, so that up to twelve times that much may fall on the palm from elsewhere. Glass
 * in front of a screen mirrors some 4% of the light and a screen's own picture is brighter than a room: that stays below.
 */
export const MIN_STRENGTH = 0.08
/** Correlation of the hand's colours with the drawn ones. A wrong order reaches it by luck in a few of a hundred sequences. */
export const MIN_FOLLOWS = 0.85
/** Colours that change less than this (natural logarithm) have not changed: noise and compression reach .01. */
const MIN_CHANGE = 0.02
/** Fewer views do not tell a sequence from chance. */
const MIN_VIEWS = 3

/** What became of the question that the screen asked. */
export type FlashOutcome =
  | { readonly outcome: 'not_asked' }
  | { readonly outcome: 'followed'; readonly response: FlashResponse }
  /** No trace of the colours: a screen, a stream that is fed in, or a room too bright. The pictures alone cannot tell which. */
  | { readonly outcome: 'unseen'; readonly response: FlashResponse | null }
  /** Colours change, but not as drawn. */
  | { readonly outcome: 'contradicted'; readonly response: FlashResponse }

/** Whether the frames say they were taken under the drawn colours, all of them and in this order. */
export const isDrawnSequence = (
  frames: readonly { screenColour: ScreenColour | null }[],
  flash: readonly ScreenColour[],
) => frames.length === flash.length && frames.every(({ screenColour }, i) => screenColour === flash[i])

/** Throws a RangeError for a sequence of less than two colours: nothing could follow it. */
export function flashOutcome(frames: readonly BurstFrame[], { flash }: Pick<Asked, 'flash'>): FlashOutcome {
  if (flash === null) return { outcome: 'not_asked' }
  if (new Set(flash).size < 2) throw new RangeError('a flash sequence needs two colours at least')
  const lit = frames.flatMap(({ screenColour, evidence }) =>
    screenColour ? [{ screenColour, view: evidence.view }] : [],
  )
  if (lit.length < MIN_VIEWS || new Set(lit.map(({ screenColour }) => screenColour)).size < 2) {
    return { outcome: 'unseen', response: null }
  }
  const response = flashResponse(
    lit.map(({ view }) => view),
    lit.map(({ screenColour }) => screenColour),
  )
  if (Object.values(response).some(Number.isNaN))
    throw new Error('invariant broken: a flash response that is no number')
  if (response.onHand >= MIN_STRENGTH && response.follows >= MIN_FOLLOWS) return { outcome: 'followed', response }
  return {
    outcome: response.change < MIN_CHANGE || response.onHand < MIN_STRENGTH ? 'unseen' : 'contradicted',
    response,
  }
}

/** Not asked: nothing to measure. Unseen passes only where the policy accepts it. */
export function flashMeasure(seen: Exclude<FlashOutcome, { outcome: 'not_asked' }>, asked: Asked): Measure {
  const follows = seen.response?.follows ?? 0
  const strength = seen.response?.onHand ?? 0
  if (seen.outcome === 'contradicted') {
    return measured(
      'flash order',
      follows,
      MIN_FOLLOWS,
      false,
      `The hand's colours do not follow those of the screen: correlation ${round(follows)}, needed ${MIN_FOLLOWS}.`,
    )
  }
  return measured(
    'flash',
    strength,
    MIN_STRENGTH,
    seen.outcome === 'followed' || asked.unseenFlash === 'accept',
    `The light of the screen does not show on the hand: ${round(strength)} of the light there, needed ${MIN_STRENGTH}. ` +
      'Come closer, or keep bright light off.',
  )
}

/**
 * No more of the hand than this may be left out by the screen's light. On 60 rendered hands at most .08 was; behind glass, where only what
 * mirrors the screen answers, .23 at least (11 tablets).
 */
export const MAX_UNLIT = 0.13

/** Whether the light falls on all of the hand. */
export const unlitMeasure = ({ unlit }: FlashResponse): Measure => ({
  ...measured(
    'unlit',
    unlit,
    MAX_UNLIT,
    unlit <= MAX_UNLIT,
    `The light of the screen shows on a part of the hand only, as on glass: ${round(unlit)} is left out, at most ${MAX_UNLIT}.`,
  ),
  unit: 'of the hand',
})

/** The measure for frames that are not those asked for. */
export const sequenceMeasure = (frames: number, asked: number): Measure =>
  measured(
    'flash sequence',
    frames,
    asked,
    false,
    `The pictures were not taken under the ${asked} colours drawn for this capture, in their order.`,
  )

const measured = (name: string, value: number, limit: number, ok: boolean, message: string): Measure => ({
  name,
  value,
  limit,
  unit: '',
  ok,
  code: 'liveness_failed',
  message,
})
