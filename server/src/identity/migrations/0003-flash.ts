import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** What a challenge asked for stands beside it: the colours it drew, and what becomes of a hand that they were not seen on. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    alter table captures
      add column flash text[],
      add column unlit text not null check (unlit in ('refused', 'both_palms', 'one_palm')) default 'refused'`.execute(
    tx,
  )
}
