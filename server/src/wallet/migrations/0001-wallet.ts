import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table wallet_setup (
    setup_id text primary key,
    enrolment_id text not null,
    processor text not null,
    token text,
    brand text,
    last4 text check (last4 ~ '^[0-9]{4}$'),
    created_at timestamptz not null,
    confirmed_at timestamptz
  )`,
  `create index wallet_setup_of on wallet_setup (enrolment_id)`,
  `create table wallet_instrument (
    id text primary key,
    shopper_id text not null,
    processor text not null,
    token text not null,
    brand text not null,
    last4 text not null check (last4 ~ '^[0-9]{4}$'),
    is_default boolean not null,
    created_at timestamptz not null
  )`,
  `create unique index wallet_one_default on wallet_instrument (shopper_id) where is_default`,
  `create table wallet_erased (shopper_id text primary key, erased_at timestamptz not null)`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
