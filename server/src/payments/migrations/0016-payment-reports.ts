import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  // The link of a receipt: only what a guess would have to hash to. Gone with the shopper.
  `create table payment_report_link (
    token_sha256 bytea primary key,
    payment_id text not null references payment (id),
    language text,
    created_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  `create index payment_report_link_payment on payment_report_link (payment_id)`,
  `create index payment_report_link_expires on payment_report_link (expires_at)`,

  // Whoever was recognised says that it was not them.
  `create table payment_report (
    id text primary key,
    payment_id text not null references payment (id),
    organisation_id text not null,
    shopper_id text not null,
    via text not null check (via in ('link', 'session')),
    state text not null default 'open' check (state in ('open', 'refunded', 'rejected', 'withdrawn')),
    reported_at timestamptz not null,
    undo_sha256 bytea,
    undo_until timestamptz not null,
    freeze_lifted_at timestamptz,
    decided_at timestamptz,
    refund_id text,
    note text,
    check ((state = 'open') = (decided_at is null))
  )`,
  `create unique index payment_report_one on payment_report (payment_id) where state <> 'withdrawn'`,
  `create index payment_report_shopper on payment_report (shopper_id)`,
  `create index payment_report_newest on payment_report (reported_at desc, id desc)`,
  `alter table payment add column reported boolean not null default false`,

  // A receipt to a number that was typed for it.
  `alter table payment_receipt_delivery drop constraint payment_receipt_delivery_kind_check`,
  `alter table payment_receipt_delivery add constraint payment_receipt_delivery_kind_check
    check (kind in ('mail', 'phone', 'shopper_phone'))`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
