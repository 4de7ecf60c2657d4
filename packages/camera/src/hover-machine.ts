import type { GuidanceCode, HandSide } from '@paume/contract'
import type { HoverPhase, Observation } from './hover-types.ts'

/** A hand must be held well for this long before the pictures are taken: long enough to stop moving, too short to tire. */
export const HOLD_MS = 400
/** The same where the screen lights up first: 100 ms and more go by from then until the first picture is exposed. */
export const HOLD_BEFORE_FLASH_MS = 250
/** Looks that fail for no longer than this do not break a hold: the landmarks drop out for a frame now and then. */
export const GRACE_MS = 220
/** Good looks one after the other belong together up to this gap: on a slow device a look takes half a second and more. */
export const SLOW_LOOK_MS = 1_500
/** A hand coming into the picture is left alone this long before it is told anything. */
export const ARRIVAL_MS = 350
/** A hint stays this long, so that a person can read or hear it. */
export const HINT_MS = 900
/** The guide's idea of left and right can be wrong; after this long the server shall decide. */
export const WRONG_HAND_PATIENCE_MS = 5_000

export type HoverState = {
  /** When the hand came, null while there is none. */
  arrivedMs: number | null
  goodSinceMs: number | null
  lastGoodMs: number | null
  /** Looks since then that were not good, whatever they were. */
  missed: number
  hint: { code: GuidanceCode; sinceMs: number } | null
  wrongHandSinceMs: number | null
}
export type HoverStep = {
  state: HoverState
  phase: Exclude<HoverPhase, { phase: 'burst' }>
  /** Take the burst now. */
  fire: boolean
}

export const NOBODY: HoverState = {
  arrivedMs: null,
  goodSinceMs: null,
  lastGoodMs: null,
  missed: 0,
  hint: null,
  wrongHandSinceMs: null,
}

/** Turns "good" into "wrong hand" while the other hand was asked for and patience lasts. */
function judged(state: HoverState, seen: Observation, asked: HandSide | null, nowMs: number) {
  const wrong = asked !== null && seen.hand !== null && seen.hand !== asked
  if (!wrong) return { seen, wrongHandSinceMs: seen.hand === null ? state.wrongHandSinceMs : null }
  const since = state.wrongHandSinceMs ?? nowMs
  if (nowMs - since >= WRONG_HAND_PATIENCE_MS) return { seen, wrongHandSinceMs: since }
  const hint = { code: 'wrong_hand' as const, measure: 'hand', value: 0, limit: 1, unit: '' }
  const told: Observation = { ...seen, outcome: 'adjust', hints: [hint, ...seen.hints] }
  return { seen: told, wrongHandSinceMs: since }
}

function hintCode(seen: Observation): GuidanceCode {
  if (seen.outcome === 'two_hands') return 'two_hands'
  return seen.hints[0]?.code ?? 'moving'
}

/**
 * One look further: waiting → seen → hint → holding → fire. Pure; `nowMs` never goes back.
 * Fires only after `holdMs` of good looks; looks in between that were not good may fill GRACE_MS at most.
 */
export function advance(
  state: HoverState,
  look: Observation,
  asked: HandSide | null,
  nowMs: number,
  holdMs: number = HOLD_MS,
): HoverStep {
  const { seen, wrongHandSinceMs } = judged(state, look, asked, nowMs)
  const gapMs = state.lastGoodMs === null ? Number.POSITIVE_INFINITY : nowMs - state.lastGoodMs
  const inGrace = gapMs <= (seen.outcome === 'good' && state.missed === 0 ? SLOW_LOOK_MS : GRACE_MS)

  if (seen.outcome === 'good') {
    const goodSinceMs = inGrace ? state.goodSinceMs! : nowMs
    const progress = Math.min(1, (nowMs - goodSinceMs) / holdMs)
    const arrivedMs = state.arrivedMs ?? nowMs
    return {
      state: { arrivedMs, goodSinceMs, lastGoodMs: nowMs, missed: 0, hint: null, wrongHandSinceMs },
      phase: { phase: 'holding', progress, hand: seen.hand, place: seen.place },
      fire: progress >= 1,
    }
  }
  if (inGrace && seen.outcome !== 'two_hands' && hintCode(seen) !== 'wrong_hand') {
    const progress = Math.min(1, (state.lastGoodMs! - state.goodSinceMs!) / holdMs)
    return {
      state: { ...state, missed: state.missed + 1, wrongHandSinceMs },
      phase: { phase: 'holding', progress, hand: seen.hand, place: seen.place },
      fire: false,
    }
  }
  if (seen.outcome === 'no_hand') return { state: NOBODY, phase: { phase: 'waiting', code: 'no_hand' }, fire: false }
  return tell({ ...state, wrongHandSinceMs }, seen, nowMs)
}

function tell(state: HoverState, seen: Observation, nowMs: number): HoverStep {
  const arrivedMs = state.arrivedMs ?? nowMs
  const broken = { ...state, arrivedMs, goodSinceMs: null, lastGoodMs: null, missed: 0 }
  const { hand, place, hints } = seen
  if (nowMs - arrivedMs < ARRIVAL_MS && hand !== null && place !== null) {
    return { state: { ...broken, hint: null }, phase: { phase: 'seen', hand, place }, fire: false }
  }
  const code = hintCode(seen)
  const keep = state.hint !== null && nowMs - state.hint.sinceMs < HINT_MS
  const hint = keep || state.hint?.code === code ? state.hint! : { code, sinceMs: nowMs }
  return {
    state: { ...broken, hint },
    phase: { phase: 'hint', code: hint.code, hints, hand, place },
    fire: false,
  }
}
