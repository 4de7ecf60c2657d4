import { type QueryExecutorProvider, sql } from 'kysely'
import { type Tx, withTransaction } from '../../database.ts'
import { invariant } from '../../failure.ts'
import { newId } from '../../ids.ts'
import { type BookDay, closedDays } from '../ledger/days.ts'
import type { JournalKind, TransferKind } from '../ledger/journals.ts'
import { type Book, holdTransfer, postTransfer, settleTransfer } from '../ledger/store.ts'
import { publish } from '../published.ts'
import { openHolds } from './differences.ts'
import type { SettlementParts } from './parts.ts'
import { shareOf } from './split.ts'
import { type FeeLine, platformFees, releaseAt, type Terms, termsOf } from './terms.ts'

/** What a day brought a merchant. Positive is the merchant's gain. */
type Activity = {
  capturedMinor: bigint
  captures: number
  refundedMinor: bigint
  refunds: number
  disputedMinor: bigint
  disputes: number
  returnedMinor: bigint
  adjustedMinor: bigint
}
type Fees = { processorMinor: bigint; platformMinor: bigint }
export type Batch = Book &
  Activity & {
    id: string
    sequence: number
    day: string
    startsAt: Date
    endsAt: Date
    carriedMinor: bigint
    processorFeeMinor: bigint
    platformFeeMinor: bigint
    reservedMinor: bigint
    releasedMinor: bigint
    heldBackMinor: bigint
    payoutMinor: bigint
    payoutStopped: string | null
    closingMinor: bigint
    madeAt: Date
  }

/** Makes the batch of every closed day of the book that has none, in order. Each is one transaction: fees, reserve and payout with it. */
export async function makeBatches(parts: SettlementParts, book: Book): Promise<Batch[]> {
  const { rows } = await sql<{ last: number }>`
    select coalesce(max(sequence), 0) as last from settlement_batch
     where organisation_id = ${book.organisationId} and currency = ${book.currency}`.execute(parts.db)
  const made: Batch[] = []
  for (const day of await closedDays(parts.db, book, rows[0]!.last)) {
    const batch = await withTransaction(parts.db, (tx) => makeBatch(parts, tx, day))
    if (batch !== null) made.push(batch)
  }
  return made
}

/** Where the first closed day begins that has no batch yet; null when there is none. */
export async function firstDayWithoutBatch(db: QueryExecutorProvider, book: Book): Promise<Date | null> {
  const { rows } = await sql<{ startsAt: Date | null }>`
    select min(starts_at) as "startsAt" from ledger_closed_day d
     where d.organisation_id = ${book.organisationId} and d.currency = ${book.currency}
       and d.sequence > (select coalesce(max(sequence), 0) from settlement_batch b
                          where b.organisation_id = d.organisation_id and b.currency = d.currency)`.execute(db)
  return rows[0]?.startsAt ?? null
}

async function makeBatch(parts: SettlementParts, tx: Tx, day: BookDay): Promise<Batch | null> {
  const { organisationId, currency } = day
  const book = { organisationId, currency }
  // One batch at a time for a book, on whatever server (0x5345544c: "SETL").
  await sql`select pg_advisory_xact_lock(x'5345544c'::int, hashtext(${organisationId} || ' ' || ${currency}))`.execute(
    tx,
  )
  const { rows } = await sql<{ sequence: number; closing: bigint }>`
    select sequence, closing_minor as closing from settlement_batch
     where organisation_id = ${organisationId} and currency = ${currency} order by sequence desc limit 1`.execute(tx)
  const before = rows[0] ?? { sequence: 0, closing: 0n }
  if (before.sequence >= day.sequence) return null
  invariant(before.sequence === day.sequence - 1, 'batches are made day by day')
  const now = new Date(parts.clock.nowMs())
  const terms = await termsOf(tx, book)
  const activity = await activityOf(tx, day)
  const id = newId('batch', now.getTime())
  const fees = await takeFees(tx, { ...day, terms, id }, now)
  const released = await releaseReserves(tx, book, now)
  const earnedMinor =
    before.closing +
    activity.capturedMinor +
    activity.refundedMinor +
    activity.disputedMinor +
    activity.returnedMinor +
    activity.adjustedMinor -
    fees.total.platformMinor +
    released.totalMinor
  const reservedMinor = reserveOf(terms, activity, earnedMinor, currency)
  if (reservedMinor > 0n) {
    await holdTransfer(
      tx,
      { ...book, id: `${id}:reserve`, paymentId: null, kind: 'reserve', amountMinor: reservedMinor },
      now,
    )
  }
  const holds = await openHolds(tx, book)
  const payableMinor = earnedMinor - reservedMinor
  const owedMinor = await merchantBalance(tx, book)
  const payoutMinor = payoutOf(terms, payableMinor, owedMinor, holds)
  const batch: Batch = {
    ...book,
    ...activity,
    id,
    sequence: day.sequence,
    day: day.day,
    startsAt: day.startsAt,
    endsAt: day.endsAt,
    carriedMinor: before.closing,
    processorFeeMinor: fees.total.processorMinor,
    platformFeeMinor: fees.total.platformMinor,
    reservedMinor,
    releasedMinor: released.totalMinor,
    heldBackMinor: holds.shortMinor,
    payoutMinor,
    payoutStopped: holds.unbalanced === null ? null : `The books do not balance: ${holds.unbalanced}`,
    closingMinor: payableMinor - payoutMinor,
    madeAt: now,
  }
  await insertBatch(tx, batch)
  await fees.assign()
  await released.assign(id)
  if (reservedMinor > 0n) {
    await sql`insert into settlement_reserve (id, batch_id, release_at)
      values (${`${id}:reserve`}, ${id}, ${releaseAt(day, terms)})`.execute(tx)
  }
  if (payoutMinor > 0n) await startPayout(parts, tx, batch, now)
  const { payoutStopped } = batch
  await parts.audit.append(tx, 'settlement.batch_made', {
    batchId: id,
    organisationId,
    currency,
    day: day.day,
    payoutMinor: Number(payoutMinor),
    payoutStopped: payoutStopped !== null,
  })
  await publish(tx, { type: 'settlement.batch_made', organisationId, at: now, batchId: id })
  return batch
}

