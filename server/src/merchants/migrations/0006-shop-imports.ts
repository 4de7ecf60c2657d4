import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Lists of shops: each row as it was read, what it would change, and what was there before. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    create table shop_imports (
      id text primary key,
      organisation_id text not null references organisations (id),
      file_name text not null,
      file_sha256 text not null,
      size_bytes integer not null,
      state text not null check (state in ('checking', 'checked', 'unreadable', 'applying', 'applied', 'undone')),
      problem text,
      problem_hint text,
      encoding text,
      separator text,
      ignored_columns text[] not null default '{}',
      rows_read integer not null default 0,
      rows_checked integer not null default 0,
      count_new integer not null default 0,
      count_change integer not null default 0,
      count_same integer not null default 0,
      count_error integer not null default 0,
      created_at timestamptz not null,
      created_by text,
      worked_at timestamptz not null,
      applied_at timestamptz,
      applied_by text,
      undone_at timestamptz,
      undone_by text
    )`.execute(tx)
  await sql`create index shop_imports_organisation on shop_imports (organisation_id, created_at)`.execute(tx)
  await sql`
    create table shop_import_rows (
      id text generated always as (import_id || ':' || lpad(row::text, 7, '0')) stored,
      import_id text not null references shop_imports (id) on delete cascade,
      row integer not null,
      outcome text not null check (outcome in ('error', 'new', 'change', 'same')),
      number text,
      name text,
      town text,
      shop_id text,
      wanted jsonb,
      before jsonb,
      problems jsonb not null,
      applied boolean not null default false,
      primary key (import_id, row)
    )`.execute(tx)
  await sql`create index shop_import_rows_outcome on shop_import_rows (import_id, outcome, row)`.execute(tx)
}
