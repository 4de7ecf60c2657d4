import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** The safe default holds for organisations that were there before, too. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    alter table organisations
      add column flash text not null default 'required' check (flash in ('required', 'when_dim', 'off'))`.execute(tx)
}
