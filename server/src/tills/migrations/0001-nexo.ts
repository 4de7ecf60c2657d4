import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table nexo_key (
    id text primary key,
    register_id text not null,
    shop_id text not null,
    organisation_id text not null,
    sale_id text,
    api_key_hmac bytea not null unique,
    key_identifier text not null,
    key_version integer not null,
    key_material bytea not null,
    issued_by text not null check (issued_by in ('operator', 'register')),
    created_at timestamptz not null,
    revoked_at timestamptz
  )`,
  // The trailer of an encrypted message names identifier and version; the terminal it is for says the shop.
  `create unique index nexo_key_identifier on nexo_key (shop_id, key_identifier, key_version) where revoked_at is null`,
  `create index nexo_key_register on nexo_key (register_id)`,
  `create table nexo_exchange (
    id text primary key,
    key_id text not null references nexo_key (id),
    register_id text not null,
    shop_id text not null,
    organisation_id text not null,
    terminal_id text not null,
    sale_id text not null,
    poi_id text not null,
    service_id text not null,
    category text not null check (category in ('Payment', 'Reversal')),
    style text not null check (style in ('sync', 'async', 'local')),
    request_sha256 bytea not null,
    nonce bytea,
    idempotency_key text not null,
    facts jsonb not null,
    payment_id text,
    received_at timestamptz not null,
    answer jsonb,
    answered_at timestamptz
  )`,
  // The day is part of the key: a till may count its ServiceIDs anew after two days.
  `create unique index nexo_exchange_idempotency on nexo_exchange (register_id, idempotency_key)`,
  `create unique index nexo_exchange_nonce on nexo_exchange (key_id, nonce) where nonce is not null`,
  `create index nexo_exchange_service on nexo_exchange (shop_id, terminal_id, sale_id, service_id, received_at)`,
  `create index nexo_exchange_sale on nexo_exchange (shop_id, terminal_id, sale_id, received_at)`,
  `create index nexo_exchange_open on nexo_exchange (received_at) where answer is null`,
  `create table nexo_event (
    id bigint generated always as identity primary key,
    key_id text not null references nexo_key (id),
    body jsonb not null,
    created_at timestamptz not null
  )`,
  `create index nexo_event_key on nexo_event (key_id, id)`,
  `create table nexo_reservation (
    terminal_id text primary key,
    key_id text not null references nexo_key (id),
    sale_id text not null,
    until timestamptz not null
  )`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
