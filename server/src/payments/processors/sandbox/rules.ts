import { type AuthoriseRequest, type FollowUp, type ProcessorCapabilities, ProcessorFailure } from '../processor.ts'
import type { Writing } from './books.ts'
import {
  type ChargeRecord,
  type ChargeRow,
  capturedMinor,
  chargeAt,
  claimedMinor,
  type DisputeRow,
  disputedMinor,
  type OperationRow,
  outcomeOf,
} from './charge-record.ts'
import { type EventRow, type EventType, eventOf } from './events.ts'
import { declineOf, type InstrumentRow } from './instruments.ts'
import { fingerprint, newRef } from './refs.ts'

/** When a refund that takes a while is decided, ms. */
export const SLOW_REFUND_MS = 5_000
/** When the holder of a card that disputes does so, ms after the capture. */
export const DISPUTE_OPENS_AFTER_MS = 10_000
/** How long an authorisation of Visa stands that the merchant started without the holder, ms: 5 days. */
const VISA_MERCHANT_TTL_MS = 5 * 24 * 3_600_000
/** How long a dispute may be answered, ms. */
export const DISPUTE_ANSWER_MS = 7 * 24 * 3_600_000

export type FollowUpKind = 'increment' | 'capture' | 'void' | 'refund'
export type Can = Pick<ProcessorCapabilities, 'increments' | 'overCapture' | 'partialCapture' | 'authorisationTtlMs'>

const refuse = (reason: string) => new ProcessorFailure('refused', reason)

export const authoriseHash = (request: AuthoriseRequest): string =>
  fingerprint(
    request.token,
    request.amountMinor,
    request.currency,
    request.initiator,
    request.capture,
    ...(request.merchantRef ? [request.merchantRef] : []),
  )

/** A void is always of the whole: its amount is not looked at. */
export const followUpHash = (kind: FollowUpKind, request: FollowUp): string =>
  fingerprint(kind, request.chargeRef, kind === 'void' ? 'whole' : request.amountMinor)

/** The charge an authorisation makes, granted or declined, captured at once if asked to. Throws `refused`. */
export function decideAuthorisation(
  request: AuthoriseRequest,
  card: InstrumentRow | null,
  can: Can,
  now: Date,
): Required<Writing> & { charge: ChargeRow } {
  if (request.amountMinor <= 0n) throw refuse('amount_invalid')
  if (!/^[A-Z]{3}$/.test(request.currency)) throw refuse('currency_invalid')
  // A card belongs to the platform or to the one merchant it was cloned for; to others it does not exist.
  const merchantRef = request.merchantRef ?? null
  if (!card || card.forgotten || card.merchant_ref !== merchantRef) throw refuse('instrument_unknown')
  const declined = declineOf(card, now)
  const ttlMs = standsFor(request, card, can)
  const charge: ChargeRow = {
    ref: newRef('ch'),
    key: request.key,
    request_sha256: authoriseHash(request),
    token: request.token,
    merchant_ref: merchantRef,
    payment_id: request.reference?.paymentId ?? null,
    till_reference: request.reference?.tillReference ?? null,
    amount_minor: request.amountMinor,
    currency: request.currency,
    declined,
    voided: false,
    decided_at: now,
    capturable_until: declined !== null || ttlMs === null ? null : new Date(now.getTime() + ttlMs),
    outcome: card.outcome,
    version: 0,
  }
  const about = { kind: 'charge', chargeRef: charge.ref } as const
  const first = eventOf(declined === null ? 'charge.authorised' : 'charge.declined', about, now)
  const made = { charge, operations: [], disputes: [], events: [first] }
  if (declined !== null || request.capture === 'manual') return made
  const capture = { key: `${request.key}:capture`, chargeRef: charge.ref, amountMinor: request.amountMinor }
  const taken = perform('capture', { charge, operations: [], disputes: [] }, capture, now)
  return { charge, operations: taken.operations, disputes: taken.disputes, events: [first, ...taken.events] }
}

/** How long an authorisation stands, ms; null: the processor does not say. */
function standsFor({ initiator }: AuthoriseRequest, card: InstrumentRow, can: Can): number | null {
  const ttlMs = can.authorisationTtlMs
  if (ttlMs === null) return null
  return initiator === 'merchant' && card.brand === 'visa' ? Math.min(ttlMs, VISA_MERCHANT_TTL_MS) : ttlMs
}

/** Why the processor will not, or null. */
function refusal(kind: FollowUpKind, record: ChargeRecord, amountMinor: bigint, can: Can, now: Date): string | null {
  const charge = chargeAt(record, can.overCapture, now)
  if (amountMinor <= 0n) return 'amount_invalid'
  if (kind === 'refund') {
    if (charge.state !== 'captured') return 'charge_not_captured'
    if (amountMinor <= leftMinor(record, now)) return null
    return disputedMinor(record, now) > 0n ? 'charge_disputed' : 'amount_exceeds'
  }
  if (charge.state !== 'authorised') return `charge_${charge.state}`
  return kind === 'capture' && amountMinor > charge.maximumCaptureMinor ? 'amount_exceeds' : null
}

