import type { Tx } from '../database.ts'
import { doneAs, type Verdict } from './asking.ts'
import { approve } from './authorisation.ts'
import { postCharge, releaseCharge, theOnlyCharge } from './charge-books.ts'
import { operationKey } from './intents.ts'
import type { PendingTransfer } from './ledger/store.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import { MONEY_IN_FLIGHT } from './states.ts'
import { insertIntent, movePayment, type OperationRow, type PaymentRow, updateOperation } from './store.ts'

/** What is held was let go of by the processor or by somebody there: the payment ends. Null when the reason says nothing of that. */
export async function endOfGone(tx: Tx, row: PaymentRow, reason: string, now: Date): Promise<PaymentRow | null> {
  if (reason !== 'charge_lapsed' && reason !== 'charge_voided') return null
  await releaseCharge(tx, row, now)
  return reason === 'charge_lapsed'
    ? movePayment(tx, row, 'expire', now, {}, 'timed_out')
    : movePayment(tx, row, 'cancel', now, {}, 'voided')
}

/** Writes down what became of a capture; `held`: the pending charge of the payment. What a till is told is approved is in our books when it hears of it. */
export async function recordCapture(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  operation: OperationRow,
  held: readonly PendingTransfer[],
  verdict: Verdict,
): Promise<PaymentRow> {
  const now = nowOf(parts)
  const done = doneAs(verdict, operation.processor_key)
  if (done?.state === 'succeeded') {
    const capturedMinor = operation.amount_minor
    // Of a capture in part the tip is what the shopper chose, as far as there is that much.
    const tipMinor = operation.tip_minor ?? (row.tip_minor < capturedMinor ? row.tip_minor : capturedMinor)
    const fields = { captured_minor: capturedMinor, tip_minor: tipMinor }
    const charge = theOnlyCharge(row.id, held)
    await Promise.all([
      updateOperation(tx, operation.id, { state: 'succeeded', processor_ref: done.ref, settled_at: now }),
      postCharge(tx, row, charge, capturedMinor, now),
    ])
    return MONEY_IN_FLIGHT.includes(row.state)
      ? approve(parts, tx, row, now, fields)
      : movePayment(tx, row, 'capture', now, fields)
  }
  if (verdict.kind === 'charge' && done?.state !== 'failed') return row
  const reason = verdict.kind === 'refused' ? verdict.reason : (done?.reason ?? 'failed')
  await updateOperation(tx, operation.id, { state: 'failed', reason, settled_at: now })
  await parts.audit.append(tx, 'payment.capture_failed', { paymentId: row.id, reason })
  const gone = await endOfGone(tx, row, reason, now)
  if (gone) return gone
  // By hand it may be tried again; by itself nobody would: the hold is released and the payment declined with that.
  if (!MONEY_IN_FLIGHT.includes(row.state)) return movePayment(tx, row, 'capture', now)
  const id = operationKey(row.id, 'void')
  await insertIntent(tx, { id, paymentId: row.id, kind: 'void', key: id, amountMinor: row.authorised_minor }, now)
  return movePayment(tx, row, row.state === 'authorising' ? 'lose_reply' : 'hold', now)
}
