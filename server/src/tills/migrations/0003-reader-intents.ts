import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  // What a till wants paid before it says on which reader. How that went stands in the payment.
  `create table reader_intent (
    id text primary key,
    register_id text not null,
    shop_id text not null,
    idempotency_key text not null,
    request_sha256 bytea not null,
    amount_minor bigint not null,
    currency text not null,
    capture text not null check (capture in ('automatic', 'manual')),
    reference text not null,
    terminal_id text,
    payment_id text,
    attempts integer not null default 0,
    process_key text,
    processed_at timestamptz,
    created_at timestamptz not null,
    canceled_at timestamptz
  )`,
  `create unique index reader_intent_key on reader_intent (register_id, idempotency_key)`,
  `create index reader_intent_reader on reader_intent (terminal_id, processed_at) where terminal_id is not null`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
