import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Where a shop stands, degrees (WGS 84). Both or neither. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    alter table shops
      add column latitude_deg double precision check (latitude_deg between -90 and 90),
      add column longitude_deg double precision check (longitude_deg between -180 and 180),
      add constraint shops_place check ((latitude_deg is null) = (longitude_deg is null))`.execute(tx)
}
