import { type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import type { Caller } from './ports.ts'
import { checkShop } from './shopper-steps.ts'
import { lockPayment, movePayment, type PaymentRow } from './store.ts'

/** How long after approval a till that promised to acknowledge may be silent, when it does not say, ms. */
export const ACKNOWLEDGE_WITHIN_MS = 60_000

/** Approved, and the till has neither acknowledged nor been given up. */
export const awaitsTill = (row: PaymentRow): boolean =>
  row.state === 'approved' && row.acknowledge_by !== null && row.acknowledged_at === null && row.reversal === null

/** The till knows how this payment ended. Throws `payment_state` when it was given back already because the till was silent. */
export function acknowledgePayment(parts: PaymentParts, caller: Caller, paymentId: string): Promise<PaymentRow> {
  return withTransaction(parts.db, async (tx) => {
    const row = await lockPayment(tx, paymentId)
    checkShop(row, caller)
    if (row.reversal !== null) {
      throw new Failure('payment_state', { detail: 'The till was silent for too long: the payment was given back.' })
    }
    return acknowledged(tx, row, nowOf(parts))
  })
}

/** Notes on a locked payment that its till knows of the approval. Once; changes nothing where nobody promised to. */
export const acknowledged = async (tx: Tx, row: PaymentRow, now: Date): Promise<PaymentRow> =>
  awaitsTill(row) ? movePayment(tx, row, 'acknowledge', now, { acknowledged_at: now }) : row

/** The till that made this payment was heard of: it polls or streams. Its time starts again. No news to anybody. */
export async function heardOfTill(parts: PaymentParts, row: PaymentRow, caller: Caller): Promise<void> {
  if (!awaitsTill(row) || caller.deviceId !== row.created_by) return
  await parts.db
    .updateTable('payment')
    .set({ acknowledge_by: new Date(parts.clock.nowMs() + row.acknowledge_within_ms!) })
    .where('id', '=', row.id)
    .where('state', '=', 'approved')
    .where('acknowledged_at', 'is', null)
    .where('reversal', 'is', null)
    .execute()
}