export type Change = Required<Writing> & { amountMinor: bigint; voided: boolean }

/**
 * What an increment, capture, void or refund changes. A request that was performed before changes nothing: null. Throws `refused` and
 * `unsupported`, and `refused` again for an increment that the issuer declined before.
 */
export function decideFollowUp(
  kind: FollowUpKind,
  record: ChargeRecord,
  request: FollowUp,
  can: Can,
  now: Date,
): Change | null {
  const { charge } = record
  if (request.merchantRef !== undefined && request.merchantRef !== charge.merchant_ref) throw refuse('charge_unknown')
  const before = record.operations.find((operation) => operation.key === request.key)
  if (before) {
    if (before.request_sha256 !== followUpHash(kind, request)) throw refuse('key_of_another_request')
    if (before.refused !== null) throw refuse(before.refused)
    return null
  }
  const reason = refusal(kind, record, request.amountMinor, can, now)
  if (reason !== null) throw refuse(reason)
  if (kind === 'capture' && request.amountMinor < charge.amount_minor && !can.partialCapture) {
    throw new ProcessorFailure('unsupported', 'partial_capture')
  }
  return perform(kind, record, request, now)
}

/** Writes the request down as done, with everything it sets off later. */
function perform(kind: FollowUpKind, record: ChargeRecord, request: FollowUp, now: Date): Change {
  const { charge } = record
  const outcome = outcomeOf(charge)
  const slow = kind === 'refund' && outcome.refunds !== 'at_once'
  const operation: OperationRow = {
    key: request.key,
    request_sha256: followUpHash(kind, request),
    ref: newRef(kind.slice(0, 2)),
    charge_ref: charge.ref,
    kind,
    amount_minor: kind === 'void' ? charge.amount_minor : request.amountMinor,
    created_at: now,
    settles_at: slow ? new Date(now.getTime() + SLOW_REFUND_MS) : null,
    fails: slow && outcome.refunds === 'fails_later',
    refused: kind === 'increment' && outcome.increments === 'declined' ? 'increment_declined' : null,
  }
  const raised = kind === 'increment' && operation.refused === null
  const disputes =
    kind === 'capture' && outcome.dispute !== null
      ? [openedDispute(charge.ref, outcome.dispute, new Date(now.getTime() + DISPUTE_OPENS_AFTER_MS))]
      : []
  return {
    amountMinor: raised ? charge.amount_minor + request.amountMinor : charge.amount_minor,
    voided: charge.voided || kind === 'void',
    operations: [operation],
    disputes,
    events: [...eventsOf(operation, charge.ref, now), ...disputes.flatMap(disputeEvents)],
  }
}

function eventsOf(operation: OperationRow, chargeRef: string, now: Date): EventRow[] {
  const about = { kind: 'charge', chargeRef } as const
  if (operation.kind === 'refund') {
    const decided = operation.fails ? 'refund.failed' : 'refund.succeeded'
    if (operation.settles_at === null) return [eventOf(decided, about, now)]
    return [eventOf('refund.pending', about, now), eventOf(decided, about, operation.settles_at)]
  }
  if (operation.refused !== null) return []
  const done: Record<Exclude<FollowUpKind, 'refund'>, EventType> = {
    increment: 'charge.incremented',
    capture: 'charge.captured',
    void: 'charge.voided',
  }
  return [eventOf(done[operation.kind], about, now)]
}

export const openedDispute = (
  chargeRef: string,
  { reason, answered }: { reason: string; answered: 'won' | 'lost' },
  opensAt: Date,
): DisputeRow => ({
  ref: newRef('dp'),
  charge_ref: chargeRef,
  reason,
  answered,
  opens_at: opensAt,
  due_at: new Date(opensAt.getTime() + DISPUTE_ANSWER_MS),
  evidence_key: null,
  evidence_sha256: null,
  answered_at: null,
  ruling: null,
  ruled_at: null,
})

/** Its opening, and its loss should nobody answer. */
export function disputeEvents(row: DisputeRow): EventRow[] {
  const about = { kind: 'dispute', disputeRef: row.ref, chargeRef: row.charge_ref } as const
  return [eventOf('dispute.opened', about, row.opens_at), eventOf('dispute.lost', about, row.due_at)]
}

/** What was captured and neither given back nor disputed away, minor units. */
export const leftMinor = (record: ChargeRecord, now: Date): bigint =>
  capturedMinor(record) - claimedMinor(record, now) - disputedMinor(record, now)
