import { type QueryExecutorProvider, sql } from 'kysely'

export type Backlog = {
  waiting: number
  /** Of them tried at least once. */
  failing: number
  oldestAt: Date | null
}

/** Messages that have not left yet. Those set aside after the last try wait for a person and count as failing. */
export async function outboxBacklog(db: QueryExecutorProvider): Promise<Backlog> {
  const { rows } = await sql<{ waiting: bigint; failing: bigint; oldest: Date | null }>`
    select count(*) as waiting, count(*) filter (where attempts > 1 or failed_at is not null) as failing,
           min(created_at) as oldest
      from outbox_messages where delivered_at is null`.execute(db)
  const { waiting, failing, oldest } = rows[0]!
  return { waiting: Number(waiting), failing: Number(failing), oldestAt: oldest }
}
