import type { Charge, ChargeOperation, ChargeState, Dispute, DisputeState, MoneyReason } from '../processor.ts'
import { type CardOutcome, PLAIN_OUTCOME } from './cards.ts'

export type ChargeRow = {
  ref: string
  key: string
  request_sha256: string
  token: string
  merchant_ref: string | null
  /** What finds the charge again from the till's side. */
  payment_id: string | null
  till_reference: string | null
  amount_minor: bigint
  currency: string
  declined: MoneyReason | null
  voided: boolean
  decided_at: Date
  capturable_until: Date | null
  /** How the issuer of this card behaves. The card itself may be forgotten by now. */
  outcome: Partial<CardOutcome>
  /** Grows by one with every change: who changes what somebody else has changed meanwhile must look again. */
  version: number
}
export type OperationRow = {
  key: string
  request_sha256: string
  ref: string
  charge_ref: string
  kind: ChargeOperation['kind']
  amount_minor: bigint
  created_at: Date
  /** When it is decided; null: at once. */
  settles_at: Date | null
  fails: boolean
  /** The issuer said no at once. */
  refused: string | null
}
export type DisputeRow = {
  ref: string
  charge_ref: string
  reason: string
  /** How it ends when it is answered in time. */
  answered: 'won' | 'lost'
  opens_at: Date
  due_at: Date
  evidence_key: string | null
  evidence_sha256: string | null
  answered_at: Date | null
  /** What an operator decided before its time. */
  ruling: 'won' | 'lost' | null
  ruled_at: Date | null
}
/** A charge with all that happened to it and all that will: what it is now depends on the clock alone. */
export type ChargeRecord = { charge: ChargeRow; operations: OperationRow[]; disputes: DisputeRow[] }

/** How long the scheme takes to decide an answered dispute, ms. */
export const DISPUTE_REVIEW_MS = 24 * 3_600_000

export const outcomeOf = (charge: Pick<ChargeRow, 'outcome'>): CardOutcome => ({ ...PLAIN_OUTCOME, ...charge.outcome })

const settled = (row: OperationRow, now: Date) => row.settles_at === null || row.settles_at <= now

function operationAt(row: OperationRow, now: Date): ChargeOperation {
  const { key, kind, ref, amount_minor: amountMinor } = row
  if (row.refused !== null) return { key, kind, amountMinor, state: 'failed', reason: row.refused, ref }
  if (!settled(row, now)) return { key, kind, amountMinor, state: 'pending', ref }
  if (row.fails) return { key, kind, amountMinor, state: 'failed', reason: 'refund_refused_by_issuer', ref }
  return { key, kind, amountMinor, state: 'succeeded', ref }
}

const sumOf = (rows: { amount_minor: bigint }[]) => rows.reduce((sum, row) => sum + row.amount_minor, 0n)

/** Refunds asked for by then and not failed by then. */
export const claimedMinor = (record: ChargeRecord, at: Date): bigint =>
  sumOf(
    record.operations.filter(
      (row) =>
        row.kind === 'refund' && row.refused === null && row.created_at <= at && !(row.fails && settled(row, at)),
    ),
  )

export const capturedMinor = (record: ChargeRecord): bigint =>
  sumOf(record.operations.filter((row) => row.kind === 'capture'))

/** The charge as the books have it at `now`. `overCapture`: whether a capture may take more than was authorised at all. */
export function chargeAt(record: ChargeRecord, overCapture: boolean, now: Date): Charge {
  const row = record.charge
  const operations = record.operations.map((operation) => operationAt(operation, now))
  const captured = capturedMinor(record)
  const refunded = operations
    .filter((operation) => operation.kind === 'refund' && operation.state === 'succeeded')
    .reduce((sum, operation) => sum + operation.amountMinor, 0n)
  const extra = overCapture ? (row.amount_minor * BigInt(outcomeOf(row).overCapturePercent)) / 100n : 0n
  return {
    ref: row.ref,
    key: row.key,
    state: stateAt(row, captured, now),
    ...(row.declined === null ? {} : { declineReason: row.declined }),
    amountMinor: row.amount_minor,
    maximumCaptureMinor: row.amount_minor + extra,
    capturedMinor: captured,
    refundedMinor: refunded,
    currency: row.currency,
    decidedAt: row.decided_at,
    capturableUntil: row.capturable_until,
    operations,
  }
}

function stateAt(row: ChargeRow, captured: bigint, now: Date): ChargeState {
  if (row.declined !== null) return 'declined'
  if (row.voided) return 'voided'
  if (captured > 0n) return 'captured'
  return row.capturable_until !== null && row.capturable_until <= now ? 'lapsed' : 'authorised'
}

/** When and how a dispute ends, as far as is known; null: it waits for an answer whose time is not over. */
export function endOf(row: DisputeRow): { at: Date; state: 'won' | 'lost' } {
  if (row.ruling !== null && row.ruled_at !== null) return { at: row.ruled_at, state: row.ruling }
  if (row.answered_at === null) return { at: row.due_at, state: 'lost' }
  return { at: new Date(row.answered_at.getTime() + DISPUTE_REVIEW_MS), state: row.answered }
}

function disputeStateAt(row: DisputeRow, now: Date): DisputeState {
  const end = endOf(row)
  if (end.at <= now) return end.state
  return row.answered_at !== null && row.answered_at <= now ? 'under_review' : 'needs_response'
}

/**
 * The disputes that are open or over at `now`, oldest first. Each is of all that was left when it was opened; one that found nothing
 * left was never opened.
 */
export function disputesAt(record: ChargeRecord, now: Date): Dispute[] {
  const opened: { dispute: Dispute; row: DisputeRow }[] = []
  const rows = record.disputes.filter((row) => row.opens_at <= now)
  for (const row of rows.sort((a, b) => a.opens_at.getTime() - b.opens_at.getTime())) {
    const takenMinor = opened
      .filter((earlier) => disputeStateAt(earlier.row, row.opens_at) !== 'won')
      .reduce((sum, earlier) => sum + earlier.dispute.amountMinor, 0n)
    const amountMinor = capturedMinor(record) - claimedMinor(record, row.opens_at) - takenMinor
    if (amountMinor <= 0n) continue
    const dispute: Dispute = {
      ref: row.ref,
      chargeRef: row.charge_ref,
      amountMinor,
      currency: record.charge.currency,
      state: disputeStateAt(row, now),
      inquiry: false,
      reason: row.reason,
      openedAt: row.opens_at,
      evidenceDueAt: row.due_at,
    }
    opened.push({ dispute, row })
  }
  return opened.map(({ dispute }) => dispute)
}

/** What disputes hold back or have taken for good. */
export const disputedMinor = (record: ChargeRecord, now: Date): bigint =>
  disputesAt(record, now)
    .filter((dispute) => dispute.state !== 'won')
    .reduce((sum, dispute) => sum + dispute.amountMinor, 0n)
