import type { MONEY_REASONS } from '@paume/contract'

export type MoneyReason = (typeof MONEY_REASONS)[number]

/** What an adapter can do. The core asks; it never assumes. */
export type ProcessorCapabilities = {
  /** Raise an authorisation afterwards. */
  increments: boolean
  /** Capture more than was authorised, up to what the charge itself says (`maximumCaptureMinor`). */
  overCapture: boolean
  /** Capture less than was authorised; the rest is released. */
  partialCapture: boolean
  /** Use one card with another merchant of the same platform. */
  cloneInstruments: boolean
  /** Tells of changes by signed messages. */
  webhooks: boolean
  /** Tells of disputes and takes evidence. */
  disputes: boolean
  /** How long an authorisation stands, ms; null when the processor does not say. */
  authorisationTtlMs: number | null
}

/** How a page takes the card of a set-up. */
export type SetupForm =
  /** The sandbox's own small form, posted to `confirmUrl`. */
  | { kind: 'sandbox' }
  /** The processor's fields in the page (last choice: the page is then in scope of the card rules). */
  | { kind: 'elements'; publishableKey: string }
  /** A page of the processor, opened on the shopper's own phone. */
  | { kind: 'hosted_page' }
  /** A card reader of the processor beside the kiosk; the card is held to it. */
  | { kind: 'reader'; readerRef: string }

export type Setup = {
  setupId: string
  clientSecret: string
  /** Where the page posts the card, or sends the shopper: the processor's own address. */
  confirmUrl: string
  form: SetupForm
  /** The other ways this processor could take the card here, the best first. */
  others: SetupForm['kind'][]
}
/** A saved card. Expiry as printed; null when the processor does not say. */
export type SavedCard = {
  token: string
  brand: string
  last4: string
  expiryMonth: number | null
  expiryYear: number | null
}
export type SetupState =
  | { kind: 'open' }
  | ({ kind: 'succeeded' } & SavedCard)
  | { kind: 'failed'; reason: MoneyReason }

/** A saved card as the processor knows it now: card schemes replace numbers and dates behind a token. */
export type InstrumentState =
  | ({ kind: 'usable' } & SavedCard)
  | { kind: 'unusable'; reason: 'card_expired' | 'card_lost' | 'forgotten' }

export type OperationState = 'pending' | 'succeeded' | 'failed'
/** An increment, capture, void or refund as the processor knows it, by our key. */
export type ChargeOperation = {
  key: string
  kind: 'increment' | 'capture' | 'void' | 'refund'
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
  /** What is authorised now, increments included. */
  amountMinor: bigint
  /** The most a capture may take; above `amountMinor` only with `overCapture`. */
  maximumCaptureMinor: bigint
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
  /** The merchant's own account at the processor; null: the platform is paid. */
  merchantRef?: string | null
  /** What the shopper reads on the statement, and what finds the charge again in the processor's own pages. No personal data. */
  reference?: { paymentId: string; tillReference: string }
}
/** For an increment `amountMinor` is what is added, for a capture the whole that is taken, for a void the whole authorisation. */
export type FollowUp = { key: string; chargeRef: string; amountMinor: bigint; merchantRef?: string | null }

export type DisputeState = 'needs_response' | 'under_review' | 'won' | 'lost'
export type Dispute = {
  ref: string
  chargeRef: string
  amountMinor: bigint
  currency: string
  state: DisputeState
  /** The bank only asks so far, or the matter ended before it did more: no money has moved and the charge can be refunded. */
  inquiry: boolean
  /** The scheme's reason in the processor's words, e.g. `fraudulent`, `product_not_received`. */
  reason: string
  openedAt: Date
  evidenceDueAt: Date | null
}
/** What we send against a dispute: our records as text, each under its heading. Never a picture, template or similarity. */
export type DisputeEvidence = { heading: string; text: string }[]

/** What a message of the processor tells. It is a hint: state is always fetched again. */
export type ProcessorEvent = {
  eventId: string
  type: string
  occurredAt: Date
  subject:
    | { kind: 'charge'; chargeRef: string }
    | { kind: 'dispute'; disputeRef: string; chargeRef: string }
    | { kind: 'instrument'; token: string }
    /** Understood and of no concern to us, or of a type we do not know: acknowledged and dropped. */
    | { kind: 'other' }
}

