import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/**
 * The list of payments of the console: the newest of all, of an organisation, or of a shop, in the very order that pages are cut by
 * (`list-page.ts`), and what people search by.
 */
const STATEMENTS = [
  `create index payment_newest on payment ((coalesce(created_at, '-infinity'::timestamptz)), id)`,
  `create index payment_newest_of on payment (organisation_id, (coalesce(created_at, '-infinity'::timestamptz)), id)`,
  `create index payment_newest_at on payment (shop_id, (coalesce(created_at, '-infinity'::timestamptz)), id)`,
  `create index payment_by_card_end on payment (organisation_id, card_last4, created_at) where card_last4 is not null`,
  `create index payment_by_till_number on payment (reference text_pattern_ops)`,
  `create index payment_receipt_by_number on payment_receipt (number)`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
