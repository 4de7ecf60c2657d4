import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../database.ts'
import type { ChargeWish } from '../ports.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/**
 * What payment `p` has taken or may still take; one that came to nothing takes nothing. A raise counts from its intent on, and no more
 * once it failed.
 */
const TAKEN = sql`
  case when p.state not in ('authorising', 'unknown', 'approved') then 0
       when p.captured_minor > 0 then p.captured_minor
       when p.state <> 'approved' then p.amount_minor + p.tip_minor
       else greatest(
         p.authorised_minor + coalesce((select sum(o.amount_minor) from payment_operation o
                                         where o.payment_id = p.id and o.kind = 'increment' and o.state = 'intended'), 0),
         coalesce((select max(o.amount_minor) from payment_operation o
                    where o.payment_id = p.id and o.kind = 'capture' and o.state = 'intended'), 0)) end`

export const since = (wish: Pick<ChargeWish, 'now'>, ms: number) => new Date(wish.now.getTime() - ms)

/** The last 24 hours: payments charged in them, and what was raised in them on payments of before. */
async function takenInADay(tx: Tx, wish: ChargeWish, mine: RawBuilder<unknown>): Promise<bigint> {
  const from = since(wish, DAY_MS)
  const { rows } = await sql<{ minor: bigint }>`
    select (coalesce((select sum(${TAKEN}) from payment p where ${mine} and p.authorising_at > ${from}), 0)
          + coalesce((select sum(least(${TAKEN}, raised.minor))
                        from (select payment_id, sum(raises_minor) as minor from payment_operation
                               where raises_minor is not null and created_at > ${from} and state <> 'failed'
                               group by payment_id) raised
                        join payment p on p.id = raised.payment_id
                       where ${mine} and p.authorising_at <= ${from}), 0))::bigint as minor`.execute(tx)
  return rows[0]!.minor
}

/** What one shopper paid one organisation, minor units of the currency. */
export const takenByShopper = (tx: Tx, wish: ChargeWish): Promise<bigint> =>
  takenInADay(
    tx,
    wish,
    sql`p.shopper_id = ${wish.shopperId} and p.organisation_id = ${wish.organisationId} and p.currency = ${wish.currency}`,
  )

/** What an organisation took, minor units of the currency. */
export const takenByMerchant = (tx: Tx, wish: ChargeWish): Promise<bigint> =>
  takenInADay(tx, wish, sql`p.organisation_id = ${wish.organisationId} and p.currency = ${wish.currency}`)

/** Charges tried in an hour, this one left out. */
export async function triesOfShopper(tx: Tx, wish: ChargeWish): Promise<{ tries: number; onCard: number }> {
  const { rows } = await sql<{ tries: number; onCard: number }>`
    select count(*)::int as tries, count(*) filter (where instrument_id = ${wish.instrumentId})::int as "onCard"
      from payment where shopper_id = ${wish.shopperId} and organisation_id = ${wish.organisationId}
       and authorising_at > ${since(wish, HOUR_MS)} and id <> ${wish.paymentId}`.execute(tx)
  return rows[0]!
}

export async function triesOnTerminal(tx: Tx, wish: ChargeWish): Promise<number> {
  const { rows } = await sql<{ tries: number }>`
    select count(*)::int as tries from payment where terminal_id = ${wish.terminalId}
       and authorising_at > ${since(wish, HOUR_MS)} and id <> ${wish.paymentId}`.execute(tx)
  return rows[0]!.tries
}
