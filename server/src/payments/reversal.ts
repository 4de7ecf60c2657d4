import { withTransaction } from '../database.ts'
import { awaitsTill } from './acknowledgement.ts'
import { intendVoid } from './cancellation.ts'
import { performFollowUp } from './follow-up.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import { intendRefund, refundableMinor } from './refund.ts'
import { lockPayment, movePayment, type OperationRow, type PaymentRow } from './store.ts'

/** Approved payments whose till went away. */
export const abandoned = async (parts: PaymentParts, limit: number): Promise<PaymentRow[]> =>
  (await parts.db
    .selectFrom('payment')
    .selectAll()
    .where('state', '=', 'approved')
    .where('acknowledged_at', 'is', null)
    .where('reversal', 'is', null)
    .where('acknowledge_by', '<=', nowOf(parts))
    .limit(limit)
    .execute()) as PaymentRow[]

/**
 * Gives an abandoned payment back: voids what is held, refunds what was taken. A capture or increment under way is waited for. Answers
 * true when it did something.
 */
export async function reverseAbandoned(parts: PaymentParts, { id }: PaymentRow): Promise<boolean> {
  const operation = await withTransaction(parts.db, async (tx): Promise<OperationRow | null> => {
    const now = nowOf(parts)
    const row = await lockPayment(tx, id)
    if (!awaitsTill(row) || row.acknowledge_by! > now) return null
    const under = await tx
      .selectFrom('payment_operation')
      .select('id')
      .where('payment_id', '=', id)
      .where('kind', 'in', ['increment', 'capture', 'void'])
      .where('state', '=', 'intended')
      .executeTakeFirst()
    if (under) return null
    await parts.audit.append(tx, 'payment.till_gone', { paymentId: id })
    if (row.captured_minor === 0n) {
      await tx.updateTable('payment').set({ reversal: 'till_gone' }).where('id', '=', id).execute()
      return intendVoid(tx, row, now)
    }
    const leftMinor = await refundableMinor(parts, tx, row)
    if (leftMinor === 0n) {
      // Everything was given back already, or is disputed: nothing is left to reverse.
      await movePayment(tx, row, 'acknowledge', now, { acknowledged_at: now })
      return null
    }
    return intendRefund(tx, row, leftMinor, 'till_gone', now, { reversal: 'till_gone' })
  })
  if (operation === null) return false
  await performFollowUp(parts, operation)
  return true
}
