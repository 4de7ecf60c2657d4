import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table payment (
    id text primary key,
    version integer not null default 1,
    state text not null,
    reason text,
    organisation_id text not null,
    shop_id text not null,
    terminal_id text not null,
    created_by text not null,
    shop_name text not null,
    merchant_name text not null,
    language text not null,
    amount_minor bigint not null check (amount_minor > 0),
    tip_minor bigint not null default 0 check (tip_minor >= 0),
    currency text not null,
    reference text not null,
    capture text not null check (capture in ('automatic', 'manual')),
    tip jsonb not null,
    asked_hand text,
    hovers_left integer not null check (hovers_left >= 0),
    last_guidance jsonb not null default '[]',
    capture_id text,
    palm_captured_at timestamptz,
    shopper_id text,
    instrument_id text,
    card_brand text,
    card_last4 text,
    processor text,
    charge_ref text,
    authorised_minor bigint not null default 0,
    captured_minor bigint not null default 0,
    refunded_minor bigint not null default 0,
    cancel_requested text,
    capturable_until timestamptz,
    authorising_at timestamptz,
    receipt_id text,
    created_at timestamptz not null,
    deadline_at timestamptz not null,
    ended_at timestamptz,
    check (captured_minor between 0 and authorised_minor),
    check (refunded_minor between 0 and captured_minor),
    check (authorised_minor = 0 or authorised_minor = amount_minor + tip_minor)
  )`,
  // One active payment a terminal, even when two tills ask at the same moment.
  `create unique index payment_one_active on payment (terminal_id)
    where state in ('created', 'presented', 'palm_captured', 'identified', 'authorising')`,
  `create index payment_by_reference on payment (shop_id, reference, created_at desc)`,
  `create index payment_by_shopper on payment (shopper_id) where shopper_id is not null`,
  `create index payment_unsettled on payment (state)
    where state in ('created', 'presented', 'palm_captured', 'identified', 'authorising', 'unknown')`,

  // Every request that may move money, written before it leaves. The key is what the processor knows it by.
  `create table payment_operation (
    id text primary key,
    payment_id text not null references payment (id),
    kind text not null check (kind in ('authorise', 'capture', 'void', 'refund')),
    processor_key text not null unique,
    amount_minor bigint not null check (amount_minor > 0),
    state text not null check (state in ('intended', 'pending', 'succeeded', 'failed')),
    reason text,
    note text,
    processor_ref text,
    created_at timestamptz not null,
    asked_at timestamptz not null,
    settled_at timestamptz,
    recheck_at timestamptz,
    rechecks integer not null default 0
  )`,
  `create index payment_operation_of on payment_operation (payment_id, created_at)`,
  `create index payment_operation_open on payment_operation (asked_at) where state in ('intended', 'pending')`,
  `create index payment_operation_recheck on payment_operation (recheck_at) where recheck_at is not null`,
  // At most one charge and one capture that did not fail; a void may be tried again.
  `create unique index payment_operation_once on payment_operation (payment_id, kind)
    where kind in ('authorise', 'capture', 'void') and state <> 'failed'`,

  // Kept for good: a key is never free again.
  `create table payment_idempotency (
    device_id text not null,
    key text not null,
    request_sha256 bytea not null,
    payment_id text,
    reply jsonb,
    created_at timestamptz not null,
    primary key (device_id, key)
  )`,

  `create table payment_spent_assertion (
    nonce text primary key,
    payment_id text not null references payment (id),
    spent_at timestamptz not null
  )`,

  `create table payment_receipt (
    id text primary key,
    payment_id text not null unique references payment (id),
    shop_id text not null,
    number integer not null,
    issued_at timestamptz not null,
    unique (shop_id, number)
  )`,
  `create table payment_receipt_counter (shop_id text primary key, last_number integer not null)`,

  `create function payment_tell() returns trigger language plpgsql as $$
    begin
      perform pg_notify('payment_changed', new.id || ' ' || new.terminal_id || ' ' || new.version);
      return null;
    end $$`,
  `create trigger payment_changed after insert or update on payment for each row execute function payment_tell()`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
