import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** What a fleet needs: codes on paper, locks against guessing, keys that change, commands, and when a device was not heard of. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    alter table devices
      add column lane_id text,
      add column next_public_key jsonb,
      add column previous_public_key jsonb,
      add column previous_key_until timestamptz,
      add column key_since timestamptz,
      add column paired_at timestamptz,
      add column revoked_by text,
      add column lost_at timestamptz,
      add column lost_note text,
      add column screen_width_px integer,
      add column screen_height_px integer,
      add column settings_wanted text,
      add column settings_running text,
      add column settings_flash text,
      add column last_hover_at timestamptz,
      add column hovers_day integer not null default 0,
      add column refused_day integer not null default 0,
      add column failure_rate double precision generated always as
        (case when hovers_day > 0 then refused_day::double precision / hovers_day end) stored`.execute(tx)
  await sql`create index devices_organisation on devices (organisation_id, shop_id)`.execute(tx)
  await sql`create index devices_revoked on devices (revoked_at) where revoked_at is not null`.execute(tx)
  await sql`
    alter table device_pairings
      add column made_for text not null default 'now' check (made_for in ('now', 'sheet')),
      add column made_at timestamptz not null default now(),
      add column made_by text,
      add column revoked_at timestamptz`.execute(tx)
  await sql`create index device_pairings_device on device_pairings (device_id) where device_id is not null`.execute(tx)
  await sql`
    create table device_pairing_guesses (who text not null, at timestamptz not null)`.execute(tx)
  await sql`create index device_pairing_guesses_at on device_pairing_guesses (at)`.execute(tx)
  await sql`
    create table device_pairing_locks (
      scope text primary key,
      guesses integer not null,
      locked_at timestamptz not null,
      until timestamptz not null
    )`.execute(tx)
  await sql`
    create table device_outages (
      device_id text not null references devices (id),
      from_at timestamptz not null,
      until_at timestamptz not null,
      primary key (device_id, from_at)
    )`.execute(tx)
  await sql`create index device_outages_until on device_outages (until_at)`.execute(tx)
  await sql`
    create table device_commands (
      id text primary key,
      device_id text not null references devices (id),
      kind text not null check (kind in ('restart')),
      asked_at timestamptz not null,
      asked_by text,
      expires_at timestamptz not null,
      fetched_at timestamptz,
      done_at timestamptz
    )`.execute(tx)
  await sql`create index device_commands_open on device_commands (device_id) where done_at is null`.execute(tx)
}
