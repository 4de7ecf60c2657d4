import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table webhook_endpoint (
    id text primary key,
    organisation_id text not null,
    url text not null,
    description text not null,
    -- Empty: everything.
    events text[] not null,
    state text not null check (state in ('enabled', 'disabled')),
    disabled_reason text check (disabled_reason in ('operator', 'failing', 'gone')),
    disabled_at timestamptz,
    failing_since timestamptz,
    last_success_at timestamptz,
    -- Sealed to the row.
    secret bytea not null,
    secret_since timestamptz not null,
    old_secret bytea,
    old_secret_until timestamptz,
    created_at timestamptz not null,
    deleted_at timestamptz,
    check ((state = 'disabled') = (disabled_reason is not null) and (state = 'disabled') = (disabled_at is not null)),
    check ((old_secret is null) = (old_secret_until is null))
  )`,
  `create index webhook_endpoint_of on webhook_endpoint (organisation_id) where deleted_at is null`,

  // The body is made once: every attempt at every endpoint, and every replay, sends the same bytes.
  `create table webhook_event (
    id text primary key,
    organisation_id text not null,
    type text not null,
    -- What it was made of: a message that is handed over twice makes one event.
    source_key text not null unique,
    body text not null,
    occurred_at timestamptz not null,
    created_at timestamptz not null
  )`,
  `create index webhook_event_of on webhook_event (organisation_id, id)`,
  `create index webhook_event_at on webhook_event (organisation_id, created_at)`,

  `create table webhook_delivery (
    id text primary key,
    event_id text not null references webhook_event (id) on delete cascade,
    endpoint_id text not null references webhook_endpoint (id),
    state text not null check (state in ('pending', 'delivered', 'failed', 'dropped')),
    -- Of this round; a replay begins a new one.
    attempts integer not null,
    -- Not before this time; also the end of a worker's lease.
    due_at timestamptz not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    unique (event_id, endpoint_id)
  )`,
  `create index webhook_delivery_due on webhook_delivery (endpoint_id, due_at) where state = 'pending'`,
  `create index webhook_delivery_of on webhook_delivery (endpoint_id, id)`,

  `create table webhook_attempt (
    id bigint generated always as identity primary key,
    delivery_id text not null references webhook_delivery (id) on delete cascade,
    at timestamptz not null,
    ms integer not null,
    status integer,
    fault text,
    reply_start text not null
  )`,
  `create index webhook_attempt_of on webhook_attempt (delivery_id, id)`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
