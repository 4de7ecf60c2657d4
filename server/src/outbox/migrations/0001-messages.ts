import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

export async function up(tx: Tx): Promise<void> {
  await sql`
    create table outbox_messages (
      id bigint generated always as identity primary key,
      topic text not null,
      payload jsonb not null,
      attempts integer not null default 0,
      due_at timestamptz not null default now(),
      delivered_at timestamptz,
      failed_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(tx)
  await sql`
    create index outbox_messages_due on outbox_messages (due_at)
    where delivered_at is null and failed_at is null`.execute(tx)
}
