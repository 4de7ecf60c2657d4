import type { GuideHint } from '@paume/palm/guidance'
import type { Observation } from './hover-types.ts'

/** Frames are compared as small grey pictures: noise averages out, a hand still covers hundreds of pixels. */
export const MOTION_WIDTH_PX = 64
export const MOTION_HEIGHT_PX = 36
/** Mean difference to the empty scene, grey levels of 255, above which something is held before the camera. */
const PRESENT_LEVELS = 14
/** Mean difference from frame to frame below which it is held still. */
const STILL_LEVELS = 4
/** Without any change in the scene (the hand was there from the start) pictures are taken after this long. */
const UNCHANGED_MS = 6_000

export type MotionState = { empty: Uint8Array | null; previous: Uint8Array | null; startedMs: number | null }
export const MOTION_START: MotionState = { empty: null, previous: null, startedMs: null }

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i += 1) sum += Math.abs(a[i] - b[i])
  return sum / a.length
}

/**
 * A stand-in for the networks: knows only "something came" and "it is still". `grey` is MOTION_WIDTH_PX × MOTION_HEIGHT_PX.
 * What it lets through may be no hand at all; the server says so then.
 */
export function observeMotion(
  state: MotionState,
  grey: Uint8Array,
  nowMs: number,
): { state: MotionState; seen: Observation } {
  const startedMs = state.startedMs ?? nowMs
  const next: MotionState = { empty: state.empty ?? grey, previous: grey, startedMs }
  const nothing = { hints: [], hand: null, place: null }
  if (!state.empty || !state.previous) return { state: next, seen: { outcome: 'no_hand', ...nothing } }
  const change = meanDifference(grey, state.empty)
  const motion = meanDifference(grey, state.previous)
  const present = change >= PRESENT_LEVELS || nowMs - startedMs >= UNCHANGED_MS
  if (!present) return { state: next, seen: { outcome: 'no_hand', ...nothing } }
  if (motion <= STILL_LEVELS) return { state: next, seen: { outcome: 'good', ...nothing } }
  const hint: GuideHint = { code: 'moving', measure: 'motion', value: motion, limit: STILL_LEVELS, unit: 'levels' }
  return { state: next, seen: { outcome: 'adjust', ...nothing, hints: [hint] } }
}
