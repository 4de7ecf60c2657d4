import type { RefundHover, RefundHoverReason, RefundHoverState } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { Failure } from '../../failure.ts'

export type RefundHoverRow = {
  id: string
  version: number
  organisation_id: string
  shop_id: string
  terminal_id: string
  asked_by: string
  state: RefundHoverState
  reason: RefundHoverReason | null
  asked_hand: 'L' | 'R' | null
  hovers_left: number
  capture_id: string | null
  captured_at: Date | null
  shopper_id: string | null
  created_at: Date
  deadline_at: Date
}

export const findRefundHover = async (db: QueryExecutorProvider, id: string): Promise<RefundHoverRow | null> =>
  (await sql<RefundHoverRow>`select * from payment_refund_hover where id = ${id}`.execute(db)).rows[0] ?? null

/** What waits on a terminal for a hand, its time not over. */
export async function waitingOn(
  db: QueryExecutorProvider,
  terminalId: string,
  now: Date,
): Promise<RefundHoverRow | null> {
  const { rows } = await sql<RefundHoverRow>`
    select * from payment_refund_hover where terminal_id = ${terminalId} and state = 'waiting' and deadline_at > ${now}`.execute(
    db,
  )
  return rows[0] ?? null
}

/** Locked until the transaction ends. Throws `refund_hover_unknown`. */
export async function lockRefundHover(tx: QueryExecutorProvider, id: string): Promise<RefundHoverRow> {
  const { rows } = await sql<RefundHoverRow>`select * from payment_refund_hover where id = ${id} for update`.execute(tx)
  if (!rows[0]) throw new Failure('refund_hover_unknown')
  return rows[0]
}

/** Throws a unique violation of `payment_refund_hover_one` when the terminal waits for another. */
export async function insertRefundHover(
  tx: QueryExecutorProvider,
  row: Pick<
    RefundHoverRow,
    'id' | 'organisation_id' | 'shop_id' | 'terminal_id' | 'asked_by' | 'hovers_left' | 'created_at' | 'deadline_at'
  >,
): Promise<RefundHoverRow> {
  const { rows } = await sql<RefundHoverRow>`
    insert into payment_refund_hover (id, organisation_id, shop_id, terminal_id, asked_by, state, hovers_left, created_at, deadline_at)
    values (${row.id}, ${row.organisation_id}, ${row.shop_id}, ${row.terminal_id}, ${row.asked_by}, 'waiting', ${row.hovers_left},
            ${row.created_at}, ${row.deadline_at}) returning *`.execute(tx)
  await told(tx, rows[0]!)
  return rows[0]!
}

/** Writes a locked one anew, one version on, and wakes whoever waits for it. Whoever was recognised stays while it is `matched` only. */
export async function moveRefundHover(
  tx: QueryExecutorProvider,
  row: RefundHoverRow,
  fields: Partial<Omit<RefundHoverRow, 'id' | 'version'>>,
): Promise<RefundHoverRow> {
  const next = { ...row, ...fields }
  const { rows } = await sql<RefundHoverRow>`
    update payment_refund_hover set version = version + 1, state = ${next.state}, reason = ${next.reason}, asked_hand = ${next.asked_hand},
           hovers_left = ${next.hovers_left}, capture_id = ${next.capture_id}, captured_at = ${next.captured_at},
           shopper_id = ${next.state === 'matched' ? next.shopper_id : null}, deadline_at = ${next.deadline_at}
     where id = ${row.id} returning *`.execute(tx)
  await told(tx, rows[0]!)
  return rows[0]!
}

/** The notifier hands it to whoever waits for the hover or for the terminal. */
const told = (tx: QueryExecutorProvider, { id, terminal_id }: RefundHoverRow) =>
  sql`select pg_notify('payment_changed', ${`${id} ${terminal_id}`})`.execute(tx)

export const viewRefundHover = (row: RefundHoverRow): RefundHover => ({
  id: row.id,
  version: row.version,
  state: row.state,
  ...(row.reason === null ? {} : { reason: row.reason }),
  terminalId: row.terminal_id,
  askedHand: row.asked_hand,
  hoversLeft: row.hovers_left,
  createdAt: row.created_at.toISOString(),
  deadlineAt: row.deadline_at.toISOString(),
})
