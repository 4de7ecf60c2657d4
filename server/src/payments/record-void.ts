import type { Tx } from '../database.ts'
import { doneAs, type Verdict } from './asking.ts'
import { unwantedEnd } from './authorisation.ts'
import { releaseCharge } from './charge-books.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import { ENDS } from './states.ts'
import { movePayment, type OperationRow, type PaymentRow, updateOperation } from './store.ts'

/** The hold is gone: by our void, by somebody's before us, or because it lapsed. */
const released = (operation: OperationRow, verdict: Verdict): boolean =>
  verdict.kind === 'refused'
    ? verdict.reason === 'charge_lapsed' || verdict.reason === 'charge_voided'
    : doneAs(verdict, operation.processor_key)?.state === 'succeeded'

export async function recordVoid(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  operation: OperationRow,
  verdict: Verdict,
): Promise<PaymentRow> {
  const now = nowOf(parts)
  if (!released(operation, verdict)) {
    if (verdict.kind === 'refused') {
      await updateOperation(tx, operation.id, { state: 'failed', reason: verdict.reason, settled_at: now })
      await parts.audit.append(tx, 'payment.void_refused', { paymentId: row.id, reason: verdict.reason })
    }
    return row
  }
  await updateOperation(tx, operation.id, { state: 'succeeded', settled_at: now })
  // A charge that turned up after the payment had ended was never in the ledger.
  if (ENDS.includes(row.state)) {
    await parts.audit.append(tx, 'payment.late_charge_voided', { paymentId: row.id })
    return row
  }
  await releaseCharge(tx, row, now)
  const end =
    row.state === 'approved'
      ? ({ move: 'cancel', reason: row.reversal ?? 'voided' } as const)
      : await releasedEnd(tx, row)
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
