import { type QueryExecutorProvider, sql } from 'kysely'
import { withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { type Book, settleTransfer } from '../ledger/store.ts'
import { publish } from '../published.ts'
import type { SettlementParts } from './parts.ts'

export type Payout = Book & {
  id: string
  batchId: string
  day: string
  amountMinor: bigint
  state: 'in_transit' | 'paid' | 'returned'
  note: string | null
  createdAt: Date
  endedAt: Date | null
}

const COLUMNS = sql`p.id, p.batch_id as "batchId", b.day::text as day, p.organisation_id as "organisationId", p.currency,
  p.amount_minor as "amountMinor", p.state, p.note, p.created_at as "createdAt", p.ended_at as "endedAt"`

/** Payouts in this state, or all, newest first. */
export const listPayouts = async (
  db: QueryExecutorProvider,
  filter: { state?: Payout['state'] | undefined; organisationId?: string | undefined },
): Promise<Payout[]> =>
  (
    await sql<Payout>`
      select ${COLUMNS} from settlement_payout p join settlement_batch b on b.id = p.batch_id
       where (${filter.state ?? null}::text is null or p.state = ${filter.state ?? null})
         and (${filter.organisationId ?? null}::text is null or p.organisation_id = ${filter.organisationId ?? null})
       order by p.created_at desc, p.id desc limit 1000`.execute(db)
  ).rows

/** Throws `not_found`. */
export async function findPayout(db: QueryExecutorProvider, id: string): Promise<Payout> {
  const { rows } = await sql<Payout>`
    select ${COLUMNS} from settlement_payout p join settlement_batch b on b.id = p.batch_id where p.id = ${id}`.execute(
    db,
  )
  if (rows[0] === undefined) throw new Failure('not_found')
  return rows[0]
}

/**
 * What became of a payout at the bank: paid, and the processor owes that much less; or returned, and it is the merchant's again and part
 * of the next payout. Saying the same twice changes nothing. Throws `not_found`, `settlement_state` when it ended otherwise.
 */
export function endPayout(
  parts: SettlementParts,
  id: string,
  end: { outcome: 'paid' | 'returned'; note: string | null },
): Promise<Payout> {
  return withTransaction(parts.db, async (tx) => {
    const now = new Date(parts.clock.nowMs())
    const { rows } = await sql<Payout>`
      select ${COLUMNS} from settlement_payout p join settlement_batch b on b.id = p.batch_id
       where p.id = ${id} for update of p`.execute(tx)
    const payout = rows[0]
    if (payout === undefined) throw new Failure('not_found')
    if (payout.state === end.outcome) return payout
    if (payout.state !== 'in_transit') {
      throw new Failure('settlement_state', { detail: `This payout was ${payout.state} before.` })
    }
    await settleTransfer(tx, id, { kind: end.outcome === 'paid' ? 'post' : 'void' }, now)
    await sql`
      update settlement_payout set state = ${end.outcome}, note = ${end.note}, ended_at = ${now} where id = ${id}`.execute(
      tx,
    )
    const { organisationId, currency } = payout
    await parts.audit.append(tx, `settlement.payout_${end.outcome}`, {
      payoutId: id,
      organisationId,
      currency,
      amountMinor: Number(payout.amountMinor),
    })
    await publish(tx, { type: `payout.${end.outcome}`, organisationId, at: now, payoutId: id })
    return { ...payout, state: end.outcome, note: end.note, endedAt: now }
  })
}
