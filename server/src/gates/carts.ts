import type { CartAdjust, CartEvent, CartEvents, CartFinalise, CartLine, CartTaken, GateSession } from '@paume/contract'
import { MAX_AMOUNT_MINOR } from '@paume/contract'
import { type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { advance, applyEvent, type CartLines, gapsIn, totalOf } from './cart.ts'
import { type GateParts, nowOf } from './parts.ts'
import { rulesOf } from './rules.ts'
import { settleSession } from './settle.ts'
import { CART_OPEN } from './states.ts'
import { lockSession, moveSession, type SessionRow } from './store.ts'
import { cartView, eventOf, heldOf, viewSession } from './view.ts'

const DAY_MS = 86_400_000

/** Whose visit it may be: a gate's or a key's shops. Another's is as unknown as none. */
export type Reach = { gateId: string; organisationId: string; shopId: string | null }

export async function lockOwn(tx: Tx, reach: Reach, sessionId: string): Promise<SessionRow> {
  const row = await lockSession(tx, sessionId)
  const own =
    row.gate_id === reach.gateId &&
    row.organisation_id === reach.organisationId &&
    (reach.shopId === null || reach.shopId === row.shop_id)
  if (!own) throw new Failure('not_found')
  return row
}

const sameEvent = (one: CartEvent, other: CartEvent) =>
  one.kind === other.kind &&
  one.sku === other.sku &&
  one.quantity === other.quantity &&
  one.name === other.name &&
  one.unitMinor === other.unitMinor

const linesJson = (lines: CartLines) => ({ lines: JSON.stringify(lines) as never, cart_minor: totalOf(lines) })

/** More than any charge may be is no cart. */
function assertPayable(lines: CartLines): void {
  if (totalOf(lines) > BigInt(MAX_AMOUNT_MINOR)) throw new Failure('amount_invalid')
}

/**
 * Takes events of a cart in any order, any number of times. What is in line is applied; what is behind a gap is held. One number with two
 * meanings throws `cart_conflict`; anything new after the cart was finalised throws `gate_state`.
 */
export async function takeEvents(
  parts: GateParts,
  reach: Reach,
  sessionId: string,
  { events }: CartEvents,
): Promise<CartTaken> {
  const { taken, row } = await withTransaction(parts.db, async (tx) => {
    const session = await lockOwn(tx, reach, sessionId)
    const known = await storedEvents(tx, session.id, events)
    const fresh = new Map<number, CartEvent>()
    for (const event of events) {
      const before = known.get(event.sequence) ?? fresh.get(event.sequence)
      if (before === undefined) fresh.set(event.sequence, event)
      else if (!sameEvent(before, event)) throw new Failure('cart_conflict', { detail: `Number ${event.sequence}.` })
    }
    if (fresh.size > 0 && !CART_OPEN.includes(session.state)) {
      throw new Failure('gate_state', {
        detail: `The visit is ${session.state}; a cart that was finalised is adjusted.`,
      })
    }
    const after = fresh.size === 0 ? session : await writeEvents(parts, tx, session, [...fresh.values()])
    const cart = cartView(after, await heldOf(tx, after))
    return { taken: { accepted: fresh.size, doubled: events.length - fresh.size, cart }, row: after }
  })
  parts.announce({ organisationId: row.organisation_id, shopId: row.shop_id, id: row.id })
  return taken
}

async function storedEvents(tx: Tx, sessionId: string, events: CartEvent[]): Promise<Map<number, CartEvent>> {
  const rows = await tx
    .selectFrom('gate_cart_event')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where(
      'sequence',
      'in',
      events.map(({ sequence }) => sequence),
    )
    .execute()
  return new Map(rows.map((row) => [row.sequence, eventOf(row)]))
}

async function writeEvents(parts: GateParts, tx: Tx, session: SessionRow, fresh: CartEvent[]): Promise<SessionRow> {
  const now = nowOf(parts)
  await tx
    .insertInto('gate_cart_event')
    .values(
      fresh.map(({ sequence, kind, sku, name, quantity, unitMinor }) => ({
        session_id: session.id,
        sequence,
        kind,
        sku,
        name: name ?? null,
        quantity,
        unit_minor: unitMinor === undefined ? null : BigInt(unitMinor),
        received_at: now,
      })),
    )
    .execute()
  const waiting = await waitingEvents(tx, session)
  const { lines, next } = advance(session.lines, session.next_sequence, waiting)
  if (next === session.next_sequence) return session
  assertPayable(lines)
  return moveSession(tx, session, 'take_cart', now, { ...linesJson(lines), next_sequence: next })
}

const waitingEvents = async (tx: Tx, session: SessionRow): Promise<CartEvent[]> =>
  (
    await tx
      .selectFrom('gate_cart_event')
      .selectAll()
      .where('session_id', '=', session.id)
      .where('sequence', '>=', session.next_sequence)
      .orderBy('sequence')
      .execute()
  ).map(eventOf)

/** The shopper went out. The first time stays. */
export async function recordExit(
  parts: GateParts,
  reach: Reach,
  sessionId: string,
  at: string | undefined,
): Promise<GateSession> {
  const row = await withTransaction(parts.db, async (tx) => {
    const session = await lockOwn(tx, reach, sessionId)
    if (session.left_at !== null) return session
    const now = nowOf(parts)
    const said = at === undefined ? now : new Date(at)
    const earliest = session.entered_at ?? session.created_at
    // A clock that is off makes nobody leave before coming in, nor tomorrow.
    const left_at = said < earliest ? earliest : said > now ? now : said
    return moveSession(tx, session, 'leave', now, { left_at })
  })
  parts.announce({ organisationId: row.organisation_id, shopId: row.shop_id, id: row.id })
  return viewSession(parts, sessionId)
}

/**
 * The cart is whole: what waits behind a gap is applied, the gap reported, and the money moved. Asked again with the same total it answers
 * how the visit stands. Throws `gate_state` for another total: that is an adjustment.
 */
export async function finaliseCart(
  parts: GateParts,
  reach: Reach,
  sessionId: string,
  wish: CartFinalise,
): Promise<GateSession> {
  await withTransaction(parts.db, async (tx) => {
    const session = await lockOwn(tx, reach, sessionId)
    if (session.finalised_at !== null) {
      if (wish.totalMinor === undefined || BigInt(wish.totalMinor) === session.total_minor) return
      throw new Failure('gate_state', { detail: 'The cart was finalised with another total: adjust it.' })
    }
    const now = nowOf(parts)
    const waiting = await waitingEvents(tx, session)
    const there = waiting.map(({ sequence }) => sequence)
    const last = Math.max(there.at(-1) ?? 0, wish.lastSequence ?? 0, session.next_sequence - 1)
    const gaps = gapsIn(there, session.next_sequence, last)
    const lines = wish.lines ?? waiting.reduce<CartLines>(applyEvent, session.lines)
    assertPayable(lines)
    const total = wish.totalMinor === undefined ? totalOf(lines) : BigInt(wish.totalMinor)
    if (gaps.length > 0) await parts.audit.append(tx, 'gate.cart_gap', { sessionId, missing: missingIn(gaps) })
    await moveSession(tx, session, 'finalise', now, {
      ...linesJson(lines),
      next_sequence: last + 1,
      gaps: JSON.stringify(gaps) as never,
      total_minor: total,
      finalised_at: now,
    })
  })
  await settleSession(parts, sessionId)
  return viewSession(parts, sessionId)
}

const missingIn = (gaps: { from: number; to: number }[]) => gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0)

