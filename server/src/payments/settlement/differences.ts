import { createHash } from 'node:crypto'
import { type QueryExecutorProvider, sql } from 'kysely'
import { withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { newId } from '../../ids.ts'
import { type Book, postTransfer } from '../ledger/store.ts'
import { firstBrokenDay } from '../ledger/trial-balances.ts'
import type { SettlementParts } from './parts.ts'

/** The processor lists a movement within two working days; after that it is missing, and one that comes then is late, ms. */
export const LISTED_WITHIN_MS = 48 * 3_600_000
/** What the processor did for us is in our books within an hour: the reconciler looks for lost charges that long, ms. */
export const WRITTEN_WITHIN_MS = 3_600_000
/** How far back movements are compared, ms. What was missing earlier has been found earlier. */
const LOOK_BACK_MS = 35 * 86_400_000

export const DIFFERENCE_KINDS = [
  'missing_at_processor',
  'missing_with_us',
  'amount_differs',
  'late',
  'line_changed',
  'book_unbalanced',
] as const
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number]

export type Difference = {
  id: string
  kind: DifferenceKind
  lineKind: string
  key: string
  organisationId: string | null
  currency: string
  paymentId: string | null
  oursMinor: bigint | null
  theirsMinor: bigint | null
  detail: string
  foundAt: Date
  resolution: 'explained' | 'merchant' | 'platform' | null
  note: string | null
  resolvedBy: string | null
  resolvedAt: Date | null
}

/** Every movement of ours beside the processor's, one row for what belongs together. `since` bounds both sides. */
export const pairs = (since: Date) => sql`
  select coalesce(o.organisation_id, l.organisation_id) as organisation_id, coalesce(o.currency, l.currency) as currency,
         coalesce(o.kind, l.kind) as kind, coalesce(o.key, l.matched_by) as key, o.payment_id,
         o.amount_minor as ours, l.amount_minor as theirs, o.at as our_at, l.at as their_at, l.fee_minor, l.batch_ref, l.processor
    from (select * from settlement_ours where at >= ${since}) o
    full join (select kind, matched_by, min(organisation_id) as organisation_id, currency, sum(amount_minor)::bigint as amount_minor,
                      sum(fee_minor)::bigint as fee_minor, min(at) as at, min(batch_ref) as batch_ref, min(processor) as processor
                 from settlement_line where at >= ${since} group by kind, matched_by, currency) l
      on l.kind = o.kind and l.matched_by = o.key and l.currency = o.currency`

/**
 * What a pair is, at a moment: `awaited` is not there yet and need not be. A processor may list a refund that it is still working on; one
 * that failed there is listed forth and back, and with us it never was.
 */
export const statusOf = (now: Date) => sql`
  case when p.theirs is null then
         case when p.our_at < ${new Date(now.getTime() - LISTED_WITHIN_MS)} then 'missing_at_processor' else 'awaited' end
       when p.ours is null and p.theirs = 0 then 'matched'
       when p.ours is null then
         case when p.kind = 'refund' and exists (select 1 from ledger_transfer t where t.id = p.key and t.state = 'pending') then 'awaited'
              when p.their_at < ${new Date(now.getTime() - WRITTEN_WITHIN_MS)} then 'missing_with_us' else 'awaited' end
       when p.ours <> p.theirs then 'amount_differs'
       when abs(extract(epoch from p.their_at - p.our_at)) * 1000 > ${LISTED_WITHIN_MS} then 'late'
       else 'matched' end`

/** Compares the books of all organisations with what the processors listed; each thing that does not fit becomes an item, once. */
export async function findDifferences(parts: SettlementParts): Promise<number> {
  const now = new Date(parts.clock.nowMs())
  const since = new Date(now.getTime() - LOOK_BACK_MS)
  // A pair whose other half may lie before the look-back is left alone.
  const from = new Date(since.getTime() + 2 * LISTED_WITHIN_MS)
  const { rows } = await sql<Omit<Difference, 'id'>>`
    select status as kind, p.kind as "lineKind", p.key, p.organisation_id as "organisationId", p.currency,
           p.payment_id as "paymentId", p.ours as "oursMinor", p.theirs as "theirsMinor"
      from (select *, ${statusOf(now)} as status from (${pairs(since)}) p) p
     where status not in ('matched', 'awaited') and coalesce(our_at, their_at) >= ${from}
       and not exists (select 1 from settlement_difference d where d.kind = p.status and d.line_kind = p.kind and d.key = p.key)
     order by coalesce(our_at, their_at), p.key limit 5000`.execute(parts.db)
  let found = 0
  for (const row of rows) {
    const detail = `${row.lineKind}: ours ${row.oursMinor ?? 'none'}, the processor's ${row.theirsMinor ?? 'none'}`
    if (await addDifference(parts, { ...row, detail })) found += 1
  }
  return found
}

async function addDifference(
  parts: SettlementParts,
  item: Pick<Difference, 'kind' | 'lineKind' | 'key' | 'organisationId' | 'currency' | 'detail'> & {
    paymentId?: string | null
    oursMinor?: bigint | null
    theirsMinor?: bigint | null
  },
): Promise<boolean> {
  const now = new Date(parts.clock.nowMs())
  return withTransaction(parts.db, async (tx) => {
    const id = newId('difference', now.getTime())
    const { rows } = await sql`
      insert into settlement_difference
        (id, kind, line_kind, key, organisation_id, currency, payment_id, ours_minor, theirs_minor, detail, found_at)
      values (${id}, ${item.kind}, ${item.lineKind}, ${item.key}, ${item.organisationId}, ${item.currency}, ${item.paymentId ?? null},
              ${item.oursMinor ?? null}, ${item.theirsMinor ?? null}, ${item.detail}, ${now})
      on conflict do nothing returning id`.execute(tx)
    if (rows.length === 0) return false
    const { kind, organisationId, currency } = item
    await parts.audit.append(tx, 'settlement.difference_found', { differenceId: id, kind, organisationId, currency })
    return true
  })
}

