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

/** The time zone in which an organisation counts its days, as SQL. */
export const zoneOf = (organisationId: string) => sql`
  coalesce((select time_zone from ledger_calendar where organisation_id = ${organisationId}), 'UTC')`

/** The date there where the organisation is, as its books count days. */
export async function dayOf(db: Db, organisationId: string, at: Date): Promise<string> {
  const { rows } = await sql<{ day: string }>`
    select (${at}::timestamptz at time zone ${zoneOf(organisationId)})::date::text as day`.execute(db)
  return rows[0]!.day
}

/**
 * What a shop took and gave back on a day of its organisation: payments by when they were approved or declined, refunds by when the
 * processor confirmed them. Once the day is over the numbers stay.
 */
export async function dayTotals(
  db: Db,
  { shopId, organisationId }: { shopId: string; organisationId: string },
  day: string,
): Promise<DayTotal[]> {
  const zone = zoneOf(organisationId)
  const isThen = (column: string) => sql`
    ${sql.ref(column)} >= ${day}::date::timestamp at time zone ${zone}
    and ${sql.ref(column)} < (${day}::date + 1)::timestamp at time zone ${zone}`
  const { rows } = await sql<Omit<DayTotal, 'count' | 'amountMinor'> & { count: bigint; amount: string }>`
    select 'sales' as kind, currency, card_brand as "cardBrand", count(*) as count, sum(captured_minor) as amount
      from payment
     where shop_id = ${shopId} and state = 'approved' and captured_minor > 0 and ${isThen('ended_at')}
     group by currency, card_brand
    union all
    select 'refunds', p.currency, p.card_brand, count(*), sum(o.amount_minor)
      from payment_operation o join payment p on p.id = o.payment_id
     where p.shop_id = ${shopId} and o.kind = 'refund' and o.state = 'succeeded'
       and ${isThen('o.settled_at')}
     group by p.currency, p.card_brand
    union all
    select 'declined', currency, null, count(*), sum(amount_minor + tip_minor)
      from payment
     where shop_id = ${shopId} and state = 'declined' and ${isThen('ended_at')}
     group by currency
    order by 2, 3 nulls last, 1`.execute(db)
  return rows.map(({ count, amount, ...line }) => ({ ...line, count: Number(count), amountMinor: Number(amount) }))
}
