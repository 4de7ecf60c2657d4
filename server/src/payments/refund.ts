import type { Tx } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { wholeMinor } from './capture.ts'
import type { IdempotentRequest } from './inputs.ts'
import { holdTransfer } from './ledger/store.ts'
import { once } from './once.ts'
import type { PaymentParts } from './parts.ts'
import type { Caller } from './ports.ts'
import { insertIntent, movePayment, type OperationRow, type PaymentRow } from './store.ts'

/**
 * Gives captured money back, all that is left or less. Refunds that are under way count as given.
 *
 * @param alongside what is written with the intent, or not at all
 */
export function refundPayment(
  parts: PaymentParts,
  caller: Caller,
  paymentId: string,
  refund: { amountMinor?: number; reason?: string },
  idempotent: IdempotentRequest,
  alongside: (tx: Tx, operation: OperationRow) => Promise<void> = async () => {},
): Promise<PaymentRow | 'replayed'> {
  return once(parts, caller, paymentId, idempotent, async (tx, row, now) => {
    if (row.state !== 'approved' || row.captured_minor === 0n) throw new Failure('payment_state')
    const wishMinor = refund.amountMinor === undefined ? null : wholeMinor(refund.amountMinor, 1)
    const leftMinor = await refundableMinor(parts, tx, row)
    const amountMinor = wishMinor ?? leftMinor
    if (amountMinor <= 0n || amountMinor > leftMinor) throw new Failure('amount_exceeds')
    const operation = await intendRefund(tx, row, amountMinor, refund.reason, now)
    await alongside(tx, operation)
    return operation
  })
}

/** What of a locked payment may still be given back: captured, less every refund that did not fail, less what is disputed. */
export async function refundableMinor(parts: PaymentParts, tx: Tx, row: PaymentRow): Promise<bigint> {
  const claimed = await tx
    .selectFrom('payment_operation')
    .select('amount_minor')
    .where('payment_id', '=', row.id)
    .where('kind', '=', 'refund')
    .where('state', '<>', 'failed')
    .execute()
  // What the card holder took back by a dispute is not given back a second time.
  const disputedMinor = (await parts.disputes?.claimedMinor(tx, row.id)) ?? 0n
  const leftMinor =
    row.captured_minor - disputedMinor - claimed.reduce((sum, operation) => sum + operation.amount_minor, 0n)
  return leftMinor < 0n ? 0n : leftMinor
}

/** Writes the intent and takes the amount from the merchant in the books. The payment is locked and the amount checked. */
export async function intendRefund(
  tx: Tx,
  row: PaymentRow,
  amountMinor: bigint,
  note: string | undefined,
  now: Date,
  fields: Parameters<typeof movePayment>[4] = {},
): Promise<OperationRow> {
  const id = newId('refund', now.getTime())
  const operation = await insertIntent(tx, { id, paymentId: row.id, kind: 'refund', key: id, amountMinor, note }, now)
  const book = { organisationId: row.organisation_id, currency: row.currency }
  await holdTransfer(tx, { ...book, id, paymentId: row.id, kind: 'refund', amountMinor }, now)
  await movePayment(tx, row, 'refund', now, fields)
  return operation
}