/** A day that does not balance, or a chain that does not hold, stops the payouts of its book until a person has looked. */
export async function noteUnbalancedBook(parts: SettlementParts, book: Book): Promise<void> {
  const { organisationId, currency } = book
  const { rows } = await sql<{ day: string; findings: string[] }>`
    select day::text as day, findings from ledger_trial_balance b
     where organisation_id = ${organisationId} and currency = ${currency} and findings <> '{}'
       and not exists (select 1 from settlement_difference d where d.kind = 'book_unbalanced' and d.line_kind = 'day'
                         and d.key = b.organisation_id || ':' || b.currency || ':' || b.day::text)
     order by day limit 100`.execute(parts.db)
  const note = (lineKind: string, name: string | number, detail: string) => {
    const key = `${organisationId}:${currency}:${name}`
    return addDifference(parts, { ...book, kind: 'book_unbalanced', lineKind, key, detail })
  }
  for (const { day, findings } of rows) await note('day', day, `${day}: ${findings.join('; ')}`)
  const broken = await firstBrokenDay(parts.db, book)
  if (broken === null) return
  await note('chain', broken.sequence, `the chain of trial balances breaks at day ${broken.sequence}`)
}

export type Holds = { unbalanced: string | null; shortMinor: bigint }

/** What open differences keep a book from paying out: everything while it is unbalanced, else what the processor did not bring. */
export async function openHolds(db: QueryExecutorProvider, book: Book): Promise<Holds> {
  const { rows } = await sql<{ unbalanced: string | null; shortMinor: bigint }>`
    select min(detail) filter (where kind = 'book_unbalanced') as unbalanced,
           coalesce(sum(greatest(coalesce(ours_minor, 0) - coalesce(theirs_minor, 0), 0))
             filter (where kind in ('missing_at_processor', 'missing_with_us', 'amount_differs', 'line_changed')), 0)::bigint as "shortMinor"
      from settlement_difference
     where organisation_id = ${book.organisationId} and currency = ${book.currency} and resolution is null`.execute(db)
  return rows[0]!
}

const COLUMNS = sql`id, kind, line_kind as "lineKind", key, organisation_id as "organisationId", currency, payment_id as "paymentId",
  ours_minor as "oursMinor", theirs_minor as "theirsMinor", detail, found_at as "foundAt", resolution, note,
  resolved_by as "resolvedBy", resolved_at as "resolvedAt"`

export const listDifferences = async (
  db: QueryExecutorProvider,
  filter: { open: boolean; organisationId?: string | undefined },
): Promise<Difference[]> =>
  (
    await sql<Difference>`
      select ${COLUMNS} from settlement_difference
       where (resolution is null) = ${filter.open}
         and (${filter.organisationId ?? null}::text is null or organisation_id = ${filter.organisationId ?? null})
       order by found_at desc, id desc limit 1000`.execute(db)
  ).rows

export type Resolution = {
  resolution: 'explained' | 'merchant' | 'platform'
  note: string
  resolvedBy: string
}

/**
 * A person says what a difference was. `explained` moves nothing; `merchant` and `platform` write a journal that brings our books to the
 * processor's, at the merchant's or the platform's cost or gain. Throws `not_found`, `settlement_state` (already resolved, or no amount).
 */
export function resolveDifference(parts: SettlementParts, id: string, said: Resolution): Promise<Difference> {
  return withTransaction(parts.db, async (tx) => {
    const now = new Date(parts.clock.nowMs())
    const { rows } = await sql<Difference>`
      select ${COLUMNS} from settlement_difference where id = ${id} for update`.execute(tx)
    const found = rows[0]
    if (found === undefined) throw new Failure('not_found')
    if (found.resolution !== null) throw new Failure('settlement_state', { detail: 'This was resolved before.' })
    const amountMinor = (found.theirsMinor ?? 0n) - (found.oursMinor ?? 0n)
    if (said.resolution !== 'explained') {
      const { organisationId, currency } = found
      if (found.kind === 'book_unbalanced' || found.kind === 'late' || amountMinor === 0n || organisationId === null) {
        throw new Failure('settlement_state', { detail: 'There is no amount to book: explain it.' })
      }
      const kind = `${said.resolution}_adjustment` as const
      await postTransfer(tx, { id, paymentId: found.paymentId, kind, organisationId, currency, amountMinor }, now)
    }
    await sql`
      update settlement_difference set resolution = ${said.resolution}, note = ${said.note}, resolved_by = ${said.resolvedBy},
        resolved_at = ${now} where id = ${id}`.execute(tx)
    await parts.audit.append(tx, 'settlement.difference_resolved', {
      differenceId: id,
      resolution: said.resolution,
      bookedMinor: said.resolution === 'explained' ? 0 : Number(amountMinor),
      // A note may name people: the audit log keeps what proves it, the item keeps the words.
      noteSha256: createHash('sha256').update(`${said.resolvedBy}\n${said.note}`).digest('hex'),
    })
    return { ...found, ...said, resolvedAt: now }
  })
}
