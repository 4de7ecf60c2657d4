import type { GateSession } from '@paume/contract'
import { withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { lockOwn, type Reach } from './carts.ts'
import { type GateParts, nowOf } from './parts.ts'
import { holdFor, rulesOf } from './rules.ts'
import { callerOf, moveSession } from './store.ts'
import { viewSession } from './view.ts'

/** How long after the entry a group may be counted anew, ms. */
const COUNT_WITHIN_MS = 180_000

/**
 * How many came in on this palm. More people hold more on the card where the processor can; where it cannot, the cart is charged all the
 * same in the end. Throws `gate_state` later than a few minutes, `limit_exceeded` where the card may not be asked for so much.
 */
export async function countGroup(
  parts: GateParts,
  reach: Reach,
  sessionId: string,
  people: number,
): Promise<GateSession> {
  const raise = await withTransaction(parts.db, async (tx) => {
    const row = await lockOwn(tx, reach, sessionId)
    if (row.group_size === people) return null
    const now = nowOf(parts)
    const late = row.entered_at === null || now.getTime() - row.entered_at.getTime() > COUNT_WITHIN_MS
    if (late || row.state !== 'inside') throw new Failure('gate_state', { detail: 'The group came in a while ago.' })
    const rules = await rulesOf(tx, { id: row.shop_id, currency: row.currency })
    if (people > rules.mostInAGroup) throw new Failure('gate_state', { detail: `At most ${rules.mostInAGroup}.` })
    const wanted = holdFor(rules, people)
    const byMinor = wanted - row.hold_minor
    const hold_minor = byMinor > 0n ? wanted : row.hold_minor
    const moved = await moveSession(tx, row, 'join', now, { group_size: people, hold_minor })
    return byMinor > 0n ? { row: moved, byMinor } : null
  })
  if (raise !== null) {
    const { row, byMinor } = raise
    const amountMinor = Number(byMinor)
    const key = `${row.id}:group:${row.version}`
    await parts.payments
      .increment(callerOf(row), row.entry_payment_id, amountMinor, {
        key,
        method: 'POST',
        path: 'gate:group',
        body: { amountMinor },
      })
      .catch((error: unknown) => {
        // They are in: what the card does not hold now it is asked for with the cart.
        if (!(error instanceof Failure)) throw error
      })
  }
  return viewSession(parts, sessionId)
}