/** What the day's journals moved on the merchant's balance, but for what batches themselves write. */
async function activityOf(tx: QueryExecutorProvider, day: BookDay): Promise<Activity> {
  const { rows } = await sql<{ kind: TransferKind; step: JournalKind; minor: bigint; count: number }>`
    select t.kind, j.kind as step, (-sum(e.amount_minor))::bigint as minor, count(*)::int as count
      from ledger_account a join ledger_entry e on e.account_id = a.id join ledger_journal j on j.id = e.journal_id
      join ledger_transfer t on t.id = j.transfer_id
     where a.organisation_id = ${day.organisationId} and a.currency = ${day.currency} and a.kind = 'merchant_payable'
       and j.created_at >= ${day.startsAt} and j.created_at < ${day.endsAt}
     group by 1, 2`.execute(tx)
  const of = (kind: TransferKind, ...steps: JournalKind[]) => {
    const found = rows.filter((row) => row.kind === kind && (steps.length === 0 || steps.includes(row.step)))
    return {
      minor: found.reduce((sum, row) => sum + row.minor, 0n),
      count: found.filter((row) => row.step !== 'void').reduce((sum, row) => sum + row.count, 0),
    }
  }
  return {
    capturedMinor: of('charge').minor,
    captures: of('charge').count,
    refundedMinor: of('refund').minor,
    refunds: of('refund').count,
    disputedMinor: of('dispute').minor,
    disputes: of('dispute', 'hold').count,
    returnedMinor: of('payout', 'void').minor,
    adjustedMinor: of('merchant_adjustment').minor,
  }
}

type OpenLine = FeeLine & { processor: string; key: string }

/** Books the fees of every line that is in no batch yet: what the processor kept, and what the platform takes of the merchant. */
async function takeFees(
  tx: Tx,
  { organisationId, currency, endsAt, terms, id }: Book & { endsAt: Date; terms: Terms; id: string },
  now: Date,
): Promise<{ total: Fees; assign(): Promise<void> }> {
  const { rows: lines } = await sql<OpenLine>`
    select processor, kind, key, amount_minor as "amountMinor", fee_minor as "feeMinor" from settlement_line
     where organisation_id = ${organisationId} and currency = ${currency} and batch_id is null and at < ${endsAt}
     order by at, kind, key for update`.execute(tx)
  const fees = platformFees(terms, lines, currency)
  const processorMinor = lines.reduce((sum, line) => sum + line.feeMinor, 0n)
  const platformMinor = fees.reduce((sum, fee) => sum + fee, 0n)
  const book = { organisationId, currency, paymentId: null }
  if (processorMinor !== 0n) {
    const fee = { ...book, id: `${id}:processor_fee`, kind: 'processor_fee' as const, amountMinor: processorMinor }
    await postTransfer(tx, fee, now)
  }
  if (platformMinor !== 0n) {
    const fee = { ...book, id: `${id}:platform_fee`, kind: 'platform_fee' as const, amountMinor: platformMinor }
    await postTransfer(tx, fee, now)
  }
  return {
    total: { processorMinor, platformMinor },
    async assign() {
      await sql`
        update settlement_line l set batch_id = ${id}, platform_fee_minor = f.fee
          from unnest(${lines.map((line) => line.processor)}::text[], ${lines.map((line) => line.kind)}::text[],
                      ${lines.map((line) => line.key)}::text[], ${fees}::bigint[]) f (processor, kind, key, fee)
         where l.processor = f.processor and l.kind = f.kind and l.key = f.key`.execute(tx)
    },
  }
}

