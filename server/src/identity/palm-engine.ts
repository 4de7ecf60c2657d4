import type { Guidance, HandSide, ScreenColour } from '@paume/contract'
import type { Decision, Gallery, PalmSample, ProtectedProbe, ProtectedTemplate } from '@paume/palm'

export type CapturedFrame = { bytes: Uint8Array; offsetMs: number; screenColour: ScreenColour | null }

/** What one burst showed. */
export type BurstOutcome =
  | { outcome: 'good'; hand: HandSide; samples: PalmSample[]; guidance: Guidance[] }
  | { outcome: 'refused'; guidance: Guidance[] }

/** A hover with one palm, or a second one after the first was not enough. */
export type ShownPalm = { hand: HandSide; probes: readonly ProtectedProbe[] }

/** One good frame, rotated by the tenant's key: what is kept of it, and what it is searched with. */
export type ProtectedSample = { template: ProtectedTemplate; probe: ProtectedProbe }

/** Whether frames make one palm worth keeping. */
export type PalmCheck = { outcome: 'alike'; templates: ProtectedTemplate[] } | { outcome: 'not_alike' }

/** The recogniser as identity uses it. The wiring puts `@paume/palm` behind it; tests put something smaller there. */
export type PalmEngine = {
  /** True while the networks answer. */
  ready(): boolean
  gallery: Gallery
  /** Throws `picture_…` failures. */
  analyse(frames: readonly CapturedFrame[], expectedHand: HandSide | null): Promise<BurstOutcome>
  protect(sample: PalmSample): ProtectedSample
  /** Frames of one hand of one registration: do they show one palm, and which are kept? */
  checkPalm(samples: readonly ProtectedSample[]): PalmCheck
  /** Whether two hands of one registration are one and the same. */
  isSameHand(one: readonly ProtectedSample[], other: readonly ProtectedSample[]): boolean
  /** Whose palm this already is, or null. For registrations: 1:N. */
  findEnrolled(hand: HandSide, probes: readonly ProtectedProbe[]): Promise<string | null>
  decide(palm: ShownPalm, first: ShownPalm | null): Promise<Decision>
}
