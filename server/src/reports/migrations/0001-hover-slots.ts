import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  // Place by place; where one is shorter (made before a step was added), the rest of it counts as zero.
  `create function report_add(a bigint[], b bigint[]) returns bigint[] language sql immutable parallel safe as $$
    select array_agg(coalesce(x, 0) + coalesce(y, 0) order by place) from unnest(a, b) with ordinality t (x, y, place)
  $$`,

  // A quarter of an hour of a device: every time zone there is begins its days at one. Nobody's hand, no single hover.
  `create table report_slot (
    device_id text not null,
    shop_id text not null,
    organisation_id text not null,
    slot timestamptz not null check (extract(epoch from slot)::bigint % 900 = 0),
    outcomes bigint[] not null,
    refused_then_identified bigint not null,
    steps bigint[] not null,
    total_ms bigint[] not null,
    open_ms bigint[] not null,
    analyse_ms bigint[] not null,
    search_ms bigint[] not null,
    authorise_ms bigint[] not null,
    primary key (device_id, slot, shop_id)
  )`,
  `create index report_slot_of_shop on report_slot (shop_id, slot)`,

  `create table report_similarity (
    device_id text not null,
    shop_id text not null,
    organisation_id text not null,
    model text not null,
    week date not null check (extract(isodow from week) = 1),
    buckets bigint[] not null,
    primary key (device_id, week, model, shop_id)
  )`,
  `create index report_similarity_of_shop on report_similarity (shop_id, week)`,

  `create table report_node (
    id text primary key,
    version text not null,
    started_at timestamptz not null,
    seen_at timestamptz not null,
    state jsonb not null
  )`,

  // Whose an entry of the audit log is, and which identifiers it names. The log itself stays as it was hashed.
  `create table report_audit_index (
    sequence bigint primary key,
    organisation_id text,
    event text not null,
    ids text[] not null
  )`,
  `create index report_audit_of_organisation on report_audit_index (organisation_id, sequence)`,
  `create index report_audit_of_event on report_audit_index (event, sequence)`,
  `create index report_audit_names on report_audit_index using gin (ids)`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
