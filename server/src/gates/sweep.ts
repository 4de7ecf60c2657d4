import { withTransaction } from '../database.ts'
import { endEntry } from './entries.ts'
import { type GateParts, nowOf } from './parts.ts'
import { settleSession } from './settle.ts'
import { callerOf, findSession, lockSession, moveSession, type SessionRow, takingsOf } from './store.ts'

/** A hold that nobody waits for any more: the gate has given up long before, ms. */
const ENTRY_STALE_MS = 20_000
/** How long a balance that was paid at the door may still turn out paid, ms. */
const DOOR_LATE_MS = 86_400_000
const BATCH = 100

/**
 * Takes up what was left in between: entries whose node died, money that was to be moved, carts that never came, balances whose card said
 * yes after all. Safe on any number of nodes. One visit that fails keeps no other waiting; the first failure is thrown at the end.
 */
export async function sweepGates(parts: GateParts): Promise<void> {
  const failures: unknown[] = []
  const each = async (rows: SessionRow[], work: (row: SessionRow) => Promise<unknown>) => {
    for (const row of rows) await work(row).catch((error: unknown) => failures.push(error))
  }
  const nowMs = parts.clock.nowMs()
  await each(await inState(parts, 'authorising', { before: new Date(nowMs - ENTRY_STALE_MS) }), (row) =>
    abandon(parts, row),
  )
  await each(await inState(parts, 'finalising', {}), (row) => settleSession(parts, row.id))
  await each(await lateCarts(parts), (row) => lapse(parts, row))
  await each(await inState(parts, 'owing', {}), (row) => paidAfterAll(parts, row))
  if (failures.length > 0) throw failures[0]
}

const inState = (parts: GateParts, state: 'authorising' | 'finalising' | 'owing', { before }: { before?: Date }) => {
  const rows = parts.db
    .selectFrom('gate_session')
    .selectAll()
    .where('state', '=', state)
    .orderBy('created_at', state === 'owing' ? 'desc' : 'asc')
    .limit(BATCH)
  return (before === undefined ? rows : rows.where('created_at', '<', before)).execute()
}

const lateCarts = (parts: GateParts) =>
  parts.db
    .selectFrom('gate_session')
    .selectAll()
    .where('state', 'in', ['inside', 'left'])
    .where('expires_at', '<=', nowOf(parts))
    .orderBy('expires_at')
    .limit(BATCH)
    .execute()

/** Nobody was let in: what the card may have said yes to is let go of. */
async function abandon(parts: GateParts, seen: SessionRow): Promise<void> {
  const row = await endEntry(parts, seen.id, null)
  if (row.state !== 'refused') return
  const caller = callerOf(row)
  const payment = await parts.payments.find(caller, row.entry_payment_id)
  if (payment !== null && !['declined', 'cancelled', 'expired'].includes(payment.state)) {
    await parts.payments.cancel(caller, row.entry_payment_id)
  }
}

async function lapse(parts: GateParts, seen: SessionRow): Promise<void> {
  const lapsed = await withTransaction(parts.db, async (tx) => {
    const row = await lockSession(tx, seen.id)
    if (row.state !== 'inside' && row.state !== 'left') return null
    await parts.audit.append(tx, 'gate.cart_never_came', { sessionId: row.id })
    return moveSession(tx, row, 'lapse', nowOf(parts))
  })
  if (lapsed === null) return
  await parts.payments.cancel(callerOf(lapsed), lapsed.entry_payment_id)
  parts.announce({ organisationId: lapsed.organisation_id, shopId: lapsed.shop_id, id: lapsed.id })
}

/** The answer of a card at the door was lost, and it was yes. */
async function paidAfterAll(parts: GateParts, { id }: SessionRow): Promise<void> {
  const row = await findSession(parts.db, id)
  if (row === null || row.state !== 'owing') return
  const since = parts.clock.nowMs() - DOOR_LATE_MS
  const late = (await takingsOf(parts.db, id)).filter((taking) => {
    return taking.purpose === 'door' && taking.created_at.getTime() > since
  })
  for (const { payment_id } of late) {
    const payment = await parts.payments.find(callerOf(row), payment_id)
    if (payment?.state !== 'approved' || payment.capturedMinor <= payment.refundedMinor) continue
    await withTransaction(parts.db, async (tx) => {
      const locked = await lockSession(tx, id)
      if (locked.state === 'owing') await moveSession(tx, locked, 'pay', nowOf(parts))
    })
    return settleSession(parts, id)
  }
}
