import { type QueryExecutorProvider, sql } from 'kysely'
import type { Tx } from '../../database.ts'
import { invariant } from '../../failure.ts'
import { type AccountKind, type JournalKind, type Line, linesOf, type TransferKind } from './journals.ts'

type Book = { organisationId: string; currency: string }

async function accountId(tx: Tx, book: Book, kind: AccountKind): Promise<bigint> {
  const find = () =>
    tx
      .selectFrom('ledger_account')
      .select('id')
      .where('organisation_id', '=', book.organisationId)
      .where('currency', '=', book.currency)
      .where('kind', '=', kind)
      .executeTakeFirst()
  const known = await find()
  if (known) return known.id
  await tx
    .insertInto('ledger_account')
    .values({ organisation_id: book.organisationId, currency: book.currency, kind })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const made = await find()
  invariant(made, 'an account exists after it was made')
  return made.id
}

async function write(
  tx: Tx,
  book: Book,
  transferId: string,
  kind: JournalKind,
  lines: Line[],
  now: Date,
): Promise<void> {
  const { id: journalId } = await tx
    .insertInto('ledger_journal')
    .values({ transfer_id: transferId, kind, created_at: now })
    .returning('id')
    .executeTakeFirstOrThrow()
  const entries = []
  for (const line of lines) {
    const account = await accountId(tx, book, line.account)
    entries.push({ journal_id: journalId, account_id: account, amount_minor: line.amountMinor })
  }
  await tx.insertInto('ledger_entry').values(entries).execute()
}

/** Opens a pending transfer and writes its hold. `id` is the operation the money moves by; a second hold of it is refused. */
export async function holdTransfer(
  tx: Tx,
  transfer: Book & { id: string; paymentId: string; kind: TransferKind; amountMinor: bigint },
  now: Date,
): Promise<void> {
  await tx
    .insertInto('ledger_transfer')
    .values({
      id: transfer.id,
      payment_id: transfer.paymentId,
      kind: transfer.kind,
      organisation_id: transfer.organisationId,
      currency: transfer.currency,
      amount_minor: transfer.amountMinor,
      state: 'pending',
      created_at: now,
      settled_at: null,
    })
    .execute()
  await write(tx, transfer, transfer.id, 'hold', linesOf(transfer, 'hold'), now)
}

/** Ends a pending transfer: posts `postedMinor` of it (all by default) or voids it. Throws when it is no longer pending. */
export async function settleTransfer(
  tx: Tx,
  id: string,
  end: { kind: 'post'; postedMinor?: bigint } | { kind: 'void' },
  now: Date,
): Promise<void> {
  const row = await tx.selectFrom('ledger_transfer').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  invariant(row?.state === 'pending', `transfer ${id} is pending`)
  const transfer = { kind: row.kind, amountMinor: row.amount_minor }
  const postedMinor = end.kind === 'post' ? (end.postedMinor ?? row.amount_minor) : undefined
  await tx
    .updateTable('ledger_transfer')
    .set({ state: end.kind === 'post' ? 'posted' : 'voided', posted_minor: postedMinor ?? 0n, settled_at: now })
    .where('id', '=', id)
    .execute()
  const book = { organisationId: row.organisation_id, currency: row.currency }
  await write(tx, book, id, end.kind, linesOf(transfer, end.kind, postedMinor), now)
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
