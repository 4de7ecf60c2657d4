import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/**
 * A refund that failed after it had been posted comes back as an adjustment named after it: on the side of our books too, both stand
 * under the refund, as they do in the list of the processor.
 */
export async function up(tx: Tx): Promise<void> {
  await sql`create or replace view settlement_ours as
    select t.organisation_id, t.currency,
           case t.kind when 'merchant_adjustment' then regexp_replace(t.id, ':failed$', '') else t.id end as key,
           t.payment_id, e.amount_minor, j.created_at as at,
           case t.kind when 'charge' then 'capture' when 'refund' then 'refund' when 'merchant_adjustment' then 'refund'
                else case when e.amount_minor < 0 then 'dispute' else 'dispute_returned' end end as kind
      from ledger_entry e
      join ledger_account a on a.id = e.account_id and a.kind = 'processor_receivable'
      join ledger_journal j on j.id = e.journal_id
      join ledger_transfer t on t.id = j.transfer_id
       and (t.kind in ('charge', 'refund', 'dispute') or t.kind = 'merchant_adjustment' and t.id like '%:failed')`.execute(
    tx,
  )
}
