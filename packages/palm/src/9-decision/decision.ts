import type { HandSide } from '../8-gallery/gallery.ts'

/** Why a decision fell as it did. For logs of counts and for tests; never for a till or a shopper. */
export type Evidence = {
  readonly enrolledPalms: number
  readonly threshold: number
  readonly bestSimilarity: number | null
  /** Best candidate less the best candidate of any other shopper; null when there is none. */
  readonly margin: number | null
  readonly requiredMargin: number
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
  /** Two people fit too nearly alike, and no other palm can tell them apart. */
  | { readonly outcome: 'ambiguous'; readonly evidence: Evidence }
  | { readonly outcome: 'not_recognised'; readonly evidence: Evidence }
