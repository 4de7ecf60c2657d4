import type { PaymentReason } from '@paume/contract'
import { sql } from 'kysely'
import { lastly, type Tx, withTransaction } from '../database.ts'
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
    const [row, operation] = await Promise.all([lockPayment(tx, paymentId), lockOperation(tx, operationId)])
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
    const [row, operation] = await Promise.all([lockPayment(tx, paymentId), lockOperation(tx, operationId)])
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
  // At a gate there is no screen to choose on.
  if (row.state === 'authorising' && row.cancel_requested === null && row.gate_charge === null) {
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
  const totalMinor = row.amount_minor + row.tip_minor
  const { maximumCaptureMinor } = charge
  const fields = {
    charge_ref: charge.ref,
    authorised_minor: totalMinor,
    maximum_capture_minor: maximumCaptureMinor > totalMinor ? maximumCaptureMinor : totalMinor,
    capturable_until: charge.capturableUntil,
  }
  const granted = Promise.all([
    updateOperation(tx, operation.id, { state: 'succeeded', processor_ref: charge.ref, settled_at: now }),
    holdCharge(tx, row, operation.id, totalMinor, now),
  ])
  const holdAnd = async (kind: 'capture' | 'void'): Promise<Recorded> => {
    const id = operationKey(row.id, kind)
    const intent = { id, paymentId: row.id, kind, key: id, amountMinor: totalMinor }
    const [held, next] = await Promise.all([
      movePayment(tx, row, 'hold', now, fields),
      insertIntent(tx, intent, now),
      granted,
    ])
    return { row: held, next }
  }
  // The time that counts is when the issuer said yes, not when we heard of it. That is told by the processor's clock; what it says lies
  // ahead of ours cannot have been later than now.
  const decidedAt = charge.decidedAt < now ? charge.decidedAt : now
  if (row.cancel_requested !== null || decidedAt > row.deadline_at) return holdAnd('void')
  // Approved is said when the money is taken, so that a till may refund at once what it was told is approved.
  if (row.capture === 'automatic') return holdAnd('capture')
  await granted
  return { row: await approve(parts, tx, row, now, fields), next: null }
}

/**
 * Approves a payment in flight, gives it its receipt and commits: whoever approves in the same shop, and whoever writes the audit, waits
 * for that. Nothing may be asked of the transaction afterwards.
 */
export async function approve(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  now: Date,
  fields: Parameters<typeof movePayment>[4],
): Promise<PaymentRow> {
  const receiptId = newId('receipt', now.getTime())
  const waitMs = row.acknowledge_within_ms
  const amountMinor = Number(row.amount_minor + row.tip_minor)
  const [approved] = await lastly(tx, [
    movePayment(tx, row, 'approve', now, {
      ...fields,
      receipt_id: receiptId,
      acknowledge_by: waitMs === null ? null : new Date(now.getTime() + waitMs),
    }),
    issueReceipt(tx, row, receiptId, now),
    parts.audit.append(tx, 'payment.approved', { paymentId: row.id, amountMinor, currency: row.currency }),
  ])
  return approved
}

/** The next number of the shop. Numbers have no gaps: the counter is raised in the transaction that approves. */
const issueReceipt = (tx: Tx, row: PaymentRow, id: string, now: Date) =>
  sql`
    with next as (
      insert into payment_receipt_counter as counter (shop_id, last_number) values (${row.shop_id}, 1)
        on conflict (shop_id) do update set last_number = counter.last_number + 1
        returning last_number
    )
    insert into payment_receipt (id, payment_id, shop_id, number, issued_at)
    select ${id}, ${row.id}, ${row.shop_id}, last_number, ${now} from next`.execute(tx)
