import type { GuidanceCode, HandSide, ScreenColour } from '@paume/contract'
import type { GuideHint } from '@paume/palm/guidance'

/**
 * What the page shows at this moment; an exhaustive `switch` on `phase` draws every screen.
 * Translation keys: `guidance.<code>` for `waiting` (no_hand) and `hint`, `guidance.good` for `holding` and `burst`.
 */
export type HoverPhase =
  /** No hand in front of the camera. */
  | { phase: 'waiting'; code: 'no_hand' }
  /** A hand came into the picture; nothing to say yet. */
  | { phase: 'seen'; hand: HandSide; place: HandPlace }
  /** Something to change. `place` is null when no single hand is there. */
  | { phase: 'hint'; code: GuidanceCode; hints: GuideHint[]; hand: HandSide | null; place: HandPlace | null }
  /** All is well: keep it so until `progress` (0…1) is 1. */
  | { phase: 'holding'; progress: number; hand: HandSide | null; place: HandPlace | null }
  /** The pictures are being taken. */
  | { phase: 'burst'; taken: number; of: number; hand: HandSide | null }

/** Where the hand is, as fractions of the picture's width and height (not mirrored). */
export type HandPlace = {
  box: { left: number; top: number; width: number; height: number }
  landmarks: { x: number; y: number }[]
}

/** What one look at one frame told, whichever guide looked. `good` has no hints. */
export type Observation = {
  outcome: 'no_hand' | 'two_hands' | 'adjust' | 'good'
  hints: GuideHint[]
  hand: HandSide | null
  place: HandPlace | null
}

/** `motion`: the networks could not be loaded on this device; pictures are taken when something large holds still. */
export type GuidanceMode = { mode: 'networks' } | { mode: 'motion'; reason: string }

/** One picture of a burst, encoded, ready to be sealed. */
export type CapturedFrame = {
  bytes: Uint8Array<ArrayBuffer>
  type: 'image/jpeg'
  /** Since the first frame of the burst. */
  offsetMs: number
  /** Colour the whole screen showed while it was exposed, else null. */
  screenColour: ScreenColour | null
  /** The near-infrared picture of the same moment, on devices that have the sensor. */
  nir?: { bytes: Uint8Array<ArrayBuffer>; type: 'image/jpeg' }
  /** Variance of the Laplacian in the middle of the frame: only good for comparing frames of one burst. */
  sharpness: number
}

/** The screen as a lamp: the colours that a challenge asks for, and how to show them. */
export type Flash = {
  colours: readonly ScreenColour[]
  /** Shows one on the whole screen. Resolves with the time (clock of `performance.now`) from which on nothing else is seen there. */
  show(colour: ScreenColour): Promise<number>
  /** Gives the screen back. Called once, whatever happened. */
  hide(): void
}

export type Burst = {
  /** In the order they were taken, 3 to 5 of them; with a flash one a colour. */
  frames: CapturedFrame[]
  /** Which hand the guide believed to see; the server looks for itself. */
  hand: HandSide | null
  /** Device clock at the first frame, ms since 1970. */
  capturedAtMs: number
}
