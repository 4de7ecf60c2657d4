import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Which processor an organisation uses. `owner`: `platform`, or an organisation. Keys lie sealed; of each the last four stand beside. */
export async function up(tx: Tx): Promise<void> {
  await sql`create table payment_processor_account (
    owner text primary key,
    processor text not null check (processor in ('stripe')),
    sealed_keys bytea,
    key_hints jsonb,
    merchant_ref text,
    charges text not null check (charges in ('direct', 'destination')),
    initiator text not null check (initiator in ('shopper', 'merchant')),
    acquirer_agreed boolean not null,
    flexible boolean not null,
    card_forms jsonb not null,
    version integer not null default 1,
    updated_at timestamptz not null,
    check ((sealed_keys is null) = (key_hints is null))
  )`.execute(tx)
}
