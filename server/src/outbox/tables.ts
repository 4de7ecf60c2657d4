import type { ColumnType, Generated } from 'kysely'

/** The tables that `outbox` owns. */
export type OutboxTables = {
  outbox_messages: {
    id: Generated<bigint>
    topic: string
    payload: ColumnType<Record<string, unknown>, string, never>
    attempts: Generated<number>
    /** Not before this time; also the end of a worker's lease. */
    due_at: Generated<Date>
    delivered_at: Date | null
    /** Given up after the last try; a person looks at it. */
    failed_at: Date | null
    created_at: Generated<Date>
  }
}
