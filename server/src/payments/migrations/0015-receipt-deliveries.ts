import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Receipts on their way to somebody. An address lies here sealed, and only until it is sent, refused or given up. */
export async function up(tx: Tx): Promise<void> {
  await sql`create table payment_receipt_delivery (
    id text primary key,
    payment_id text not null references payment (id),
    kind text not null check (kind in ('mail', 'shopper_phone')),
    language text,
    recipient_hmac text,
    address_sealed bytea,
    state text not null default 'queued' check (state in ('queued', 'sent', 'refused', 'given_up')),
    asked_by text not null,
    created_at timestamptz not null,
    settled_at timestamptz,
    check (state = 'queued' or address_sealed is null),
    check ((state = 'queued') = (settled_at is null))
  )`.execute(tx)
  await sql`create index payment_receipt_delivery_payment on payment_receipt_delivery (payment_id, created_at)`.execute(
    tx,
  )
  await sql`create index payment_receipt_delivery_recipient on payment_receipt_delivery (recipient_hmac, created_at)
    where recipient_hmac is not null`.execute(tx)
}
