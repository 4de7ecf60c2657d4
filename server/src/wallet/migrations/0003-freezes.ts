import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  // One row for each reason why somebody may not pay: while one is not lifted, none of their cards does.
  `create table wallet_freeze (
    id text primary key,
    shopper_id text not null,
    frozen_at timestamptz not null,
    lifted_at timestamptz
  )`,
  `create index wallet_freeze_of on wallet_freeze (shopper_id) where lifted_at is null`,
  // On the card too: a charge locks the card, so it sees a freeze that was committed before it, and a freeze waits for it.
  `alter table wallet_instrument add column frozen boolean not null default false`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
