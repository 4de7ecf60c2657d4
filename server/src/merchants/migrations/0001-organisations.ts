import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

export async function up(tx: Tx): Promise<void> {
  await sql`
    create table organisations (
      id text primary key,
      name text not null,
      created_at timestamptz not null default now()
    )`.execute(tx)
  await sql`
    create table shops (
      id text primary key,
      organisation_id text not null references organisations (id),
      name text not null,
      currency text not null,
      languages text[] not null,
      country text not null check (country ~ '^[A-Z]{2}$'),
      created_at timestamptz not null default now()
    )`.execute(tx)
}
