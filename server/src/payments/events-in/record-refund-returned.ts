import { withTransaction } from '../../database.ts'
import { postTransfer } from '../ledger/store.ts'
import { nowOf, type PaymentParts } from '../parts.ts'
import { publish } from '../published.ts'
import { lockOperation, lockPayment, movePayment, type OperationRow, updateOperation } from '../store.ts'

/**
 * A refund that the processor had called done came back: the bank would not take it. The merchant has the money again, and may give it
 * back another way. Posted transfers stay as they are; an adjustment named after the refund takes it back.
 */
export function recordRefundReturned(parts: PaymentParts, { id, payment_id }: OperationRow, reason: string) {
  return withTransaction(parts.db, async (tx) => {
    const row = await lockPayment(tx, payment_id)
    const operation = await lockOperation(tx, id)
    if (operation.kind !== 'refund' || operation.state !== 'succeeded') return
    const now = nowOf(parts)
    const amountMinor = operation.amount_minor
    await updateOperation(tx, id, { state: 'failed', reason, settled_at: now })
    const { organisation_id: organisationId, currency } = row
    const book = { organisationId, currency, paymentId: row.id }
    await postTransfer(tx, { ...book, id: `${id}:failed`, kind: 'merchant_adjustment', amountMinor }, now)
    const moved = await movePayment(tx, row, 'refund', now, { refunded_minor: row.refunded_minor - amountMinor })
    await parts.audit.append(tx, 'payment.refund_returned', {
      paymentId: row.id,
      amountMinor: Number(amountMinor),
      reason,
    })
    const told = { organisationId, at: now, paymentId: row.id, version: moved.version, refundId: id }
    await publish(tx, { ...told, type: 'refund.failed' })
  })
}
