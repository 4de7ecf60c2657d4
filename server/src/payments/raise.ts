import { type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { PaymentParts } from './parts.ts'
import type { LimitName } from './ports.ts'
import type { PaymentRow } from './store.ts'

class AboveLimit extends Failure {
  readonly limit: LimitName
  readonly paymentId: string
  constructor(limit: LimitName, paymentId: string) {
    super('limit_exceeded')
    this.limit = limit
    this.paymentId = paymentId
  }
}

/**
 * Counts what a locked payment is to take beyond what it holds, in the transaction that writes the intent. The whole is minor units, after
 * the raise. Throws `limit_exceeded`.
 */
export async function assertMayRaise(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  wholeMinor: bigint,
  now: Date,
): Promise<void> {
  const byMinor = wholeMinor - row.authorised_minor
  if (byMinor <= 0n) return
  const limit = await parts.limits?.exceededByRaise(tx, {
    paymentId: row.id,
    organisationId: row.organisation_id,
    shopId: row.shop_id,
    terminalId: row.terminal_id,
    shopperId: row.shopper_id!,
    instrumentId: row.instrument_id!,
    amountMinor: wholeMinor,
    byMinor,
    currency: row.currency,
    now,
  })
  if (limit) throw new AboveLimit(limit, row.id)
}

/** Writes down which limit refused a raise, once its transaction is gone with everything it wrote; the till hears that one did. */
export async function tellingRefusal<T>(parts: PaymentParts, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof AboveLimit) {
      const { paymentId, limit } = error
      await withTransaction(parts.db, (tx) => parts.audit.append(tx, 'payment.raise_refused', { paymentId, limit }))
    }
    throw error
  }
}
