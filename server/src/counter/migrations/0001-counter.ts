import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table counter_shop (
    shop_id text primary key,
    tax_mode text not null check (tax_mode in ('inclusive', 'exclusive'))
  )`,
  `create table counter_item (
    shop_id text not null,
    id text not null,
    place bigint generated always as identity,
    name text not null,
    names jsonb,
    price_minor bigint not null check (price_minor > 0),
    tax_basis_points integer not null check (tax_basis_points between 0 and 10000),
    picture text not null,
    barcode text,
    changed_by text,
    changed_at timestamptz not null,
    primary key (shop_id, id),
    constraint counter_item_barcode unique (shop_id, barcode)
  )`,
  // What was sold is written once and stays as it was sold, whatever becomes of the catalogue.
  `create table counter_ticket (
    shop_id text not null,
    reference text not null,
    body jsonb not null,
    written_by text not null,
    created_at timestamptz not null,
    primary key (shop_id, reference)
  )`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
