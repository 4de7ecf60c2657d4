import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const ACTIVE = `('created', 'presented', 'palm_captured', 'identified', 'choosing_card', 'authorising')`

const STATEMENTS = [
  `alter table payment add column gate_charge text check (gate_charge in ('entry', 'later'))`,
  // A gate lets the next one in while the card of the last one is still being asked, and charges for visits that are over.
  `drop index payment_one_active`,
  `create unique index payment_one_active on payment (terminal_id) where state in ${ACTIVE} and gate_charge is null`,
  `create table payment_gate_card (
    payment_id text primary key references payment (id),
    processor text not null,
    token text not null,
    brand text not null,
    last4 text not null
  )`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
