import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  // By how much an operation takes a payment above what was authorised before; null: by nothing.
  `alter table payment_operation add column raises_minor bigint check (raises_minor > 0)`,
  `create index payment_operation_raised on payment_operation (created_at) where raises_minor is not null`,
  `alter table payment_limits add column travel_km_per_hour integer check (travel_km_per_hour > 0)`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
