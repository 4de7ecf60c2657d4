import type { HandSide } from '../8-gallery/gallery.ts'

/**
 * Why a decision fell as it did, in nats against chance (−ln FMR: 6.9 is one stranger in a thousand). For logs of counts and
 * for tests; never for a till or a shopper.
 */
export type Evidence = {
  /** Palms that were searched: all, or those of a claim. */
  readonly enrolledPalms: number
  /** What one palm needs. */
  readonly requiredNats: number
  readonly bestNats: number | null
  /** Best candidate less the best candidate of any other shopper; null when there is none. */
  readonly marginNats: number | null
  readonly requiredMarginNats: number
}

export type Decision =
  | {
      readonly outcome: 'identified'
      readonly shopperId: string
      /** The palm shown last. */
      readonly palmId: string
      readonly palmsShown: 1 | 2
      readonly evidence: Evidence
    }
  /** One palm is not enough: ask for the other hand, then decide on both. */
  | { readonly outcome: 'other_palm'; readonly askFor: HandSide; readonly evidence: Evidence }
  /**
   * The palm alone names nobody: ask for digits (of a phone, a PIN), then decide among the few who have them. Said of every palm
   * that fails, whoever it may resemble, and only where the policy allows digits.
   */
  | { readonly outcome: 'digits'; readonly evidence: Evidence }
  /** Two people fit too nearly alike, and no other palm can tell them apart. */
  | { readonly outcome: 'ambiguous'; readonly evidence: Evidence }
  | { readonly outcome: 'not_recognised'; readonly evidence: Evidence }
