import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'

/** `from` ≤ what counts < `to`, in the time zone of the shop. */
export type SumPeriod = { shopId: string; timeZone: string; from: Date; to: Date }
export type EndedCount = {
  shopId: string
  /** 0 to 23, by the clock on the shop's wall. */
  hour: number
  state: 'approved' | 'declined' | 'cancelled' | 'expired'
  reason: string | null
  count: number
}
export type MovedMoney = {
  shopId: string
  currency: string
  chargedMinor: bigint
  refundedMinor: bigint
  charges: number
  refunds: number
}

const ofShops = (periods: readonly SumPeriod[]): RawBuilder<unknown> => sql`
  unnest(${periods.map(({ shopId }) => shopId)}::text[], ${periods.map(({ timeZone }) => timeZone)}::text[],
         ${periods.map(({ from }) => from)}::timestamptz[], ${periods.map(({ to }) => to)}::timestamptz[])
    asked (shop_id, zone, starts_at, ends_at)`

/** From the first beginning to the last end. Said beside each shop's own, so that the database knows how little of a table is meant. */
const spanOf = (periods: readonly SumPeriod[]) => ({
  from: new Date(Math.min(...periods.map(({ from }) => from.getTime()))),
  to: new Date(Math.max(...periods.map(({ to }) => to.getTime()))),
})

/** Payments of these shops that ended in the shops' periods. */
function endedIn(periods: readonly SumPeriod[]): RawBuilder<unknown> {
  const { from, to } = spanOf(periods)
  return sql`
    payment p join ${ofShops(periods)}
      on asked.shop_id = p.shop_id and p.ended_at >= asked.starts_at and p.ended_at < asked.ends_at
     and p.shop_id = any(${periods.map(({ shopId }) => shopId)}::text[]) and p.ended_at >= ${from} and p.ended_at < ${to}`
}

/**
 * How payments ended, shop by shop. Read from the payments themselves by an index on shop and end: what a reader is told is never older
 * than the books (decision 0035).
 */
export async function endedCounts(db: QueryExecutorProvider, periods: readonly SumPeriod[]): Promise<EndedCount[]> {
  if (periods.length === 0) return []
  const { rows } = await sql<Omit<EndedCount, 'count'> & { count: bigint }>`
    select asked.shop_id as "shopId", extract(hour from p.ended_at at time zone asked.zone)::int as hour,
           p.state, p.reason, count(*) as count
      from ${endedIn(periods)}
     group by 1, 2, 3, 4`.execute(db)
  return rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }))
}

/**
 * What was charged and refunded, by the ledger: a charge counts when it is captured, a refund when the processor has confirmed it, each
 * where the payment was made.
 */
export async function movedMoney(db: QueryExecutorProvider, periods: readonly SumPeriod[]): Promise<MovedMoney[]> {
  if (periods.length === 0) return []
  const { from, to } = spanOf(periods)
  const { rows } = await sql<Omit<MovedMoney, 'charges' | 'refunds'> & { charges: bigint; refunds: bigint }>`
    select p.shop_id as "shopId", t.currency,
           coalesce(sum(t.posted_minor) filter (where t.kind = 'charge'), 0)::bigint as "chargedMinor",
           -- A refund that the bank sent back after all is taken off when it comes back.
           coalesce(sum(case t.kind when 'refund' then t.posted_minor when 'merchant_adjustment' then -t.posted_minor end), 0)::bigint
             as "refundedMinor",
           count(*) filter (where t.kind = 'charge') as charges, count(*) filter (where t.kind = 'refund') as refunds
      from ledger_transfer t
      join payment p on p.id = t.payment_id
      join ${ofShops(periods)} on asked.shop_id = p.shop_id and t.settled_at >= asked.starts_at and t.settled_at < asked.ends_at
     where t.settled_at >= ${from} and t.settled_at < ${to} and t.settled_at is not null and t.payment_id is not null
       and t.state = 'posted'
       and (t.kind in ('charge', 'refund') or t.kind = 'merchant_adjustment' and t.id like '%:failed')
     group by 1, 2`.execute(db)
  return rows.map(({ charges, refunds, ...row }) => ({ ...row, charges: Number(charges), refunds: Number(refunds) }))
}

/** Shoppers who paid for the first, and for the second time at an organisation, where they did. Who was erased counts as long as the payment names them. */
export async function firstUses(
  db: QueryExecutorProvider,
  periods: readonly SumPeriod[],
): Promise<{ shopId: string; first: number; second: number }[]> {
  if (periods.length === 0) return []
  const { to } = spanOf(periods)
  const { rows } = await sql<{ shopId: string; first: bigint; second: bigint }>`
    with here as (select p.id, p.shop_id, p.organisation_id, p.shopper_id from ${endedIn(periods)}
                   where p.state = 'approved' and p.shopper_id is not null),
    known as (
      select q.id, row_number() over (partition by q.organisation_id, q.shopper_id order by q.ended_at, q.id) as nth
        from payment q
       where q.state = 'approved' and q.ended_at < ${to}
         and (q.organisation_id, q.shopper_id) in (select organisation_id, shopper_id from here))
    select here.shop_id as "shopId", count(*) filter (where nth = 1) as first, count(*) filter (where nth = 2) as second
      from here join known using (id)
     where nth <= 2
     group by 1`.execute(db)
  return rows.map(({ shopId, first, second }) => ({ shopId, first: Number(first), second: Number(second) }))
}
