import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** The network is a purpose of its own: given, taken back and given again, each time with a record of its own. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    alter table consents
      drop constraint consents_kind_check,
      drop constraint consents_enrolment_id_kind_key,
      add constraint consents_kind_check check (kind in ('consent', 'terms', 'network'))`.execute(tx)
  await sql`create unique index consents_once on consents (enrolment_id, kind) where kind <> 'network'`.execute(tx)
  await sql`
    create unique index consents_network_once on consents (enrolment_id) where kind = 'network' and withdrawn_at is null`.execute(
    tx,
  )
}
