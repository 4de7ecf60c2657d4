import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** One line of a shop's totals, by card brand where there was a card. Minor units. */
export type DayTotal = {
  kind: 'sales' | 'refunds' | 'declined'
  currency: string
  cardBrand: string | null
  count: number
  amountMinor: number
}

/**
 * What a shop took and gave back from `from` until before `to`: payments by when they were approved or declined, refunds by when the
 * processor confirmed them. Once the time is over the numbers stay.
 */
export async function dayTotals(db: Db, shopId: string, from: Date, to: Date): Promise<DayTotal[]> {
  const { rows } = await sql<Omit<DayTotal, 'count' | 'amountMinor'> & { count: bigint; amount: string }>`
    select 'sales' as kind, currency, card_brand as "cardBrand", count(*) as count, sum(captured_minor) as amount
      from payment
     where shop_id = ${shopId} and state = 'approved' and captured_minor > 0 and ended_at >= ${from} and ended_at < ${to}
     group by currency, card_brand
    union all
    select 'refunds', p.currency, p.card_brand, count(*), sum(o.amount_minor)
      from payment_operation o join payment p on p.id = o.payment_id
     where p.shop_id = ${shopId} and o.kind = 'refund' and o.state = 'succeeded'
       and o.settled_at >= ${from} and o.settled_at < ${to}
     group by p.currency, p.card_brand
    union all
    select 'declined', currency, null, count(*), sum(amount_minor + tip_minor)
      from payment
     where shop_id = ${shopId} and state = 'declined' and ended_at >= ${from} and ended_at < ${to}
     group by currency
    order by 2, 3 nulls last, 1`.execute(db)
  return rows.map(({ count, amount, ...line }) => ({ ...line, count: Number(count), amountMinor: Number(amount) }))
}
