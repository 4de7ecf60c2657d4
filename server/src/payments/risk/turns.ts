import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/**
 * Waits for its turn and keeps it until the transaction ends; taken twice by one transaction it is one. Always the shopper first, then
 * the merchant. 0x4c494d54: "LIMT".
 */
export const lockFor = (tx: Tx, whom: string) =>
  sql`select pg_advisory_xact_lock(x'4c494d54'::int, hashtext(${whom}))`.execute(tx)
