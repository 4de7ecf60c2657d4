import type { MONEY_REASONS } from '@paume/contract'

export type MoneyReason = (typeof MONEY_REASONS)[number]

/** What an adapter can do. The core asks; it never assumes. */
export type ProcessorCapabilities = {
  /** Raise an authorisation afterwards. */
  increments: boolean
  /** Capture more than was authorised. */
  overCapture: boolean
  /** Capture less than was authorised; the rest is released. */
  partialCapture: boolean
  /** Use one card with another merchant of the same platform. */
  cloneInstruments: boolean
  /** Tells of changes by signed messages. */
  webhooks: boolean
  /** How long an authorisation stands, ms; null when the processor does not say. */
  authorisationTtlMs: number | null
}

export type Setup = {
  setupId: string
  clientSecret: string
  /** Where the page posts the card: the processor's own address. */
  confirmUrl: string
}
export type SetupState =
  | { kind: 'open' }
  | { kind: 'succeeded'; token: string; brand: string; last4: string }
  | { kind: 'failed'; reason: MoneyReason }

export type OperationState = 'pending' | 'succeeded' | 'failed'
/** A capture, void or refund as the processor knows it, by our key. */
export type ChargeOperation = {
  key: string
  kind: 'capture' | 'void' | 'refund'
  amountMinor: bigint
  state: OperationState
  reason?: string
  ref: string
}

export type ChargeState = 'authorised' | 'captured' | 'voided' | 'lapsed' | 'declined'
/** A charge as the processor holds it. */
export type Charge = {
  ref: string
  key: string
  state: ChargeState
  declineReason?: MoneyReason
  amountMinor: bigint
  capturedMinor: bigint
  refundedMinor: bigint
  currency: string
  /** When the issuer said yes or no, by the processor's clock. */
  decidedAt: Date
  capturableUntil: Date | null
  operations: ChargeOperation[]
}

export type AuthoriseRequest = {
  /** Ours, unique for ever. The same key never charges twice. */
  key: string
  token: string
  amountMinor: bigint
  currency: string
  /** Who starts the charge: the shopper stands there, or the merchant charges a kept card. A policy of the region. */
  initiator: 'shopper' | 'merchant'
  capture: 'manual' | 'automatic'
}
export type FollowUp = { key: string; chargeRef: string; amountMinor: bigint }

export type SettlementLine = {
  chargeKey: string
  kind: 'capture' | 'refund'
  key: string
  amountMinor: bigint
  currency: string
}

/**
 * What went wrong between us and the processor. `not_performed`: certainly nothing happened. `lost`: it may have happened, ask with
 * `fetch`. `refused`: the processor understood and will not, `reason` says why. `unsupported`: not a capability of this adapter.
 */
export type ProcessorFailureKind = 'not_performed' | 'lost' | 'refused' | 'unsupported'

export class ProcessorFailure extends Error {
  readonly kind: ProcessorFailureKind
  readonly reason: string
  constructor(kind: ProcessorFailureKind, reason: string, options?: ErrorOptions) {
    super(`processor: ${kind}: ${reason}`, options)
    this.name = 'ProcessorFailure'
    this.kind = kind
    this.reason = reason
  }
}

/**
 * A card processor. Every call that moves money carries a key of ours; the same key with the same request answers what it answered
 * before and moves nothing. Throws `ProcessorFailure` only; an issuer's "no" is not a failure but a `declined` charge.
 */
export interface Processor {
  readonly name: string
  /** True when no real money moves: receipts say SANDBOX, whatever else the server was told. */
  readonly sandbox: boolean
  readonly capabilities: ProcessorCapabilities
  createSetup(request: { setupId: string }): Promise<Setup>
  fetchSetup(setupId: string): Promise<SetupState | null>
  /** Forgets a card. Safe to repeat. */
  forgetInstrument(token: string): Promise<void>
  authorise(request: AuthoriseRequest): Promise<Charge>
  increment(request: FollowUp): Promise<Charge>
  capture(request: FollowUp): Promise<Charge>
  /** Releases an authorisation. Refused (`charge_captured`) once captured. `amountMinor` is the whole of it. */
  void(request: FollowUp): Promise<Charge>
  /** Gives captured money back; its operation may stay `pending` for a while and may fail later. */
  refund(request: FollowUp): Promise<Charge>
  cloneInstrument(request: { token: string; merchantRef: string }): Promise<{ token: string }>
  /** Checks the signature over the raw body and names the charge to look up again. */
  parseWebhook(request: {
    headers: Record<string, string>
    rawBody: Buffer
  }): Promise<{ eventId: string; chargeRef: string }>
  /** The charge as it stands, by our key or by the processor's name for it; null when the processor never saw it. */
  fetch(by: { key: string } | { ref: string }): Promise<Charge | null>
  /** Every capture and successful refund in [from, to): what the processor will pay out. */
  listSettlement(range: { from: Date; to: Date }): Promise<SettlementLine[]>
}
