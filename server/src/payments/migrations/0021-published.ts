import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Organisations of which somebody wants to hear. For all others nothing is written to the outbox. */
export async function up(tx: Tx): Promise<void> {
  await sql`create table payment_audience (organisation_id text primary key)`.execute(tx)
}
