import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  // A day's totals need to know when something paid elsewhere was given back, not only how much of it.
  `create table payment_other_tender_refund (
    id bigint primary key generated always as identity,
    tender_id text not null references payment_other_tender (id),
    amount_minor bigint not null check (amount_minor > 0),
    refunded_by text not null,
    refunded_at timestamptz not null
  )`,
  `create index payment_other_tender_refund_of on payment_other_tender_refund (tender_id)`,
  `create index payment_other_tender_refund_at on payment_other_tender_refund (refunded_at)`,
  // What was given back before is told of the day on which it was paid: nothing else is known of it.
  `insert into payment_other_tender_refund (tender_id, amount_minor, refunded_by, refunded_at)
    select id, refunded_minor, recorded_by, recorded_at from payment_other_tender where refunded_minor > 0`,
  `create index payment_of_shop_ended on payment (shop_id, ended_at)`,
  `create index payment_sale_of_shop on payment_sale (shop_id, created_at)`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
