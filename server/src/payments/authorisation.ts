import type { PaymentReason } from '@paume/contract'
import { type Tx, withTransaction } from '../database.ts'
import { newId } from '../ids.ts'
import type { Answer } from './asking.ts'
import { offerCards, otherCards } from './card-choice.ts'
import { holdCharge } from './charge-books.ts'
import { operationKey } from './intents.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import type { Charge } from './processors/processor.ts'
import { MONEY_IN_FLIGHT } from './states.ts'
import {
  insertIntent,
  lockOperation,
  lockPayment,
  movePayment,
  type OperationRow,
  type PaymentRow,
  updateOperation,
} from './store.ts'

/** What was recorded, and which operation has to follow now that it is committed. */
export type Recorded = { row: PaymentRow; next: OperationRow | null }

/** How a payment ends whose charge nobody wants: cancelled while it was under way, or authorised after its deadline. */
export const unwantedEnd = (row: PaymentRow): { move: 'cancel' | 'expire'; reason: PaymentReason } =>
  row.cancel_requested === null
    ? { move: 'expire', reason: 'timed_out' }
    : { move: 'cancel', reason: row.cancel_requested === 'till' ? 'cancelled_by_till' : 'cancelled_by_shopper' }

/**
 * Writes down what became of the intent to authorise, once: whoever comes second (the reply, or the reconciler on any node) finds it
 * settled and changes nothing.
 */
export function recordAuthorisation(
  parts: PaymentParts,
  paymentId: string,
  operationId: string,
  answer: Answer,
): Promise<Recorded> {
  return withTransaction(parts.db, async (tx) => {
    const row = await lockPayment(tx, paymentId)
    const operation = await lockOperation(tx, operationId)
    if (operation.state !== 'intended' || !MONEY_IN_FLIGHT.includes(row.state)) return { row, next: null }
    const now = nowOf(parts)
    switch (answer.kind) {
      case 'lost':
        return { row: row.state === 'authorising' ? await movePayment(tx, row, 'lose_reply', now) : row, next: null }
      case 'not_performed':
        return failed(parts, tx, row, operation, 'processor_unavailable')
      case 'refused':
        return failed(
          parts,
          tx,
          row,
          operation,
          answer.reason === 'instrument_unknown' ? 'no_instrument' : 'processing_error',
        )
      case 'charge':
        return decided(parts, tx, row, operation, answer.charge)
    }
  })
}

/** The processor never saw the request and is not going to: nothing was charged. Looked at again later, in case it does. */
export function recordNeverSeen(
  parts: PaymentParts,
  paymentId: string,
  operationId: string,
  recheckMs: number,
): Promise<Recorded> {
  return withTransaction(parts.db, async (tx) => {
    const row = await lockPayment(tx, paymentId)
    const operation = await lockOperation(tx, operationId)
    if (operation.state !== 'intended' || !MONEY_IN_FLIGHT.includes(row.state)) return { row, next: null }
    const recorded = await failed(parts, tx, row, operation, 'processing_error')
    await updateOperation(tx, operationId, { recheck_at: new Date(parts.clock.nowMs() + recheckMs) })
    return recorded
  })
}

async function failed(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  operation: OperationRow,
  reason: PaymentReason,
): Promise<Recorded> {
  const now = nowOf(parts)
  await updateOperation(tx, operation.id, { state: 'failed', reason, settled_at: now })
  const end = row.cancel_requested === null ? ({ move: 'decline', reason } as const) : unwantedEnd(row)
  const ended = await movePayment(tx, row, end.move, now, {}, end.reason)
  await parts.audit.append(tx, `payment.${ended.state}`, { paymentId: row.id, reason: ended.reason })
  return { row: ended, next: null }
}

/**
 * The issuer's no is final for this card. While the shopper still stands there another card may be charged; the one that was refused
 * holds nothing.
 */
async function refusedByIssuer(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  operation: OperationRow,
  charge: Charge,
): Promise<Recorded> {
  const reason = charge.declineReason ?? 'card_declined'
  if (reason === 'card_lost' || reason === 'card_expired') await parts.instruments.troubled(tx, row.instrument_id!)
  if (row.state === 'authorising' && row.cancel_requested === null) {
    const now = nowOf(parts)
    const asked = await offerCards(parts, tx, row, await otherCards(parts, tx, row), reason, now)
    if (asked) {
      await updateOperation(tx, operation.id, { state: 'failed', reason, settled_at: now })
      return { row: asked, next: null }
    }
  }
  return failed(parts, tx, row, operation, reason)
}

