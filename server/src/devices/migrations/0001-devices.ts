import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

export async function up(tx: Tx): Promise<void> {
  await sql`
    create table devices (
      id text primary key,
      kind text not null check (kind in ('kiosk', 'terminal', 'register')),
      name text not null,
      shop_id text not null,
      organisation_id text not null,
      terminal_id text references devices (id),
      state text not null check (state in ('unpaired', 'paired', 'revoked')),
      public_key jsonb,
      last_seen_at timestamptz,
      app_version text,
      camera text,
      clock_skew_ms integer,
      created_at timestamptz not null default now(),
      revoked_at timestamptz,
      check (state <> 'paired' or public_key is not null)
    )`.execute(tx)
  await sql`
    create table device_pairings (
      id text primary key,
      code_hmac text not null unique,
      device_id text references devices (id),
      kind text not null,
      public_key jsonb,
      expires_at timestamptz not null,
      used_at timestamptz
    )`.execute(tx)
  await sql`
    create table device_nonces (
      device_id text not null,
      nonce text not null,
      expires_at timestamptz not null,
      primary key (device_id, nonce)
    )`.execute(tx)
  await sql`create index device_nonces_expiry on device_nonces (expires_at)`.execute(tx)
}