/** What the visit costs after all: the difference goes back, or is charged. Throws `gate_state`, also when it is too late. */
export async function adjustCart(
  parts: GateParts,
  reach: Reach,
  sessionId: string,
  { totalMinor, lines, reason }: CartAdjust,
): Promise<GateSession> {
  await withTransaction(parts.db, async (tx) => {
    const session = await lockOwn(tx, reach, sessionId)
    const now = nowOf(parts)
    if (session.finalised_at === null) throw new Failure('gate_state', { detail: 'The cart is not finalised yet.' })
    const rules = await rulesOf(tx, { id: session.shop_id, currency: session.currency })
    if (now.getTime() - session.finalised_at.getTime() > rules.adjustWithinDays * DAY_MS) {
      throw new Failure('gate_state', { detail: `Later than ${rules.adjustWithinDays} days.` })
    }
    await parts.audit.append(tx, 'gate.cart_adjusted', {
      sessionId,
      fromMinor: Number(session.total_minor),
      toMinor: totalMinor,
      reason,
    })
    await moveSession(tx, session, 'adjust', now, {
      ...(lines === undefined ? {} : linesJson(lines as CartLine[])),
      total_minor: BigInt(totalMinor),
      waived_minor: 0n,
      owed_minor: 0n,
      round: session.round + 1,
    })
  })
  await settleSession(parts, sessionId)
  return viewSession(parts, sessionId)
}
