import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table gate_session (
    id text primary key,
    version integer not null default 1,
    state text not null check (state in
      ('authorising', 'refused', 'inside', 'left', 'finalising', 'settled', 'owing', 'lapsed')),
    reason text,
    gate_id text not null,
    shop_id text not null,
    organisation_id text not null,
    payer text not null check (payer in ('palm', 'card')),
    shopper_ref text,
    group_size integer not null check (group_size > 0),
    currency text not null,
    entry_payment_id text not null,
    hold_minor bigint not null check (hold_minor > 0),
    lines jsonb not null default '[]',
    cart_minor bigint not null default 0 check (cart_minor >= 0),
    next_sequence integer not null default 1,
    gaps jsonb not null default '[]',
    total_minor bigint check (total_minor >= 0),
    paid_minor bigint not null default 0,
    owed_minor bigint not null default 0 check (owed_minor >= 0),
    waived_minor bigint not null default 0 check (waived_minor >= 0),
    round integer not null default 0,
    capture_id text unique,
    working_until timestamptz,
    created_at timestamptz not null,
    entered_at timestamptz,
    left_at timestamptz,
    finalised_at timestamptz,
    expires_at timestamptz not null,
    check ((state = 'refused') = (reason is not null)),
    check (state <> 'owing' or owed_minor > 0)
  )`,
  `create index gate_session_of on gate_session (organisation_id, created_at desc)`,
  `create index gate_session_shop on gate_session (shop_id, created_at desc)`,
  `create index gate_session_who on gate_session (organisation_id, shopper_ref, state) where shopper_ref is not null`,
  `create index gate_session_open on gate_session (state, expires_at)
    where state in ('authorising', 'inside', 'left', 'finalising', 'owing')`,
  `create table gate_taking (
    payment_id text primary key,
    session_id text not null references gate_session (id),
    purpose text not null check (purpose in ('hold', 'later', 'door')),
    amount_minor bigint not null check (amount_minor > 0),
    round integer not null,
    no_raise boolean not null default false,
    whole_only boolean not null default false,
    created_at timestamptz not null
  )`,
  `create index gate_taking_of on gate_taking (session_id, created_at)`,
  `create table gate_cart_event (
    session_id text not null references gate_session (id),
    sequence integer not null check (sequence > 0),
    kind text not null check (kind in ('add', 'remove', 'set')),
    sku text not null,
    name text,
    quantity integer not null check (quantity >= 0),
    unit_minor bigint check (unit_minor >= 0),
    received_at timestamptz not null,
    primary key (session_id, sequence)
  )`,
  // Kept for good: a key is never free again.
  `create table gate_request (
    caller text not null,
    key text not null,
    request_sha256 bytea not null,
    reply jsonb,
    created_at timestamptz not null,
    primary key (caller, key)
  )`,
  `create table gate_rules (
    shop_id text primary key,
    organisation_id text not null,
    hold_minor bigint not null check (hold_minor > 0),
    hold_each_more_minor bigint not null check (hold_each_more_minor >= 0),
    most_in_a_group integer not null,
    cart_within_hours integer not null,
    adjust_within_days integer not null,
    updated_at timestamptz not null
  )`,
  `create table gate_key (
    id text primary key,
    organisation_id text not null,
    shop_id text,
    name text not null,
    secret_hmac text not null unique,
    created_at timestamptz not null,
    revoked_at timestamptz
  )`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
