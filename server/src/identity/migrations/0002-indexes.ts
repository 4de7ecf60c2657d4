import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** What is looked for every minute, or at the end of every registration, without reading whole tables. */
export async function up(tx: Tx): Promise<void> {
  await sql`create index captures_subject on captures (subject_id)`.execute(tx)
  await sql`create index palms_last_use on palms ((coalesce(last_used_at, enrolled_at)))`.execute(tx)
}
