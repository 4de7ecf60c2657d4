import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** What the console adds up: payments by shop and end, and what the ledger settled in a period, of all organisations together. */
export async function up(tx: Tx): Promise<void> {
  await sql`create index payment_ended on payment (shop_id, ended_at) where ended_at is not null`.execute(tx)
  await sql`
    create index ledger_transfer_settled_at on ledger_transfer (settled_at)
     where settled_at is not null and payment_id is not null`.execute(tx)
}
