import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Messages of processors that were taken, so that each is acted on once however often it is sent. What it said is not kept. */
export async function up(tx: Tx): Promise<void> {
  await sql`create table payment_processor_event (
    processor text not null,
    event_id text not null,
    type text not null,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    primary key (processor, event_id)
  )`.execute(tx)
  await sql`create index payment_processor_event_old on payment_processor_event (received_at)`.execute(tx)
}
