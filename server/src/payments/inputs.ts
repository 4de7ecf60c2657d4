import type { HandSide } from '@paume/contract'

export type PalmReason = 'not_recognised' | 'ambiguous' | 'liveness_failed' | 'poor_quality'

/** How one hover ended when it did not identify a shopper. Identified hovers go to `authorise`. */
export type HoverOutcome =
  /** Costs one of the two hovers; after the second the payment is declined with this reason. */
  | { kind: 'failed'; reason: PalmReason }
  /** One palm was not enough to be sure: the next hover must show this hand. Costs no hover. */
  | { kind: 'other_palm'; hand: HandSide }

/** The key a till sends with a request that moves money, and the request it belongs to. */
export type IdempotentRequest = { key: string; method: string; path: string; body: unknown }

/** Long poll: hold the reply up to `waitMs` until the version is above `afterVersion`. */
export type Wait = { waitMs: number; afterVersion: number; signal?: AbortSignal }
