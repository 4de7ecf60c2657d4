import { type QueryExecutorProvider, type Selectable, sql } from 'kysely'
import type { Tx } from '../../database.ts'
import { invariant } from '../../failure.ts'
import {
  type AccountKind,
  isTwoStep,
  type JournalKind,
  type Line,
  linesOf,
  type OneStepKind,
  type TransferKind,
  type TwoStepKind,
} from './journals.ts'
import type { LedgerTables } from './tables.ts'

/** Whose books, in which currency. */
export type Book = { organisationId: string; currency: string }
type Journal = Book & { transferId: string; kind: JournalKind; cause?: string; lines: Line[] }

/** Writes a journal with its entries in one statement; makes the accounts that are not there yet. */
async function write(tx: Tx, journal: Journal, now: Date): Promise<void> {
  const { organisationId, currency, transferId, kind, cause = '', lines } = journal
  const kinds = lines.map((line) => line.account)
  const amounts = lines.map((line) => line.amountMinor)
  const { rows } = await sql<{ journalId: bigint; written: AccountKind[] }>`
    with journal as (
      insert into ledger_journal (transfer_id, kind, cause, created_at)
      values (${transferId}, ${kind}, ${cause}, ${now}) returning id
    ), accounts as (
      select a.id, a.kind, l.amount_minor from unnest(${kinds}::text[], ${amounts}::bigint[]) l (kind, amount_minor)
        join ledger_account a on a.organisation_id = ${organisationId} and a.currency = ${currency} and a.kind = l.kind
    ), entries as (
      insert into ledger_entry (journal_id, account_id, amount_minor)
      select journal.id, accounts.id, accounts.amount_minor from journal, accounts
    )
    select journal.id as "journalId", coalesce((select array_agg(kind) from accounts), '{}') as written from journal
  `.execute(tx)
  const { journalId, written } = rows[0]!
  for (const line of lines.filter((line) => !written.includes(line.account))) {
    const account = { organisation_id: organisationId, currency, kind: line.account }
    await tx
      .insertInto('ledger_account')
      .values(account)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const { id } = await tx
      .selectFrom('ledger_account')
      .select('id')
      .where('organisation_id', '=', organisationId)
      .where('currency', '=', currency)
      .where('kind', '=', line.account)
      .executeTakeFirstOrThrow()
    await tx
      .insertInto('ledger_entry')
      .values({ journal_id: journalId, account_id: id, amount_minor: line.amountMinor })
      .execute()
  }
}

/** Opens a pending transfer and writes its hold. `id` is the operation the money moves by; a second hold of it is refused. */
export async function holdTransfer(
  tx: Tx,
  transfer: Book & { id: string; paymentId: string | null; kind: TwoStepKind; amountMinor: bigint },
  now: Date,
): Promise<void> {
  const { id, organisationId, currency } = transfer
  const lines = linesOf(transfer, 'hold')
  await Promise.all([
    insertTransfer(tx, transfer, { state: 'pending', settled_at: null }, now),
    write(tx, { organisationId, currency, transferId: id, kind: 'hold', lines }, now),
  ])
}

/** Moves at once what has no second step: fees and adjustments. Signed: a fee given back is negative. `id` is used once. */
export async function postTransfer(
  tx: Tx,
  transfer: Book & { id: string; paymentId: string | null; kind: OneStepKind; amountMinor: bigint },
  now: Date,
): Promise<void> {
  const { id, organisationId, currency, amountMinor } = transfer
  const lines = linesOf(transfer, 'post')
  await insertTransfer(tx, transfer, { state: 'posted', posted_minor: amountMinor, settled_at: now }, now)
  await write(tx, { organisationId, currency, transferId: id, kind: 'post', lines }, now)
}

const insertTransfer = (
  tx: Tx,
  transfer: Book & { id: string; paymentId: string | null; kind: TransferKind; amountMinor: bigint },
  state: { state: 'pending' | 'posted'; posted_minor?: bigint; settled_at: Date | null },
  now: Date,
) =>
  tx
    .insertInto('ledger_transfer')
    .values({
      id: transfer.id,
      payment_id: transfer.paymentId,
      kind: transfer.kind,
      organisation_id: transfer.organisationId,
      currency: transfer.currency,
      amount_minor: transfer.amountMinor,
      created_at: now,
      ...state,
    })
    .execute()

