import { type Tx, withTransaction } from '../database.ts'
import { type Answer, ask } from './asking.ts'
import { approve, operationKey, unwantedEnd } from './authorisation.ts'
import { settleTransfer } from './ledger/store.ts'
import { nowOf, type PaymentParts, processorOf } from './parts.ts'
import type { Charge } from './processors/processor.ts'
import { ENDS, MONEY_IN_FLIGHT } from './states.ts'
import {
  findPayment,
  insertIntent,
  lockOperation,
  lockPayment,
  movePayment,
  type OperationRow,
  type PaymentRow,
  updateOperation,
} from './store.ts'

/**
 * Asks the processor for a capture, void or refund whose intent is committed, and writes down what became of it. Safe to repeat:
 * the processor knows the key. Answers the payment as it then stands.
 */
export async function performFollowUp(parts: PaymentParts, operation: OperationRow): Promise<PaymentRow> {
  const row = (await findPayment(parts.db, operation.payment_id))!
  const { kind } = operation
  if (kind === 'authorise' || row.charge_ref === null) throw new Error(`operation ${operation.id} follows no charge`)
  const processor = processorOf(parts, row.processor)
  const request = { key: operation.processor_key, chargeRef: row.charge_ref, amountMinor: operation.amount_minor }
  const answer = await ask(() => processor[kind](request), parts.timing.processorReplyMs)
  return recordFollowUp(parts, operation, answer)
}

/** Writes down what became of a capture, void or refund, once. An answer that is lost leaves it to the reconciler. */
export function recordFollowUp(
  parts: PaymentParts,
  { id, payment_id }: OperationRow,
  answer: Answer,
): Promise<PaymentRow> {
  return withTransaction(parts.db, async (tx) => {
    const row = await lockPayment(tx, payment_id)
    const operation = await lockOperation(tx, id)
    if (operation.state === 'succeeded' || operation.state === 'failed') return row
    if (answer.kind === 'lost' || answer.kind === 'not_performed') {
      return row.state === 'authorising' ? movePayment(tx, row, 'lose_reply', nowOf(parts)) : row
    }
    switch (operation.kind) {
      case 'capture':
        return recordCapture(parts, tx, row, operation, answer)
      case 'void':
        return recordVoid(parts, tx, row, operation, answer)
      case 'refund':
        return recordRefund(parts, tx, row, operation, answer)
      case 'authorise':
        throw new Error(`operation ${id} is no follow-up`)
    }
  })
}

const doneAs = (charge: Charge, key: string) => charge.operations.find((operation) => operation.key === key)

async function recordCapture(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  operation: OperationRow,
  answer: Extract<Answer, { kind: 'charge' | 'refused' }>,
): Promise<PaymentRow> {
  const now = nowOf(parts)
  const done = answer.kind === 'charge' ? doneAs(answer.charge, operation.processor_key) : undefined
  if (done?.state === 'succeeded') {
    await updateOperation(tx, operation.id, { state: 'succeeded', processor_ref: done.ref, settled_at: now })
    const post = { kind: 'post', postedMinor: operation.amount_minor } as const
    await settleTransfer(tx, operationKey(row.id, 'authorise'), post, now)
    const fields = { captured_minor: operation.amount_minor }
    return MONEY_IN_FLIGHT.includes(row.state)
      ? approve(parts, tx, row, now, fields)
      : movePayment(tx, row, 'capture', now, fields)
  }
  if (answer.kind === 'charge') return row
  await updateOperation(tx, operation.id, { state: 'failed', reason: answer.reason, settled_at: now })
  await parts.audit.append(tx, 'payment.capture_failed', { paymentId: row.id, reason: answer.reason })
  if (answer.reason === 'charge_lapsed' || answer.reason === 'charge_voided') {
    await settleTransfer(tx, operationKey(row.id, 'authorise'), { kind: 'void' }, now)
    const lapsed = answer.reason === 'charge_lapsed'
    return movePayment(tx, row, lapsed ? 'expire' : 'cancel', now, {}, lapsed ? 'timed_out' : 'voided')
  }
  // By hand it may be tried again; by itself nobody would: the hold is released and the payment declined with that.
  if (!MONEY_IN_FLIGHT.includes(row.state)) return movePayment(tx, row, 'capture', now)
  const id = operationKey(row.id, 'void')
  await insertIntent(tx, { id, paymentId: row.id, kind: 'void', key: id, amountMinor: row.authorised_minor }, now)
  return movePayment(tx, row, row.state === 'authorising' ? 'lose_reply' : 'hold', now)
}

