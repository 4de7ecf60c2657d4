import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/**
 * Palms lie in galleries: each organisation's own, or the network's. Those that were there belong to the organisation of the shop where
 * they were registered, and are still turned and wrapped by the installation's key until the renewal has passed over them. What no
 * registration says anything of is in a gallery that nobody searches.
 */
export async function up(tx: Tx): Promise<void> {
  await sql`alter table shopper_keys add column keyed_by text not null default 'installation'`.execute(tx)
  await sql`alter table shopper_keys alter column keyed_by drop default`.execute(tx)
  await sql`alter table palms add column gallery_id text, add column organisation_id text`.execute(tx)
  await sql`
    update palms set gallery_id = coalesce(e.organisation_id, 'unclaimed'), organisation_id = e.organisation_id
      from palms p left join enrolments e on e.shopper_id = p.shopper_id where p.id = palms.id`.execute(tx)
  await sql`alter table palms alter column gallery_id set not null`.execute(tx)
  await sql`create index palms_gallery on palms (gallery_id)`.execute(tx)
  await sql`
    alter table enrolments
      add column keyed_by text not null default 'installation',
      add column network_agreed boolean not null default false`.execute(tx)
  await sql`alter table enrolments alter column keyed_by drop default`.execute(tx)
}
