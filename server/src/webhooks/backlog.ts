import { type QueryExecutorProvider, sql } from 'kysely'

/** Deliveries that are still tried. */
export async function webhookBacklog(
  db: QueryExecutorProvider,
): Promise<{ waiting: number; failing: number; oldestAt: Date | null }> {
  const { rows } = await sql<{ waiting: bigint; failing: bigint; oldest: Date | null }>`
    select count(*) as waiting, count(*) filter (where attempts > 0) as failing, min(created_at) as oldest
      from webhook_delivery where state = 'pending'`.execute(db)
  const { waiting, failing, oldest } = rows[0]!
  return { waiting: Number(waiting), failing: Number(failing), oldestAt: oldest }
}
