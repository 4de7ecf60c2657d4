import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table payment_sale (
    id text primary key,
    organisation_id text not null,
    shop_id text not null,
    created_by text not null,
    currency text not null,
    reference text not null,
    total_minor bigint not null check (total_minor > 0),
    created_at timestamptz not null
  )`,
  `create index payment_sale_by_reference on payment_sale (shop_id, reference, created_at desc)`,
  `alter table payment add column sale_id text references payment_sale (id)`,
  `create index payment_of_sale on payment (sale_id) where sale_id is not null`,

  // Paid elsewhere: told by the till, moved by nobody here, and so not in the ledger.
  `create table payment_other_tender (
    id text primary key,
    sale_id text not null references payment_sale (id),
    kind text not null check (kind in ('cash', 'card', 'voucher', 'other')),
    amount_minor bigint not null check (amount_minor > 0),
    refunded_minor bigint not null default 0,
    note text,
    recorded_by text not null,
    recorded_at timestamptz not null,
    check (refunded_minor between 0 and amount_minor)
  )`,
  `create index payment_other_tender_of on payment_other_tender (sale_id)`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