/** A pending transfer, locked until the transaction ends. */
export type PendingTransfer = Selectable<LedgerTables['ledger_transfer']>

async function lockPending(tx: Tx, id: string): Promise<PendingTransfer> {
  const row = await tx.selectFrom('ledger_transfer').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  invariant(row?.state === 'pending', `transfer ${id} is pending`)
  return row
}

/** What a payment holds, locked. */
export const lockPendingCharges = (tx: Tx, paymentId: string): Promise<PendingTransfer[]> =>
  tx
    .selectFrom('ledger_transfer')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .where('kind', '=', 'charge')
    .where('state', '=', 'pending')
    .forUpdate()
    .execute()

const bookOf = (row: PendingTransfer): Book => ({ organisationId: row.organisation_id, currency: row.currency })

/**
 * Adds `byMinor` to what a pending charge holds. `operationId` is the increment that the processor granted: a second raise by it is
 * refused. Throws when the transfer is no longer pending.
 */
export async function raiseTransfer(
  tx: Tx,
  id: string,
  raise: { operationId: string; byMinor: bigint },
  now: Date,
): Promise<void> {
  const row = await lockPending(tx, id)
  const lines = linesOf({ kind: row.kind, amountMinor: raise.byMinor }, 'raise')
  await tx
    .updateTable('ledger_transfer')
    .set({ raised_minor: row.raised_minor + raise.byMinor })
    .where('id', '=', id)
    .execute()
  await write(tx, { ...bookOf(row), transferId: id, kind: 'raise', cause: raise.operationId, lines }, now)
}

/**
 * Ends a pending transfer: posts `postedMinor` of what it holds (all by default) or voids it. A charge is posted above what it holds
 * only up to `atMostMinor`, the processor's own limit for it (over-capture). Throws when the transfer is no longer pending.
 */
export const settleTransfer = async (tx: Tx, id: string, end: TransferEnd, now: Date): Promise<void> =>
  settlePending(tx, await lockPending(tx, id), end, now)

export type TransferEnd = { kind: 'post'; postedMinor?: bigint; atMostMinor?: bigint } | { kind: 'void' }

/** The same for a transfer that this transaction has locked. */
export async function settlePending(tx: Tx, row: PendingTransfer, end: TransferEnd, now: Date): Promise<void> {
  const { id } = row
  invariant(isTwoStep(row.kind), `transfer ${id} has a second step`)
  const heldMinor = row.amount_minor + row.raised_minor
  const postedMinor = end.kind === 'post' ? (end.postedMinor ?? heldMinor) : undefined
  const atMostMinor = end.kind === 'post' ? end.atMostMinor : undefined
  const lines = linesOf({ kind: row.kind, amountMinor: heldMinor }, end.kind, postedMinor, atMostMinor)
  await Promise.all([
    tx
      .updateTable('ledger_transfer')
      .set({ state: end.kind === 'post' ? 'posted' : 'voided', posted_minor: postedMinor ?? 0n, settled_at: now })
      .where('id', '=', id)
      .execute(),
    write(tx, { ...bookOf(row), transferId: id, kind: end.kind, lines }, now),
  ])
}

export type TrialBalance = {
  /** Of every entry ever written; must be zero. */
  sumMinor: bigint
  accounts: (Book & { kind: AccountKind; balanceMinor: bigint })[]
}

/** Every account with its balance, and the sum over all of them. */
export async function trialBalance(db: QueryExecutorProvider): Promise<TrialBalance> {
  const { rows } = await sql<{ organisationId: string; currency: string; kind: AccountKind; balanceMinor: bigint }>`
    select a.organisation_id as "organisationId", a.currency, a.kind,
           coalesce(sum(e.amount_minor), 0)::bigint as "balanceMinor"
      from ledger_account a left join ledger_entry e on e.account_id = a.id
     group by a.id order by a.organisation_id, a.currency, a.kind`.execute(db)
  return { sumMinor: rows.reduce((sum, row) => sum + row.balanceMinor, 0n), accounts: rows }
}
