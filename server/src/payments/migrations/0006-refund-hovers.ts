import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table payment_refund_hover (
    id text primary key,
    version integer not null default 1,
    organisation_id text not null,
    shop_id text not null,
    terminal_id text not null,
    asked_by text not null,
    state text not null check (state in ('waiting', 'matched', 'failed', 'cancelled', 'expired')),
    reason text,
    asked_hand text check (asked_hand in ('L', 'R')),
    hovers_left integer not null check (hovers_left >= 0),
    -- The hover that is being looked at.
    capture_id text,
    captured_at timestamptz,
    -- Who was recognised, for as long as the till may read the list and no longer.
    shopper_id text,
    created_at timestamptz not null,
    deadline_at timestamptz not null,
    check ((state = 'matched') = (shopper_id is not null)),
    check ((state = 'failed') = (reason is not null))
  )`,
  `create unique index payment_refund_hover_one on payment_refund_hover (terminal_id) where state = 'waiting'`,
  `create index payment_refund_hover_open on payment_refund_hover (deadline_at) where state in ('waiting', 'matched')`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
