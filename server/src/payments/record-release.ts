import { withTransaction } from '../database.ts'
import { releaseCharge } from './charge-books.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import { lockPayment, movePayment } from './store.ts'

/**
 * An approved payment whose hold is gone at the processor, by nobody's order here: it lapsed, or somebody voided it in the processor's
 * own pages. Leaves alone what is captured or has something under way. True when it ended the payment.
 */
export function recordReleased(parts: PaymentParts, paymentId: string, how: 'lapsed' | 'voided'): Promise<boolean> {
  return withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const row = await lockPayment(tx, paymentId)
    if (row.state !== 'approved' || row.captured_minor > 0n) return false
    const open = await tx
      .selectFrom('payment_operation')
      .select('id')
      .where('payment_id', '=', row.id)
      .where('state', '=', 'intended')
      .executeTakeFirst()
    if (open) return false
    await releaseCharge(tx, row, now)
    const ended =
      how === 'lapsed'
        ? await movePayment(tx, row, 'expire', now, {}, 'timed_out')
        : await movePayment(tx, row, 'cancel', now, {}, 'voided')
    await parts.audit.append(tx, `payment.${ended.state}`, { paymentId: row.id, reason: ended.reason })
    return true
  })
}
