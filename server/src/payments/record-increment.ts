import type { Tx } from '../database.ts'
import { doneAs, type Verdict } from './asking.ts'
import { raiseCharge } from './charge-books.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import { endOfGone } from './record-capture.ts'
import { movePayment, type OperationRow, type PaymentRow, updateOperation } from './store.ts'

/** Writes down what became of an increment. A payment that is over meanwhile holds nothing more in our books. */
export async function recordIncrement(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  operation: OperationRow,
  verdict: Verdict,
): Promise<PaymentRow> {
  const now = nowOf(parts)
  const done = doneAs(verdict, operation.processor_key)
  if (verdict.kind === 'charge' && done?.state !== 'failed') {
    if (done?.state !== 'succeeded') return row
    await updateOperation(tx, operation.id, { state: 'succeeded', processor_ref: done.ref, settled_at: now })
    if (row.state !== 'approved') return row
    await raiseCharge(tx, row, operation.id, operation.amount_minor, now)
    const authorisedMinor = row.authorised_minor + operation.amount_minor
    const { maximumCaptureMinor: told, capturableUntil } = verdict.charge
    await parts.audit.append(tx, 'payment.incremented', {
      paymentId: row.id,
      amountMinor: Number(operation.amount_minor),
    })
    return movePayment(tx, row, 'increment', now, {
      authorised_minor: authorisedMinor,
      maximum_capture_minor: told > authorisedMinor ? told : authorisedMinor,
      capturable_until: capturableUntil,
    })
  }
  const reason = verdict.kind === 'refused' ? verdict.reason : (done?.reason ?? 'failed')
  await updateOperation(tx, operation.id, { state: 'failed', reason, settled_at: now })
  // The capture that was to follow would take more than is held.
  await tx
    .updateTable('payment_operation')
    .set({ state: 'failed', reason, settled_at: now })
    .where('waits_for', '=', operation.id)
    .where('state', '=', 'intended')
    .execute()
  await parts.audit.append(tx, 'payment.increment_failed', { paymentId: row.id, reason })
  if (row.state !== 'approved') return row
  return (await endOfGone(tx, row, reason, now)) ?? movePayment(tx, row, 'increment', now)
}