/** Gives back what was kept long enough. */
async function releaseReserves(tx: Tx, book: Book, now: Date) {
  const { rows } = await sql<{ id: string; minor: bigint }>`
    select r.id, t.amount_minor as minor from settlement_reserve r join ledger_transfer t on t.id = r.id
     where r.released_in is null and r.release_at <= ${now} and t.organisation_id = ${book.organisationId}
       and t.currency = ${book.currency} order by r.id`.execute(tx)
  for (const { id } of rows) await settleTransfer(tx, id, { kind: 'void' }, now)
  return {
    totalMinor: rows.reduce((sum, row) => sum + row.minor, 0n),
    assign: (batchId: string) =>
      sql`update settlement_reserve set released_in = ${batchId} where id = any(${rows.map((row) => row.id)}::text[])`.execute(
        tx,
      ),
  }
}

/** A part of what was captured, but never more than there is. */
function reserveOf(terms: Terms, activity: Activity, earnedMinor: bigint, currency: string): bigint {
  const wish = terms.reserveDays > 0 ? shareOf(activity.capturedMinor, terms.reserveBasisPoints, currency) : 0n
  if (earnedMinor <= 0n) return 0n
  return wish < earnedMinor ? wish : earnedMinor
}

/**
 * What is paid out: what the batch leaves, less what the processor has not brought; never more than is owed at this moment (today's
 * refunds have been taken from it already), and nothing while the books do not balance.
 */
function payoutOf(
  terms: Terms,
  payableMinor: bigint,
  owedMinor: bigint,
  holds: { unbalanced: string | null; shortMinor: bigint },
): bigint {
  if (holds.unbalanced !== null) return 0n
  const least = payableMinor < owedMinor ? payableMinor : owedMinor
  const payoutMinor = least - holds.shortMinor
  return payoutMinor >= terms.minimumPayoutMinor ? payoutMinor : 0n
}

/** What is owed to the merchant now; negative: the merchant owes. */
export async function merchantBalance(db: QueryExecutorProvider, book: Book): Promise<bigint> {
  const { rows } = await sql<{ minor: bigint }>`
    select (-coalesce(sum(e.amount_minor), 0))::bigint as minor from ledger_entry e join ledger_account a on a.id = e.account_id
     where a.organisation_id = ${book.organisationId} and a.currency = ${book.currency} and a.kind = 'merchant_payable'`.execute(
    db,
  )
  return rows[0]!.minor
}

const insertBatch = (tx: Tx, b: Batch) =>
  sql`
    insert into settlement_batch (id, organisation_id, currency, sequence, day, starts_at, ends_at, carried_minor, captured_minor,
      captures, refunded_minor, refunds, disputed_minor, disputes, returned_minor, adjusted_minor, processor_fee_minor,
      platform_fee_minor, reserved_minor, released_minor, held_back_minor, payout_minor, payout_stopped, closing_minor, made_at)
    values (${b.id}, ${b.organisationId}, ${b.currency}, ${b.sequence}, ${b.day}::date, ${b.startsAt}, ${b.endsAt}, ${b.carriedMinor},
      ${b.capturedMinor}, ${b.captures}, ${b.refundedMinor}, ${b.refunds}, ${b.disputedMinor}, ${b.disputes}, ${b.returnedMinor},
      ${b.adjustedMinor}, ${b.processorFeeMinor}, ${b.platformFeeMinor}, ${b.reservedMinor}, ${b.releasedMinor}, ${b.heldBackMinor},
      ${b.payoutMinor}, ${b.payoutStopped}, ${b.closingMinor}, ${b.madeAt})`.execute(tx)

async function startPayout(parts: SettlementParts, tx: Tx, batch: Batch, now: Date): Promise<void> {
  const { organisationId, currency, payoutMinor } = batch
  const id = newId('payout', now.getTime())
  await sql`
    insert into settlement_payout (id, batch_id, organisation_id, currency, amount_minor, state, created_at)
    values (${id}, ${batch.id}, ${organisationId}, ${currency}, ${payoutMinor}, 'in_transit', ${now})`.execute(tx)
  await holdTransfer(
    tx,
    { organisationId, currency, id, paymentId: null, kind: 'payout', amountMinor: payoutMinor },
    now,
  )
  await parts.audit.append(tx, 'settlement.payout_started', {
    payoutId: id,
    organisationId,
    currency,
    amountMinor: Number(payoutMinor),
  })
  await publish(tx, { type: 'payout.in_transit', organisationId, at: now, payoutId: id })
}
