import type { Guidance, HandSide, ScreenColour } from '@paume/contract'
import type { Decision, Galleries, PalmSample, ProtectedProbe, ProtectedSample, ProtectedTemplate } from '@paume/palm'

/** One good frame under the key of a gallery, as the recogniser makes it. */
export type { ProtectedSample } from '@paume/palm'

/** `nir`: the picture of a near-infrared sensor beside the camera, where the device has one. */
export type CapturedFrame = {
  bytes: Uint8Array
  offsetMs: number
  screenColour: ScreenColour | null
  nir?: Uint8Array | null
}

export type AskedOfBurst = {
  expectedHand: HandSide | null
  /** The colours that must have lit the hand, one a frame; null when none were asked. */
  flash: readonly ScreenColour[] | null
  /** What becomes of a hand that shows no trace of them. */
  unseenFlash: 'refuse' | 'accept'
}

/** What one burst showed. `lit`: the hand followed the colours that were asked. */
export type BurstOutcome =
  | { outcome: 'good'; hand: HandSide; samples: PalmSample[]; guidance: Guidance[]; lit: boolean }
  | { outcome: 'refused'; guidance: Guidance[] }

/** A hover with one palm, or a second one after the first was not enough; probes for all galleries that are searched. */
export type ShownPalm = { hand: HandSide; probes: readonly ProtectedProbe[] }

/** Everything a frame is searched with. */
export const probesOf = ({ probe, earlier }: ProtectedSample): ProtectedProbe[] => [probe, ...earlier]

/** Whether frames make one palm worth keeping. */
export type PalmCheck = { outcome: 'alike'; templates: ProtectedTemplate[] } | { outcome: 'not_alike' }

/** The recogniser as identity uses it. The wiring puts `@paume/palm` behind it; tests put something smaller there. */
export type PalmEngine = {
  /** True while the networks answer. */
  ready(): boolean
  /** The near-infrared head in use; null: only visible light is looked at. */
  nearInfrared: string | null
  /** All galleries of this node. */
  gallery: Galleries
  /** Throws `picture_…` failures. */
  analyse(frames: readonly CapturedFrame[], asked: AskedOfBurst): Promise<BurstOutcome>
  /** Under the newest key of that gallery: it can be compared there and nowhere else. */
  protect(sample: PalmSample, galleryId: string): ProtectedSample
  /** What was protected for one gallery, for another. */
  turned(sample: ProtectedSample, galleries: { from: string; to: string }): ProtectedSample
  /** Frames of one hand of one registration: do they show one palm, and which are kept? */
  checkPalm(samples: readonly ProtectedSample[]): PalmCheck
  /** Whether two hands of one registration are one and the same. */
  isSameHand(one: readonly ProtectedSample[], other: readonly ProtectedSample[]): boolean
  /** Whose palm this already is in these galleries, or null; `probes` are for each of them. For registrations: 1:N. */
  findEnrolled(hand: HandSide, probes: readonly ProtectedProbe[], galleryIds: readonly string[]): Promise<string | null>
  /**
   * What to keep of a palm after a hover by which its owner was identified: all its templates, of both models while too few of the
   * newest were gathered; null when it needs no renewal or the frames do not fit what is enrolled.
   */
  renew(held: readonly ProtectedTemplate[], samples: readonly ProtectedSample[]): readonly ProtectedTemplate[] | null
  /** Whose palm it is among those of these galleries; the palms' probes are for each of them. */
  decide(palm: ShownPalm, first: ShownPalm | null, galleryIds: readonly string[]): Promise<Decision>
}
