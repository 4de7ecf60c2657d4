import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Authorisations that nobody captured are few among all that was ever approved, and looked for every second. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    create index payment_lapsing on payment (capturable_until) where state = 'approved' and captured_minor = 0`.execute(
    tx,
  )
}
