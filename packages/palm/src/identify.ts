import { protectProbe } from './7-protection/protect.ts'
import type { Rotation } from './7-protection/rotation.ts'
import type { ProtectedProbe } from './7-protection/template.ts'
import type { HandSide } from './8-gallery/gallery.ts'
import type { SearchedPalms } from './8-gallery/open-galleries.ts'
import { DEFAULT_POLICY, type DecisionPolicy, decide, type Shown } from './9-decision/decide.ts'
import type { Decision } from './9-decision/decision.ts'
import { protectEarlier } from './enrol.ts'
import type { PalmSample } from './frames/frame.ts'

/** Frames of a burst that take part in a search: more of them cost time and hardly add to what three tell. */
export const FRAMES_SEARCHED = 3

/** One palm as a burst showed it. */
export type ShownPalm = { readonly hand: HandSide; readonly samples: readonly PalmSample[] }
/** The same under the tenant's key. */
export type ProtectedPalm = { readonly hand: HandSide; readonly probes: readonly ProtectedProbe[] }

export type IdentifyContext = {
  readonly gallery: SearchedPalms
  readonly policy?: DecisionPolicy
  /** Who has the digits that the shopper typed: only they are compared, and the threshold is that of so few. Null: no claim. */
  readonly claimed?: readonly string[] | null
}

const PALMS_A_PERSON = 2

/**
 * Whose palm, or palms, this is: protection → gallery → decision. One palm, or two of which the second was asked for.
 * Rejects with GalleryUnavailable when the search could not be carried out.
 */
export async function identify(
  { rotation, ...context }: IdentifyContext & { readonly rotation: Rotation },
  palms: readonly ShownPalm[],
): Promise<Decision> {
  return identifyProtected(
    context,
    palms.map(({ hand, samples }) => ({ hand, probes: protectBest(samples, rotation) })),
  )
}

/** The frames of a burst that take part in a search, the best first. */
export const bestFrames = (samples: readonly PalmSample[]): PalmSample[] =>
  samples.toSorted((a, b) => b.quality - a.quality).slice(0, FRAMES_SEARCHED)

/** The best frames of a burst under the tenant's key. */
export function protectBest(samples: readonly PalmSample[], rotation: Rotation): ProtectedProbe[] {
  return bestFrames(samples).flatMap((sample) => [protectProbe(sample, rotation), ...protectEarlier(sample, rotation)])
}

/** The same for palms that were protected when they came in. */
export async function identifyProtected(
  { gallery, policy = DEFAULT_POLICY, claimed = null }: IdentifyContext,
  palms: readonly ProtectedPalm[],
): Promise<Decision> {
  if (palms.length < 1 || palms.length > 2) throw new RangeError(`one palm or two, not ${palms.length}`)
  const shown: Shown[] = []
  for (const { hand, probes } of palms) {
    const candidates = claimed ? await gallery.searchAmong(probes, claimed) : await gallery.search(probes)
    shown.push({ hand, candidates })
  }
  const [first, second] = shown
  const isEnrolled = (shopperId: string, hand: HandSide) => gallery.hasHand(shopperId, hand)
  const enrolledPalms = claimed ? PALMS_A_PERSON * claimed.length : gallery.palms
  const context = { enrolledPalms, isClaimed: claimed !== null, policy, isEnrolled }
  return second ? decide(second, { ...context, first }) : decide(first, context)
}
