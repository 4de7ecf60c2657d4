import { MAX_AMOUNT_MINOR } from '@paume/contract'
import { Failure } from '../failure.ts'
import { assertHeld, wholeMinor } from './capture.ts'
import type { IdempotentRequest } from './inputs.ts'
import { freshKey } from './intents.ts'
import { once } from './once.ts'
import { type PaymentParts, processorOf } from './parts.ts'
import type { Caller } from './ports.ts'
import { assertMayRaise, tellingRefusal } from './raise.ts'
import { insertIntent, type PaymentRow } from './store.ts'

/**
 * Holds that much more on the card, before the capture. Throws `increment_unsupported` where the processor cannot, `limit_exceeded` where
 * the charge would not have been allowed as much.
 */
export function incrementPayment(
  parts: PaymentParts,
  caller: Caller,
  paymentId: string,
  amountMinor: number,
  idempotent: IdempotentRequest,
): Promise<PaymentRow | 'replayed'> {
  const raised = once(parts, caller, paymentId, idempotent, async (tx, row, now) => {
    await assertHeld(tx, row)
    const byMinor = wholeMinor(amountMinor, 1)
    if (row.authorised_minor + byMinor > BigInt(MAX_AMOUNT_MINOR)) throw new Failure('amount_invalid')
    if (!processorOf(parts, row.processor).capabilities.increments) throw new Failure('increment_unsupported')
    await assertMayRaise(parts, tx, row, row.authorised_minor + byMinor, now)
    const key = await freshKey(tx, row.id, 'increment')
    const intent = { id: key, paymentId: row.id, kind: 'increment' as const, key }
    return insertIntent(tx, { ...intent, amountMinor: byMinor, raisesMinor: byMinor }, now)
  })
  return tellingRefusal(parts, raised)
}
