import type { EntryRefusal, Payment } from '@paume/contract'
import { type Selectable, sql, type Updateable } from 'kysely'
import type { Db, Tx } from '../database.ts'
import { Failure, invariant } from '../failure.ts'
import type { Taking } from './plan.ts'
import type { GateCaller } from './ports.ts'
import { type GateEvent, publishGate } from './published.ts'
import { type Move, nextState } from './states.ts'
import type { GateSessionTable, GateTables } from './tables.ts'

export type SessionRow = Selectable<GateSessionTable>
export type TakingRow = Selectable<GateTables['gate_taking']>
type Fields = Omit<Updateable<GateSessionTable>, 'id' | 'version' | 'state'>

export const callerOf = (row: SessionRow): GateCaller => ({
  deviceId: row.gate_id,
  kind: 'gate',
  shopId: row.shop_id,
  organisationId: row.organisation_id,
})

export async function findSession(db: Db | Tx, id: string): Promise<SessionRow | null> {
  return (await db.selectFrom('gate_session').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** The session, locked until the transaction ends. Throws `not_found`. */
export async function lockSession(tx: Tx, id: string): Promise<SessionRow> {
  const row = await tx.selectFrom('gate_session').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (row === undefined) throw new Failure('not_found')
  return row
}

/** What a move tells the outside. */
const TOLD: Partial<Record<Move, GateEvent>> = {
  admit: 'gate.entered',
  refuse: 'gate.refused',
  leave: 'gate.left',
  finalise: 'gate.finalised',
  settle: 'gate.settled',
  owe: 'gate.owing',
  lapse: 'gate.lapsed',
}

/** Moves a locked session. Throws `gate_state` when its state does not list the move. */
export async function moveSession(
  tx: Tx,
  row: SessionRow,
  move: Move,
  now: Date,
  fields: Fields = {},
): Promise<SessionRow> {
  const state = nextState(row.state, move)
  if (state === null) throw new Failure('gate_state', { detail: `The visit is ${row.state}.` })
  const moved = await tx
    .updateTable('gate_session')
    .set({ ...fields, state, version: row.version + 1 })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .returningAll()
    .executeTakeFirst()
  invariant(moved, `session ${row.id} was locked while it moved`)
  const told = TOLD[move]
  if (told !== undefined) await publishGate(tx, told, row.organisation_id, now, { session: publicFacts(moved) })
  return moved
}

/** What a shop's systems are told: no more of a shopper than the pseudonym. */
const publicFacts = (row: SessionRow) => ({
  id: row.id,
  version: row.version,
  state: row.state,
  ...(row.reason === null ? {} : { reason: row.reason }),
  gateId: row.gate_id,
  shop: { id: row.shop_id },
  ...(row.shopper_ref === null ? {} : { shopperRef: row.shopper_ref }),
  payer: row.payer,
  groupSize: row.group_size,
  currency: row.currency,
  totalMinor: row.total_minor === null ? null : Number(row.total_minor),
  paidMinor: Number(row.paid_minor),
  owedMinor: Number(row.owed_minor),
  gaps: row.gaps,
})

export async function refuse(tx: Tx, row: SessionRow, reason: EntryRefusal, now: Date): Promise<SessionRow> {
  return moveSession(tx, row, 'refuse', now, { reason })
}

export const takingsOf = (db: Db | Tx, sessionId: string): Promise<TakingRow[]> =>
  db
    .selectFrom('gate_taking')
    .selectAll()
    .where('session_id', '=', sessionId)
    .orderBy('created_at')
    .orderBy('payment_id')
    .execute()

export const insertTaking = (tx: Tx, taking: Omit<TakingRow, 'no_raise' | 'whole_only'>) =>
  tx.insertInto('gate_taking').values(taking).execute()

/** One decision about a shopper at a time, at all gates of the organisation: of two at once the second sees what the first made. */
export const lockShopper = (tx: Tx, organisationId: string, shopperRef: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`gate ${organisationId} ${shopperRef}`}, 0))`.execute(tx)

/** A payment as the plan of a visit looks at it; null: it was never made, and is asked for under its own id. */
export function takingOf(row: TakingRow, payment: Payment | null): Taking {
  const nothing = {
    paymentId: row.payment_id,
    authorisedMinor: 0n,
    maximumMinor: 0n,
    capturedMinor: 0n,
    refundedMinor: 0n,
  }
  const flags = { mayRaise: false, wholeOnly: row.whole_only }
  if (payment === null) return { ...nothing, ...flags, state: 'gone' }
  const { steps, refunds } = payment
  const refundedMinor = refunds
    .filter(({ state }) => state !== 'failed')
    .reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n)
  const authorisedMinor = BigInt(payment.authorisedMinor)
  const raiseFailed = steps.some(({ kind, state }) => kind === 'increment' && state === 'failed')
  return {
    ...nothing,
    authorisedMinor,
    // Above what is held only as long as no limit said no to it.
    maximumMinor: row.no_raise ? authorisedMinor : BigInt(payment.maximumCaptureMinor),
    capturedMinor: BigInt(payment.capturedMinor),
    refundedMinor,
    mayRaise: !row.no_raise && !raiseFailed,
    wholeOnly: row.whole_only,
    state: stateOf(payment),
  }
}

function stateOf({ state, steps, capturedMinor }: Payment): Taking['state'] {
  switch (state) {
    case 'declined':
      return 'refused'
    case 'cancelled':
    case 'expired':
      return 'gone'
    case 'approved':
      if (steps.some((step) => step.state === 'pending')) return 'moving'
      return capturedMinor > 0 ? 'taken' : 'held'
    case 'created':
    case 'presented':
    case 'palm_captured':
    case 'identified':
    case 'choosing_card':
    case 'authorising':
    case 'unknown':
      return 'moving'
  }
}
