import type { Currency, RefundablePayment } from '@paume/contract'
import { sql } from 'kysely'
import { withTransaction } from '../../database.ts'
import { nowOf, type PaymentParts } from '../parts.ts'
import type { RefundHoverRow } from './store.ts'

/** Nobody takes goods back for longer, and a till has no need to see further, ms: 180 days. */
const LOOKED_BACK_MS = 180 * 86_400_000
const SHOWN = 50

type Found = {
  id: string
  paid_at: Date
  currency: string
  captured_minor: bigint
  left_minor: bigint
  disputed: boolean
  last4: string | null
  number: number | null
}

/** What the person who was recognised paid in the shop that asked, and in no other, of which something is left to give back. */
export function refundableOf(parts: PaymentParts, row: RefundHoverRow): Promise<RefundablePayment[]> {
  const from = new Date(nowOf(parts).getTime() - LOOKED_BACK_MS)
  return withTransaction(parts.db, async (tx) => {
    const { rows } = await sql<Found>`
      select * from (
        select p.id, p.ended_at as paid_at, p.currency, p.captured_minor, p.disputed, p.card_last4 as last4, r.number,
               p.captured_minor - coalesce((select sum(o.amount_minor) from payment_operation o
                  where o.payment_id = p.id and o.kind = 'refund' and o.state <> 'failed'), 0)::bigint as left_minor
          from payment p left join payment_receipt r on r.payment_id = p.id
         where p.shopper_id = ${row.shopper_id} and p.shop_id = ${row.shop_id} and p.state = 'approved'
           and p.captured_minor > 0 and p.ended_at > ${from}) paid
       where left_minor > 0 order by paid_at desc, id desc limit ${SHOWN}`.execute(tx)
    const listed: RefundablePayment[] = []
    for (const found of rows) {
      const disputedMinor = found.disputed ? ((await parts.disputes?.claimedMinor(tx, found.id)) ?? 0n) : 0n
      if (found.left_minor <= disputedMinor) continue
      listed.push({
        paymentId: found.id,
        paidAt: found.paid_at.toISOString(),
        currency: found.currency as Currency,
        capturedMinor: Number(found.captured_minor),
        refundableMinor: Number(found.left_minor - disputedMinor),
        ...(found.number === null ? {} : { receiptNumber: String(found.number).padStart(6, '0') }),
        ...(found.last4 === null ? {} : { last4: found.last4 }),
      })
    }
    return listed
  })
}
