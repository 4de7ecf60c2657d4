import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Erasures that wait for a payment are few, and looked for every minute. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    create index shoppers_erasure_open on shoppers (erasure_requested_at)
    where erasure_requested_at is not null and erased_at is null`.execute(tx)
}
