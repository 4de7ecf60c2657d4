import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** A NOTIFY makes the commits of all transactions with one wait for each other, down to the disk: told after the commit now. */
export async function up(tx: Tx): Promise<void> {
  await sql`drop trigger payment_changed on payment`.execute(tx)
  await sql`drop function payment_tell`.execute(tx)
}