/** The hold is gone: by our void, by somebody's before us, or because it lapsed. */
const released = (operation: OperationRow, answer: Answer): boolean =>
  answer.kind === 'refused'
    ? answer.reason === 'charge_lapsed' || answer.reason === 'charge_voided'
    : answer.kind === 'charge' && doneAs(answer.charge, operation.processor_key)?.state === 'succeeded'

async function recordVoid(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  operation: OperationRow,
  answer: Extract<Answer, { kind: 'charge' | 'refused' }>,
): Promise<PaymentRow> {
  const now = nowOf(parts)
  if (!released(operation, answer)) {
    if (answer.kind === 'refused') {
      await updateOperation(tx, operation.id, { state: 'failed', reason: answer.reason, settled_at: now })
      await parts.audit.append(tx, 'payment.void_refused', { paymentId: row.id, reason: answer.reason })
    }
    return row
  }
  await updateOperation(tx, operation.id, { state: 'succeeded', settled_at: now })
  // A charge that turned up after the payment had ended was never in the ledger.
  if (ENDS.includes(row.state)) {
    await parts.audit.append(tx, 'payment.late_charge_voided', { paymentId: row.id })
    return row
  }
  await settleTransfer(tx, operationKey(row.id, 'authorise'), { kind: 'void' }, now)
  const end = row.state === 'approved' ? ({ move: 'cancel', reason: 'voided' } as const) : await releasedEnd(tx, row)
  const ended = await movePayment(tx, row, end.move, now, {}, end.reason)
  await parts.audit.append(tx, `payment.${ended.state}`, { paymentId: row.id, reason: ended.reason })
  return ended
}

/** Why a hold of a payment in flight was released: nobody wanted it any more, or its capture was refused. */
async function releasedEnd(tx: Tx, row: PaymentRow) {
  const refused = await tx
    .selectFrom('payment_operation')
    .select('id')
    .where('payment_id', '=', row.id)
    .where('kind', '=', 'capture')
    .where('state', '=', 'failed')
    .executeTakeFirst()
  return refused ? ({ move: 'decline', reason: 'processing_error' } as const) : unwantedEnd(row)
}

async function recordRefund(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  operation: OperationRow,
  answer: Extract<Answer, { kind: 'charge' | 'refused' }>,
): Promise<PaymentRow> {
  const now = nowOf(parts)
  const done = answer.kind === 'charge' ? doneAs(answer.charge, operation.processor_key) : undefined
  if (done?.state === 'succeeded') {
    await updateOperation(tx, operation.id, { state: 'succeeded', processor_ref: done.ref, settled_at: now })
    await settleTransfer(tx, operation.id, { kind: 'post' }, now)
    const refunded = await movePayment(tx, row, 'refund', now, {
      refunded_minor: row.refunded_minor + operation.amount_minor,
    })
    await parts.audit.append(tx, 'payment.refunded', { paymentId: row.id, amountMinor: Number(operation.amount_minor) })
    return refunded
  }
  if (done?.state === 'pending') {
    if (operation.state === 'pending') return row
    await updateOperation(tx, operation.id, { state: 'pending', processor_ref: done.ref })
    return movePayment(tx, row, 'refund', now)
  }
  if (answer.kind === 'charge' && done === undefined) return row
  const reason = answer.kind === 'refused' ? answer.reason : (done?.reason ?? 'failed')
  await updateOperation(tx, operation.id, { state: 'failed', reason, settled_at: now })
  await settleTransfer(tx, operation.id, { kind: 'void' }, now)
  const moved = await movePayment(tx, row, 'refund', now)
  await parts.audit.append(tx, 'payment.refund_failed', { paymentId: row.id, reason })
  return moved
}
