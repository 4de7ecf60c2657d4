import { type QueryExecutorProvider, sql } from 'kysely'
import { Failure } from '../../failure.ts'
import type { Book } from '../ledger/store.ts'
import type { Batch } from './batch.ts'
import { pairs, statusOf } from './differences.ts'

const BATCH_COLUMNS = sql`id, organisation_id as "organisationId", currency, sequence, day::text as day, starts_at as "startsAt",
  ends_at as "endsAt", carried_minor as "carriedMinor", captured_minor as "capturedMinor", captures, refunded_minor as "refundedMinor",
  refunds, disputed_minor as "disputedMinor", disputes, returned_minor as "returnedMinor", adjusted_minor as "adjustedMinor",
  processor_fee_minor as "processorFeeMinor", platform_fee_minor as "platformFeeMinor", reserved_minor as "reservedMinor",
  released_minor as "releasedMinor", held_back_minor as "heldBackMinor", payout_minor as "payoutMinor",
  payout_stopped as "payoutStopped", closing_minor as "closingMinor", made_at as "madeAt"`

/** Batches of [from, to] (dates), newest first. */
export const listBatches = async (
  db: QueryExecutorProvider,
  filter: { organisationId?: string | undefined; from?: string | undefined; to?: string | undefined },
): Promise<Batch[]> =>
  (
    await sql<Batch>`
      select ${BATCH_COLUMNS} from settlement_batch
       where (${filter.organisationId ?? null}::text is null or organisation_id = ${filter.organisationId ?? null})
         and day between ${filter.from ?? '0001-01-01'}::date and ${filter.to ?? '9999-12-31'}::date
       order by day desc, organisation_id, currency limit 400`.execute(db)
  ).rows

/** Throws `not_found`. */
export async function findBatch(db: QueryExecutorProvider, id: string): Promise<Batch> {
  const { rows } = await sql<Batch>`select ${BATCH_COLUMNS} from settlement_batch where id = ${id}`.execute(db)
  if (rows[0] === undefined) throw new Failure('not_found')
  return rows[0]
}

/** One thing that moved the merchant's balance on the day of a batch. */
export type Movement = {
  at: Date
  kind: string
  transferId: string
  paymentId: string | null
  reference: string | null
  amountMinor: bigint
}
/** A line of the processor whose fee went into a batch. */
export type FeeOfLine = {
  at: Date
  processor: string
  kind: string
  key: string
  amountMinor: bigint
  processorFeeMinor: bigint
  platformFeeMinor: bigint
  processorBatch: string
}

/** What a movement is called, by its kind and step. */
const NAMED = sql`
  case t.kind when 'charge' then 'capture'
              when 'refund' then case j.kind when 'void' then 'refund_failed' else 'refund' end
              when 'dispute' then case j.kind when 'hold' then 'dispute' else 'dispute_returned' end
              when 'payout' then 'payout_returned' else 'adjustment' end`

export async function linesOfBatch(
  db: QueryExecutorProvider,
  batch: Batch,
  limit: number,
): Promise<{ movements: Movement[]; fees: FeeOfLine[] }> {
  const { rows: movements } = await sql<Movement>`
    select j.created_at as at, ${NAMED} as kind, t.id as "transferId", t.payment_id as "paymentId", p.reference,
           (-e.amount_minor)::bigint as "amountMinor"
      from ledger_account a join ledger_entry e on e.account_id = a.id join ledger_journal j on j.id = e.journal_id
      join ledger_transfer t on t.id = j.transfer_id left join payment p on p.id = t.payment_id
     where a.organisation_id = ${batch.organisationId} and a.currency = ${batch.currency} and a.kind = 'merchant_payable'
       and j.created_at >= ${batch.startsAt} and j.created_at < ${batch.endsAt}
       and (t.kind in ('charge', 'refund', 'dispute', 'merchant_adjustment') or t.kind = 'payout' and j.kind = 'void')
     order by j.created_at, e.id limit ${limit}`.execute(db)
  const { rows: fees } = await sql<FeeOfLine>`
    select at, processor, kind, key, amount_minor as "amountMinor", fee_minor as "processorFeeMinor",
           platform_fee_minor as "platformFeeMinor", batch_ref as "processorBatch"
      from settlement_line where batch_id = ${batch.id} order by at, kind, key limit ${limit}`.execute(db)
  return { movements, fees }
}

export type ReconciledRow = {
  status: string
  kind: string
  key: string
  currency: string
  paymentId: string | null
  oursMinor: bigint | null
  theirsMinor: bigint | null
  ourAt: Date | null
  theirAt: Date | null
  processor: string | null
  processorBatch: string | null
}

/** Our movements of one closed day beside the processor's, in one currency. Throws `not_found` while the day is not closed. */
export async function reconcileDay(
  db: QueryExecutorProvider,
  book: Book,
  day: string,
  now: Date,
): Promise<{ rows: ReconciledRow[]; startsAt: Date; endsAt: Date }> {
  const closed = await sql<{ startsAt: Date; endsAt: Date }>`
    select starts_at as "startsAt", ends_at as "endsAt" from ledger_closed_day
     where organisation_id = ${book.organisationId} and currency = ${book.currency} and day = ${day}::date`.execute(db)
  const window = closed.rows[0]
  if (window === undefined) throw new Failure('not_found', { detail: 'This day is not closed yet.' })
  const since = new Date(window.startsAt.getTime() - 7 * 86_400_000)
  const { rows } = await sql<ReconciledRow>`
    select ${statusOf(now)} as status, p.kind, p.key, p.currency, p.payment_id as "paymentId", p.ours as "oursMinor",
           p.theirs as "theirsMinor", p.our_at as "ourAt", p.their_at as "theirAt", p.processor, p.batch_ref as "processorBatch"
      from (${pairs(since)}) p
     where (p.organisation_id = ${book.organisationId} or p.organisation_id is null) and p.currency = ${book.currency}
       and coalesce(p.our_at, p.their_at) >= ${window.startsAt} and coalesce(p.our_at, p.their_at) < ${window.endsAt}
     order by coalesce(p.our_at, p.their_at), p.kind, p.key`.execute(db)
  return { rows, ...window }
}