async function decided(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  operation: OperationRow,
  charge: Charge,
): Promise<Recorded> {
  if (charge.state === 'declined') return refusedByIssuer(parts, tx, row, operation, charge)
  const now = nowOf(parts)
  if (charge.state === 'voided' || charge.state === 'lapsed') {
    await updateOperation(tx, operation.id, {
      state: 'failed',
      reason: charge.state,
      processor_ref: charge.ref,
      settled_at: now,
    })
    const reason = charge.state === 'voided' ? 'voided' : 'timed_out'
    const ended = await movePayment(
      tx,
      row,
      charge.state === 'voided' ? 'cancel' : 'expire',
      now,
      { charge_ref: charge.ref },
      reason,
    )
    await parts.audit.append(tx, `payment.${ended.state}`, { paymentId: row.id, reason })
    return { row: ended, next: null }
  }
  await updateOperation(tx, operation.id, { state: 'succeeded', processor_ref: charge.ref, settled_at: now })
  const totalMinor = row.amount_minor + row.tip_minor
  await holdCharge(tx, row, operation.id, totalMinor, now)
  const { maximumCaptureMinor } = charge
  const fields = {
    charge_ref: charge.ref,
    authorised_minor: totalMinor,
    maximum_capture_minor: maximumCaptureMinor > totalMinor ? maximumCaptureMinor : totalMinor,
    capturable_until: charge.capturableUntil,
  }
  const intend = (kind: 'capture' | 'void') => {
    const id = operationKey(row.id, kind)
    return insertIntent(tx, { id, paymentId: row.id, kind, key: id, amountMinor: totalMinor }, now)
  }
  // The time that counts is when the issuer said yes, not when we heard of it. That is told by the processor's clock; what it says lies
  // ahead of ours cannot have been later than now.
  const decidedAt = charge.decidedAt < now ? charge.decidedAt : now
  if (row.cancel_requested !== null || decidedAt > row.deadline_at) {
    return { row: await movePayment(tx, row, 'hold', now, fields), next: await intend('void') }
  }
  // Approved is said when the money is taken, so that a till may refund at once what it was told is approved.
  if (row.capture === 'automatic') {
    return { row: await movePayment(tx, row, 'hold', now, fields), next: await intend('capture') }
  }
  return { row: await approve(parts, tx, row, now, fields), next: null }
}

/** Approves a payment in flight and gives it its receipt. */
export async function approve(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  now: Date,
  fields: Parameters<typeof movePayment>[4],
): Promise<PaymentRow> {
  const receiptId = await issueReceipt(tx, row, now)
  const waitMs = row.acknowledge_within_ms
  const approved = await movePayment(tx, row, 'approve', now, {
    ...fields,
    receipt_id: receiptId,
    acknowledge_by: waitMs === null ? null : new Date(now.getTime() + waitMs),
  })
  const amountMinor = Number(row.amount_minor + row.tip_minor)
  await parts.audit.append(tx, 'payment.approved', { paymentId: row.id, amountMinor, currency: row.currency })
  return approved
}

/** The next number of the shop. Numbers have no gaps: the counter is raised in the transaction that approves. */
async function issueReceipt(tx: Tx, row: PaymentRow, now: Date): Promise<string> {
  const { last_number: number } = await tx
    .insertInto('payment_receipt_counter')
    .values({ shop_id: row.shop_id, last_number: 1 })
    .onConflict((conflict) =>
      conflict
        .column('shop_id')
        .doUpdateSet((eb) => ({ last_number: eb('payment_receipt_counter.last_number', '+', 1) })),
    )
    .returning('last_number')
    .executeTakeFirstOrThrow()
  const id = newId('receipt', now.getTime())
  await tx
    .insertInto('payment_receipt')
    .values({ id, payment_id: row.id, shop_id: row.shop_id, number, issued_at: now })
    .execute()
  return id
}
