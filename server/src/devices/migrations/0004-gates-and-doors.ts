import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Lanes of checkout-free shops and doors are devices, too. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    alter table devices
      drop constraint devices_kind_check,
      add constraint devices_kind_check check (kind in ('kiosk', 'terminal', 'register', 'gate', 'door'))`.execute(tx)
}
