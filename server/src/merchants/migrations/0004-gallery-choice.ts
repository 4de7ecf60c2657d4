import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Whether an organisation's terminals look for hands in the network's gallery besides its own: by agreement, never by default. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    alter table organisations
      add column gallery text not null default 'own' check (gallery in ('own', 'network')),
      add column gallery_agreed_at timestamptz`.execute(tx)
}
