import { type QueryExecutorProvider, sql } from 'kysely'

export type Unanswered = {
  processor: string
  unanswered: number
  oldestAt: Date | null
  /** Within the last day. */
  lastAnsweredAt: Date | null
}

/** Operations that were asked and whose end is not known, by processor. Asked of the open ones and of the last day only. */
export async function unansweredOperations(db: QueryExecutorProvider, now: Date): Promise<Unanswered[]> {
  const { rows } = await sql<Omit<Unanswered, 'unanswered'> & { unanswered: bigint }>`
    with open as (
      select coalesce(p.processor, '') as processor, count(*) as unanswered, min(o.asked_at) as oldest
        from payment_operation o join payment p on p.id = o.payment_id
       where o.state in ('intended', 'pending') group by 1
    ), answered as (
      select t.processor, max(t.settled_at) as last from (
        select p.processor, o.settled_at from ledger_transfer o join payment p on p.id = o.payment_id
         where o.settled_at > ${now}::timestamptz - interval '1 day' and o.settled_at is not null and o.payment_id is not null
         order by o.settled_at desc limit 1000) t group by 1
    )
    select coalesce(open.processor, answered.processor) as processor, coalesce(unanswered, 0) as unanswered,
           oldest as "oldestAt", last as "lastAnsweredAt"
      from open full join answered using (processor)`.execute(db)
  return rows.map((row) => ({ ...row, unanswered: Number(row.unanswered) }))
}

/** Whose payments these are; unknown ones are missing. */
export async function organisationsOfPayments(
  db: QueryExecutorProvider,
  paymentIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; organisation_id: string }>`
    select id, organisation_id from payment where id = any(${[...paymentIds]}::text[])`.execute(db)
  return new Map(rows.map(({ id, organisation_id }) => [id, organisation_id]))
}
