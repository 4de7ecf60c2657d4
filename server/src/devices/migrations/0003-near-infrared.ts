import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Whether a device has a near-infrared sensor beside its camera, as the operator says. */
export async function up(tx: Tx): Promise<void> {
  await sql`alter table devices add column near_infrared boolean not null default false`.execute(tx)
}
