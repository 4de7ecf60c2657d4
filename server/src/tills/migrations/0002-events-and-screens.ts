import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `alter table nexo_key add column events_url text, add column events_login bytea`,
  `alter table nexo_event
    add column push_state text not null default 'none' check (push_state in ('none', 'pending', 'delivered', 'failed')),
    add column push_attempts integer not null default 0,
    add column push_due_at timestamptz,
    add column push_status integer,
    add column push_fault text`,
  `create index nexo_event_push on nexo_event (push_due_at) where push_state = 'pending'`,
  // What a till last put on the screen of a terminal, and what became of it. One a terminal.
  `create table nexo_screen (
    terminal_id text primary key,
    id text not null,
    sale_id text not null,
    service_id text not null,
    screen jsonb not null,
    until timestamptz,
    answer jsonb,
    shown_at timestamptz,
    created_at timestamptz not null
  )`,
  // How a terminal was when tills were last told of it.
  `create table nexo_terminal (
    terminal_id text primary key,
    condition text not null check (condition in ('online', 'offline', 'revoked'))
  )`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
