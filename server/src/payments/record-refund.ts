import type { Tx } from '../database.ts'
import { doneAs, type Verdict } from './asking.ts'
import { settleTransfer } from './ledger/store.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import { type Published, publish } from './published.ts'
import { movePayment, type OperationRow, type PaymentRow, updateOperation } from './store.ts'

/** Writes down what became of a refund: done, still under way at the processor, or failed and back with the merchant. */
export async function recordRefund(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  operation: OperationRow,
  verdict: Verdict,
): Promise<PaymentRow> {
  const now = nowOf(parts)
  const done = doneAs(verdict, operation.processor_key)
  if (done?.state === 'succeeded') {
    await updateOperation(tx, operation.id, { state: 'succeeded', processor_ref: done.ref, settled_at: now })
    await settleTransfer(tx, operation.id, { kind: 'post' }, now)
    const refunded = await movePayment(tx, row, 'refund', now, {
      refunded_minor: row.refunded_minor + operation.amount_minor,
    })
    await parts.audit.append(tx, 'payment.refunded', { paymentId: row.id, amountMinor: Number(operation.amount_minor) })
    await publishRefund(tx, 'refund.succeeded', refunded, operation, now)
    return refunded
  }
  if (done?.state === 'pending') {
    if (operation.state === 'pending') return row
    await updateOperation(tx, operation.id, { state: 'pending', processor_ref: done.ref })
    const pending = await movePayment(tx, row, 'refund', now)
    await publishRefund(tx, 'refund.pending', pending, operation, now)
    return pending
  }
  if (verdict.kind === 'charge' && done === undefined) return row
  const reason = verdict.kind === 'refused' ? verdict.reason : (done?.reason ?? 'failed')
  await updateOperation(tx, operation.id, { state: 'failed', reason, settled_at: now })
  await settleTransfer(tx, operation.id, { kind: 'void' }, now)
  // A reversal that the processor was away for too long to hear of is begun again; an issuer's no is for people to look at.
  const again = reason === 'never_performed' && row.reversal !== null && operation.note === row.reversal
  const moved = await movePayment(tx, row, 'refund', now, again ? { reversal: null, acknowledge_by: now } : {})
  await parts.audit.append(tx, 'payment.refund_failed', { paymentId: row.id, reason })
  await publishRefund(tx, 'refund.failed', moved, operation, now)
  return moved
}

const publishRefund = (tx: Tx, type: Published['type'], row: PaymentRow, { id: refundId }: OperationRow, at: Date) =>
  publish(tx, { type, organisationId: row.organisation_id, at, paymentId: row.id, version: row.version, refundId })
