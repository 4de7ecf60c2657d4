import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table admission_zone (
    id text primary key,
    organisation_id text not null,
    shop_id text not null,
    name text not null,
    admits text not null check (admits in ('anyone', 'granted', 'ticket')),
    windows jsonb not null default '[]',
    again_after_minutes integer check (again_after_minutes >= 0),
    created_at timestamptz not null,
    removed_at timestamptz
  )`,
  `create index admission_zone_of on admission_zone (organisation_id, shop_id)`,
  `create table admission_door (
    device_id text primary key,
    zone_id text not null references admission_zone (id),
    direction text not null check (direction in ('in', 'out'))
  )`,
  `create table admission_grant (
    zone_id text not null references admission_zone (id),
    shopper_ref text not null,
    label text not null,
    valid_from timestamptz,
    valid_to timestamptz,
    created_at timestamptz not null,
    primary key (zone_id, shopper_ref)
  )`,
  `create table admission_ticket (
    id text primary key,
    organisation_id text not null,
    zone_id text not null references admission_zone (id),
    reference text not null,
    valid_from timestamptz not null,
    valid_to timestamptz not null,
    admits integer not null check (admits > 0),
    used integer not null default 0,
    shopper_ref text,
    cancelled_at timestamptz,
    created_at timestamptz not null,
    unique (organisation_id, reference),
    check (used between 0 and admits)
  )`,
  `create index admission_ticket_who on admission_ticket (zone_id, shopper_ref)`,
  `create table admission_presence (
    zone_id text not null references admission_zone (id),
    shopper_ref text not null,
    since timestamptz not null,
    primary key (zone_id, shopper_ref)
  )`,
  `create table admission_event (
    id text primary key,
    organisation_id text not null,
    shop_id text not null,
    zone_id text references admission_zone (id),
    device_id text not null,
    direction text not null check (direction in ('in', 'out')),
    outcome text not null check (outcome in ('granted', 'denied')),
    reason text,
    shopper_ref text,
    ticket_id text references admission_ticket (id),
    capture_id text unique,
    at timestamptz not null,
    check ((outcome = 'denied') = (reason is not null))
  )`,
  `create index admission_event_of on admission_event (organisation_id, at desc)`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
