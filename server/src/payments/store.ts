import { ACTIVE_STATES, type PaymentReason, type PaymentState } from '@paume/contract'
import { type Selectable, sql, type Updateable } from 'kysely'
import { type Db, type Tx, tell } from '../database.ts'
import { Failure, invariant } from '../failure.ts'
import { isTold, publishMove } from './published.ts'
import { BEFORE_MONEY, ENDS, type Move, nextState, reasonFits } from './states.ts'
import type { OfferedCard, OperationKind, PaymentOperationTable, PaymentTable } from './tables.ts'

export type PaymentRow = Omit<Selectable<PaymentTable>, 'state' | 'reason'> & {
  state: PaymentState
  reason: PaymentReason | null
}
export type OperationRow = Selectable<PaymentOperationTable>
type Fields = Omit<Updateable<PaymentTable>, 'id' | 'version' | 'state' | 'reason' | 'ended_at'>

/** Two hovers, then card or code (payments.md). */
export const MAX_HOVERS = 2

/** Writes a new payment. Throws `terminal_busy` by the unique index, however many tills ask at once. */
export async function insertPayment(tx: Tx, row: Omit<PaymentRow, 'version'>): Promise<PaymentRow> {
  const made = await tx
    .insertInto('payment')
    .values({
      ...row,
      tip: JSON.stringify(row.tip),
      last_guidance: JSON.stringify(row.last_guidance),
      card_choice: row.card_choice === null ? null : JSON.stringify(row.card_choice),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  tell(tx, newsOf(row))
  return made as PaymentRow
}

/** What waiters are woken by: the payment and its terminal; and where that is. */
const newsOf = (row: Pick<PaymentRow, 'id' | 'terminal_id' | 'shop_id' | 'organisation_id'>) =>
  `${row.id} ${row.terminal_id} ${row.shop_id} ${row.organisation_id}`

export async function findPayment(db: Db, id: string): Promise<PaymentRow | null> {
  const row = await db.selectFrom('payment').selectAll().where('id', '=', id).executeTakeFirst()
  return (row as PaymentRow | undefined) ?? null
}

/** The payment, locked until the transaction ends. Throws `payment_unknown`. */
export async function lockPayment(tx: Tx, id: string): Promise<PaymentRow> {
  const row = await tx.selectFrom('payment').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!row) throw new Failure('payment_unknown')
  return row as PaymentRow
}

export async function findActive(db: Db, terminalId: string): Promise<PaymentRow | null> {
  const row = await db
    .selectFrom('payment')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .where('gate_charge', 'is', null)
    // Spelt out: of a list of parameters a prepared statement cannot tell that it is that of the index.
    .where(sql<boolean>`state in (${sql.join(ACTIVE_STATES.map((state) => sql.lit(state)))})`)
    .executeTakeFirst()
  return (row as PaymentRow | undefined) ?? null
}

export async function findByReference(db: Db, shopId: string, reference: string): Promise<PaymentRow[]> {
  const rows = await db
    .selectFrom('payment')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('reference', '=', reference)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(100)
    .execute()
  return rows as PaymentRow[]
}

/** What a shopper paid or tried to, newest first. */
export async function findByShopper(db: Db, shopperId: string): Promise<PaymentRow[]> {
  const rows = await db
    .selectFrom('payment')
    .selectAll()
    .where('shopper_id', '=', shopperId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(100)
    .execute()
  return rows as PaymentRow[]
}

export const operationsOf = (db: Db, paymentId: string): Promise<OperationRow[]> =>
  db
    .selectFrom('payment_operation')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .orderBy('created_at')
    // What waits for another operation comes after it.
    .orderBy('waits_for', (order) => order.asc().nullsFirst())
    .orderBy('id')
    .execute()

/**
 * Of the cards a shopper could choose from only the one that was charged stays on a payment that is over. The places stay, so that a
 * choice sent again still finds what it chose.
 */
function unchosen({ card_choice, instrument_id }: PaymentRow): Fields {
  if (card_choice === null) return {}
  const forgotten: OfferedCard = { instrumentId: '', brand: '', last4: '', default: false }
  return {
    card_choice: JSON.stringify(card_choice.map((card) => (card.instrumentId === instrument_id ? card : forgotten))),
  }
}

/** A payment as a move makes it: the whole row, and the columns that are written. */
export type Moved = { before: PaymentRow; after: PaymentRow; written: Record<string, unknown> }

/**
 * What a move makes of a payment, written nowhere yet, and what further moves make of that. Raises the version by one a move (but for a
 * hold). Throws `payment_state` when the state does not list the move; a reason that does not fit the new state is a defect of ours.
 */
export function planMove(
  from: PaymentRow | Moved,
  move: Move,
  now: Date,
  fields: Fields = {},
  reason: PaymentReason | null = null,
): Moved {
  const { before, after: row, written } = 'written' in from ? from : { before: from, after: from, written: {} }
  const state = nextState(row.state, move)
  if (state === null) throw new Failure('payment_state', { detail: `The payment is ${row.state}.` })
  invariant(reasonFits(state, reason), `${state} may carry the reason ${reason}`)
  // A hold changes nothing that anybody is shown: no news, no new version.
  const version = move === 'hold' ? row.version : row.version + 1
  const ends = ENDS.includes(state) || state === 'approved'
  const columns = {
    ...fields,
    ...(ends ? unchosen(row) : {}),
    state,
    reason,
    version,
    ended_at: ends ? (row.ended_at ?? now) : null,
  }
  return { before, after: { ...row, ...columns } as PaymentRow, written: { ...written, ...columns } }
}

const update = async (db: Db | Tx, { before, written }: Moved): Promise<PaymentRow | undefined> =>
  (await db
    .updateTable('payment')
    .set(written)
    .where('id', '=', before.id)
    .where('version', '=', before.version)
    .returningAll()
    .executeTakeFirst()) as PaymentRow | undefined

/** Writes what was planned for a locked payment, and says outside what that means. */
export async function writeMoved(tx: Tx, planned: Moved, now: Date): Promise<PaymentRow> {
  const [moved] = await Promise.all([update(tx, planned), publishMove(tx, planned.before, planned.after, now)])
  invariant(moved, `payment ${planned.before.id} was locked while it moved`)
  tell(tx, newsOf(moved))
  return moved
}

/** Moves a locked payment by one move. */
export const movePayment = async (
  tx: Tx,
  row: PaymentRow,
  move: Move,
  now: Date,
  fields: Fields = {},
  reason: PaymentReason | null = null,
): Promise<PaymentRow> => writeMoved(tx, planMove(row, move, now, fields, reason), now)

/** Writes a move that is all there is to do, without a lock and of no meaning outside; null when somebody moved the payment meanwhile. */
export async function writeAlone(db: Db, planned: Moved): Promise<PaymentRow | null> {
  invariant(!isTold(planned.before, planned.after), 'what is told outside is written under a lock')
  const moved = await update(db, planned)
  if (moved === undefined) return null
  tell(db, newsOf(moved))
  return moved
}

/** Ends a payment whose shopper took too long. Answers it as it now stands; leaves every other alone. */
export async function expireIfDue(tx: Tx, row: PaymentRow, now: Date): Promise<PaymentRow> {
  if (!BEFORE_MONEY.includes(row.state) || now < row.deadline_at) return row
  return movePayment(tx, row, 'expire', now, {}, 'timed_out')
}

/** Writes the intent to ask the processor for something. Committed before the processor is asked, always. */
export async function insertIntent(
  tx: Tx,
  intent: {
    id: string
    paymentId: string
    kind: OperationKind
    key: string
    amountMinor: bigint
    note?: string
    tipMinor?: bigint
    /** What of it is above what is authorised. */
    raisesMinor?: bigint
    /** The operation that has to succeed first. */
    waitsFor?: string
  },
  now: Date,
): Promise<OperationRow> {
  return tx
    .insertInto('payment_operation')
    .values({
      id: intent.id,
      payment_id: intent.paymentId,
      kind: intent.kind,
      processor_key: intent.key,
      amount_minor: intent.amountMinor,
      tip_minor: intent.tipMinor ?? null,
      raises_minor: intent.raisesMinor ?? null,
      waits_for: intent.waitsFor ?? null,
      state: 'intended',
      reason: null,
      note: intent.note ?? null,
      processor_ref: null,
      created_at: now,
      asked_at: now,
      settled_at: null,
      recheck_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** The operation, locked. Lock the payment first: every transaction takes the two in this order. */
export async function lockOperation(tx: Tx, id: string): Promise<OperationRow> {
  const row = await tx.selectFrom('payment_operation').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  invariant(row, `operation ${id} exists`)
  return row
}

export const updateOperation = (tx: Tx, id: string, fields: Updateable<PaymentOperationTable>) =>
  tx.updateTable('payment_operation').set(fields).where('id', '=', id).execute()
