import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Whether a device has a screen that lights the hand, and a policy of its own; null follows the organisation. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    alter table devices
      add column screen text not null default 'lights' check (screen in ('lights', 'none')),
      add column flash text check (flash in ('required', 'when_dim', 'off'))`.execute(tx)
}
