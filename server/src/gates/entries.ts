import type { Currency, EntryRefusal, GateBalance, GateEntry, Payment } from '@paume/contract'
import type { Tx } from '../database.ts'
import { withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { type GateParts, nowOf } from './parts.ts'
import type { GateCaller, GatePayer, GateShopFacts } from './ports.ts'
import { holdFor, rulesOf } from './rules.ts'
import { settleSession } from './settle.ts'
import { findSession, insertTaking, lockSession, lockShopper, moveSession, refuse, type SessionRow } from './store.ts'

/** Who comes in after one more hover within this time comes in with whoever held the hand before, ms. */
const JOIN_WITHIN_MS = 180_000
const HOUR_MS = 3_600_000

/** Who stands at the gate. */
export type Arrival = {
  gate: GateCaller
  /** Null: a guest with a card. */
  shopperRef: string | null
  groupSize: number
  /** The hover it came of; the same one answers the same. */
  captureId: string | null
}

/** What has to be held before the gate opens; or an answer at once. */
export type Drafted =
  | { kind: 'answered'; entry: GateEntry }
  | { kind: 'hold'; session: SessionRow; amountMinor: bigint; paymentId: string; currency: string }

export const balanceOf = (row: SessionRow): GateBalance => ({
  session: row.id,
  owedMinor: Number(row.owed_minor),
  currency: row.currency as Currency,
  visitedAt: row.created_at.toISOString(),
})

export const admitted = (row: SessionRow, outcome: 'admitted' | 'joined', authMinor: bigint): GateEntry => ({
  outcome,
  guidance: [],
  session: row.id,
  ...(row.shopper_ref === null ? {} : { shopperRef: row.shopper_ref }),
  authAmountMinor: Number(authMinor),
  currency: row.currency as Currency,
  groupSize: row.group_size,
  expiresAt: row.expires_at.toISOString(),
})

const refused = (reason: EntryRefusal, more: Partial<GateEntry> = {}): GateEntry => ({
  outcome: 'refused',
  guidance: [],
  reason,
  ...more,
})

/** How an entry that was decided before stands: for a hover that is repeated. */
export function answerOf(row: SessionRow): GateEntry {
  if (row.state === 'refused') return refused(row.reason!, { session: row.id })
  if (row.state === 'authorising') return refused('processor_unavailable', { session: row.id })
  return admitted(row, 'admitted', row.hold_minor)
}

/**
 * Looks whether this person may come in, and writes the visit down with the payment that is to hold the money. One decision about a
 * shopper at a time: who owes is told so, who is here already brings somebody more.
 */
export async function draftEntry(parts: GateParts, arrival: Arrival): Promise<Drafted> {
  const shop = await shopOf(parts, arrival.gate)
  const drafted = await withTransaction(parts.db, (tx) => draft(parts, tx, shop, arrival))
  if (drafted.kind === 'answered') tellOf(parts, arrival.gate, drafted.entry.session)
  return drafted
}

export async function shopOf({ house }: GateParts, gate: GateCaller): Promise<GateShopFacts> {
  const shop = await house.shop(gate.shopId)
  if (shop === null) throw new Failure('not_found')
  return shop
}

const tellOf = ({ announce }: GateParts, { organisationId, shopId }: GateCaller, id: string | undefined) => {
  if (id !== undefined) announce({ organisationId, shopId, id })
}

async function draft(parts: GateParts, tx: Tx, shop: GateShopFacts, arrival: Arrival): Promise<Drafted> {
  const { gate, shopperRef, groupSize, captureId } = arrival
  const now = nowOf(parts)
  const rules = await rulesOf(tx, shop)
  if (groupSize > rules.mostInAGroup) return { kind: 'answered', entry: refused('group_too_large') }
  if (shopperRef !== null) {
    await lockShopper(tx, gate.organisationId, shopperRef)
    const here = await standingOf(tx, gate, shopperRef)
    const owing = here.find(({ state }) => state === 'owing')
    if (owing !== undefined) {
      return { kind: 'answered', entry: refused('balance_due', { shopperRef, balance: balanceOf(owing) }) }
    }
    const before = here.find(({ shop_id, entered_at }) => {
      return shop_id === gate.shopId && now.getTime() - entered_at!.getTime() < JOIN_WITHIN_MS
    })
    if (before !== undefined) {
      const people = before.group_size + groupSize
      if (people > rules.mostInAGroup) return { kind: 'answered', entry: refused('group_too_large') }
      const joined = await moveSession(tx, await lockSession(tx, before.id), 'join', now, { group_size: people })
      return { kind: 'answered', entry: admitted(joined, 'joined', joined.hold_minor) }
    }
  }
  const amountMinor = holdFor(rules, groupSize)
  const id = newId('gateSession', now.getTime())
  const paymentId = newId('payment', now.getTime())
  const session = await tx
    .insertInto('gate_session')
    .values({
      id,
      state: 'authorising',
      reason: null,
      gate_id: gate.deviceId,
      shop_id: gate.shopId,
      organisation_id: gate.organisationId,
      payer: shopperRef === null ? 'card' : 'palm',
      shopper_ref: shopperRef,
      group_size: groupSize,
      currency: shop.currency,
      entry_payment_id: paymentId,
      hold_minor: amountMinor,
      lines: '[]',
      gaps: '[]',
      total_minor: null,
      capture_id: captureId,
      working_until: null,
      created_at: now,
      entered_at: null,
      left_at: null,
      finalised_at: null,
      expires_at: new Date(now.getTime() + rules.cartWithinHours * HOUR_MS),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await insertTaking(tx, {
    payment_id: paymentId,
    session_id: id,
    purpose: 'hold',
    amount_minor: amountMinor,
    round: 0,
    created_at: now,
  })
  return { kind: 'hold', session, amountMinor, paymentId, currency: shop.currency }
}

/** Visits of this shopper that decide about another one, the latest first. */
const standingOf = (tx: Tx, { organisationId }: GateCaller, shopperRef: string) =>
  tx
    .selectFrom('gate_session')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('shopper_ref', '=', shopperRef)
    .where('state', 'in', ['inside', 'owing'])
    .orderBy('created_at', 'desc')
    .limit(20)
    .execute()

/** Asks for the hold, and opens the gate when it stands. A card that does not answer in time opens nothing, and holds nothing in the end. */
export async function holdAndAdmit(
  parts: GateParts,
  drafted: Extract<Drafted, { kind: 'hold' }>,
  gate: GateCaller,
  payer: GatePayer,
): Promise<GateEntry> {
  const { session, paymentId, amountMinor, currency } = drafted
  const payment = await parts.payments
    .charge(gate, { paymentId, amountMinor, currency, reference: session.id, capture: 'manual', payer })
    .catch(async (error: unknown) => {
      await endEntry(parts, session.id, null).catch(() => {})
      throw error
    })
  const row = await endEntry(parts, session.id, payment)
  if (row.state === 'refused') await letGo(parts, gate, payment)
  tellOf(parts, gate, row.id)
  return row.state === 'refused' ? refused(row.reason!, { session: row.id }) : admitted(row, 'admitted', amountMinor)
}

/** Nobody came in on it: if the card has said yes, or does later, the hold is let go of at once. */
async function letGo({ payments }: GateParts, gate: GateCaller, payment: Payment): Promise<void> {
  if (payment.state === 'declined' || payment.state === 'expired' || payment.state === 'cancelled') return
  await payments.cancel(gate, payment.id).catch(() => {})
}

/** Writes down how the hold came out, once. */
export const endEntry = (parts: GateParts, id: string, payment: Payment | null): Promise<SessionRow> =>
  withTransaction(parts.db, async (tx) => {
    const row = await lockSession(tx, id)
    if (row.state !== 'authorising') return row
    const now = nowOf(parts)
    if (payment?.state === 'approved') return moveSession(tx, row, 'admit', now, { entered_at: now })
    return refuse(tx, row, payment?.reason ?? 'processor_unavailable', now)
  })

export type BalanceDraft = { session: SessionRow; paymentId: string; amountMinor: bigint }

/** A balance that somebody at the door pays now. Throws `not_found`, `gate_state`. */
export const draftBalance = (parts: GateParts, gate: GateCaller, sessionId: string): Promise<BalanceDraft> =>
  withTransaction(parts.db, async (tx) => {
    const session = await lockSession(tx, sessionId)
    if (session.organisation_id !== gate.organisationId || session.shop_id !== gate.shopId)
      throw new Failure('not_found')
    if (session.state !== 'owing') throw new Failure('gate_state', { detail: `The visit is ${session.state}.` })
    const now = nowOf(parts)
    const paymentId = newId('payment', now.getTime())
    const amountMinor = session.owed_minor
    await insertTaking(tx, {
      payment_id: paymentId,
      session_id: session.id,
      purpose: 'door',
      amount_minor: amountMinor,
      round: session.round,
      created_at: now,
    })
    return { session, paymentId, amountMinor }
  })

/** Takes a balance by a palm or a card at the door; whoever pays need not be who owes. */
export async function payBalance(
  parts: GateParts,
  { session, paymentId, amountMinor }: BalanceDraft,
  gate: GateCaller,
  payer: GatePayer,
): Promise<GateEntry> {
  const payment = await parts.payments.charge(gate, {
    paymentId,
    amountMinor,
    currency: session.currency,
    reference: session.id,
    capture: 'automatic',
    payer,
  })
  if (payment.state !== 'approved') {
    // Told as not paid: what the card may still say yes to is given back.
    await letGo(parts, gate, payment)
    const reason = payment.reason ?? 'processor_unavailable'
    return refused(reason, { session: session.id, balance: balanceOf(session) })
  }
  await withTransaction(parts.db, async (tx) => {
    const row = await lockSession(tx, session.id)
    if (row.state === 'owing') await moveSession(tx, row, 'pay', nowOf(parts))
  })
  await settleSession(parts, session.id)
  const after = (await findSession(parts.db, session.id))!
  tellOf(parts, gate, session.id)
  return { outcome: 'paid', guidance: [], session: after.id, currency: after.currency as Currency }
}
