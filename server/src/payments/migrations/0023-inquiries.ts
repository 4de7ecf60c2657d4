import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  // A bank that only asks has taken nothing: there is no transfer until it does.
  `alter table payment_dispute add column inquiry boolean not null default false`,
  `alter table payment_dispute alter column transfer_id drop not null`,
  `alter table payment_dispute add check (inquiry or transfer_id is not null)`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
