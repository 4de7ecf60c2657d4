import type { Cart, CartEvent, Currency, GateSession, GateTaking } from '@paume/contract'
import type { Db, Tx } from '../database.ts'
import { gapsIn } from './cart.ts'
import type { GateParts } from './parts.ts'
import { callerOf, findSession, type SessionRow, takingOf, takingsOf } from './store.ts'

/** Numbers that wait behind a gap. */
export async function heldOf(db: Db | Tx, row: SessionRow): Promise<number[]> {
  const rows = await db
    .selectFrom('gate_cart_event')
    .select('sequence')
    .where('session_id', '=', row.id)
    .where('sequence', '>=', row.next_sequence)
    .orderBy('sequence')
    .execute()
  return rows.map(({ sequence }) => sequence)
}

export function cartView(row: SessionRow, held: readonly number[]): Cart {
  const open = row.finalised_at === null
  const last = held.at(-1)
  return {
    lines: row.lines,
    totalMinor: Number(row.cart_minor),
    currency: row.currency as Currency,
    nextSequence: row.next_sequence,
    held: open ? [...held] : [],
    gaps: open ? (last === undefined ? [] : gapsIn(held, row.next_sequence, last)) : row.gaps,
  }
}

/** A visit whole, with how its money stands at this moment. */
export async function viewSession(parts: GateParts, id: string): Promise<GateSession> {
  const row = (await findSession(parts.db, id))!
  const [held, rows] = await Promise.all([heldOf(parts.db, row), takingsOf(parts.db, id)])
  const caller = callerOf(row)
  const takings = await Promise.all(
    rows.map(async (taking): Promise<GateTaking> => {
      const payment = await parts.payments.find(caller, taking.payment_id)
      const { state, authorisedMinor, capturedMinor, refundedMinor } = takingOf(taking, payment)
      return {
        paymentId: taking.payment_id,
        purpose: taking.purpose,
        state,
        ...(payment?.reason === undefined ? {} : { reason: payment.reason }),
        authorisedMinor: Number(authorisedMinor),
        capturedMinor: Number(capturedMinor),
        refundedMinor: Number(refundedMinor),
        ...(payment?.card === undefined ? {} : { card: payment.card }),
      }
    }),
  )
  const paid = takings.reduce((sum, taking) => sum + taking.capturedMinor - taking.refundedMinor, 0)
  return {
    id: row.id,
    version: row.version,
    state: row.state,
    ...(row.reason === null ? {} : { reason: row.reason }),
    gateId: row.gate_id,
    shop: { id: row.shop_id },
    ...(row.shopper_ref === null ? {} : { shopperRef: row.shopper_ref }),
    payer: row.payer,
    groupSize: row.group_size,
    currency: row.currency as Currency,
    authAmountMinor: takings.find(({ purpose }) => purpose === 'hold')?.authorisedMinor ?? 0,
    cart: cartView(row, held),
    totalMinor: row.total_minor === null ? null : Number(row.total_minor),
    paidMinor: paid,
    owedMinor: Number(row.owed_minor),
    waivedMinor: Number(row.waived_minor),
    takings,
    enteredAt: row.entered_at?.toISOString() ?? null,
    leftAt: row.left_at?.toISOString() ?? null,
    finalisedAt: row.finalised_at?.toISOString() ?? null,
    expiresAt: row.expires_at.toISOString(),
    createdAt: row.created_at.toISOString(),
  }
}

export const eventOf = (row: {
  sequence: number
  kind: 'add' | 'remove' | 'set'
  sku: string
  name: string | null
  quantity: number
  unit_minor: bigint | null
}): CartEvent => ({
  sequence: row.sequence,
  kind: row.kind,
  sku: row.sku,
  ...(row.name === null ? {} : { name: row.name }),
  quantity: row.quantity,
  ...(row.unit_minor === null ? {} : { unitMinor: Number(row.unit_minor) }),
})