/** One line of what the processor pays out. `amountMinor` is signed as it moves our balance there: a refund is negative. */
export type SettlementLine = {
  chargeKey: string
  kind: 'capture' | 'refund' | 'dispute' | 'dispute_returned'
  key: string
  amountMinor: bigint
  /** What the processor keeps, zero or more (negative where it gives a fee back). */
  feeMinor: bigint
  currency: string
  /** The processor's batch the line is paid out in. */
  batchRef: string
  at: Date
}

/**
 * What went wrong between us and the processor. `not_performed`: certainly nothing happened. `lost`: it may have happened, ask with
 * `fetch`. `refused`: the processor understood and will not, `reason` says why. `unsupported`: not a capability of this adapter.
 */
export type ProcessorFailureKind = 'not_performed' | 'lost' | 'refused' | 'unsupported'

/** Every reason an adapter may give with `refused`, beside `charge_` and the state a charge is in (e.g. `charge_voided`). */
export const REFUSALS = [
  'amount_invalid',
  /** The processor cannot take exactly this amount in this currency (a last digit it has no place for); nothing is ever rounded. */
  'amount_not_exact',
  'amount_exceeds',
  'currency_invalid',
  'instrument_unknown',
  'charge_unknown',
  'charge_not_captured',
  /** What is asked back is held or taken by a dispute. */
  'charge_disputed',
  'increment_declined',
  'key_of_another_request',
  'dispute_unknown',
  'dispute_answered',
  'dispute_closed',
  'signature_invalid',
  'event_too_old',
  'message_malformed',
] as const

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
  /** Opens a set-up in the form wished for, else in the best there is. Under a name that it knows it answers what it opened. */
  createSetup(request: { setupId: string; form?: SetupForm['kind'] }): Promise<Setup>
  /** Nobody will bring the card any more: a reader stops asking, a page closes. Safe to repeat; a set-up that is over stays as it is. */
  cancelSetup(setupId: string): Promise<void>
  fetchSetup(setupId: string): Promise<SetupState | null>
  /** Forgets a card. Safe to repeat. */
  forgetInstrument(token: string): Promise<void>
  authorise(request: AuthoriseRequest): Promise<Charge>
  /** Takes the money, once a charge. Decided when it returns: where a processor confirms later, the adapter waits or throws `lost`. */
  capture(request: FollowUp): Promise<Charge>
  /** Raises an authorisation by `amountMinor`. An issuer's "no" is `refused: increment_declined` and leaves the charge as it was. */
  increment(request: FollowUp): Promise<Charge>
  /** Releases an authorisation. Refused (`charge_captured`) once captured. Always the whole: `amountMinor` is not looked at. */
  void(request: FollowUp): Promise<Charge>
  /** Gives captured money back; its operation may stay `pending` for a while and may fail later. */
  refund(request: FollowUp): Promise<Charge>
  /** The card for one merchant of the platform (`cloneInstruments`). A clone is forgotten on its own. */
  cloneInstrument(request: { token: string; merchantRef: string }): Promise<{ token: string }>
  /** The saved card as it is now; null when the processor never saw the token. */
  fetchInstrument(token: string): Promise<InstrumentState | null>
  /**
   * Checks the signature over the raw body and names what to look up again.
   * Throws `refused: signature_invalid | event_too_old | message_malformed`.
   */
  parseWebhook(request: { headers: Record<string, string>; rawBody: Buffer }): Promise<ProcessorEvent>
  fetchDispute(disputeRef: string): Promise<Dispute | null>
  /** Answers a dispute, once; safe to repeat with the same key. Refused (`dispute_closed`) when it is over. */
  submitEvidence(request: { key: string; disputeRef: string; evidence: DisputeEvidence }): Promise<Dispute>
  /** The charge as it stands, by our key or by the processor's name for it; null when the processor never saw it. */
  fetch(by: { key: string } | { ref: string }): Promise<Charge | null>
  /** Every line in [from, to): what the processor has paid out or will. */
  listSettlement(range: { from: Date; to: Date }): Promise<SettlementLine[]>
}
