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

/**
 * How payments ended, shop by shop. Read from the payments themselves by an index on shop and end: what a reader is told is never older
 * than the books (decision 0039).
 */
export async function endedCounts(db: QueryExecutorProvider, periods: readonly SumPeriod[]): Promise<EndedCount[]> {
  const { rows } = await sql<Omit<EndedCount, 'count'> & { count: bigint }>`
    select asked.shop_id as "shopId", extract(hour from p.ended_at at time zone asked.zone)::int as hour,
           p.state, p.reason, count(*) as count
      from ${ofShops(periods)}
      join payment p on p.shop_id = asked.shop_id and p.ended_at >= asked.starts_at and p.ended_at < asked.ends_at
     group by 1, 2, 3, 4`.execute(db)
  return rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }))
}

/**
 * What was charged and refunded, by the ledger: a charge counts when it is captured, a refund when the processor has confirmed it, each
 * where the payment was made.
 */
export async function movedMoney(db: QueryExecutorProvider, periods: readonly SumPeriod[]): Promise<MovedMoney[]> {
  if (periods.length === 0) return []
  const earliest = new Date(Math.min(...periods.map(({ from }) => from.getTime())))
  const latest = new Date(Math.max(...periods.map(({ to }) => to.getTime())))
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
     where t.settled_at >= ${earliest} and t.settled_at < ${latest} and t.settled_at is not null and t.payment_id is not null
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
  const { rows } = await sql<{ shopId: string; first: bigint; second: bigint }>`
    select asked.shop_id as "shopId", count(*) filter (where before.uses = 0) as first,
           count(*) filter (where before.uses = 1) as second
      from ${ofShops(periods)}
      join payment p on p.shop_id = asked.shop_id and p.ended_at >= asked.starts_at and p.ended_at < asked.ends_at
       and p.state = 'approved' and p.shopper_id is not null
     cross join lateral (
       select count(*) as uses from (
         select 1 from payment q
          where q.shopper_id = p.shopper_id and q.organisation_id = p.organisation_id and q.state = 'approved'
            and (q.ended_at, q.id) < (p.ended_at, p.id)
          limit 2) earlier) before
     group by 1`.execute(db)
  return rows.map(({ shopId, first, second }) => ({ shopId, first: Number(first), second: Number(second) }))
}
