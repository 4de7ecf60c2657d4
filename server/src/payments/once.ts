import type { Tx } from '../database.ts'
import { withTransaction } from '../database.ts'
import { acknowledged } from './acknowledgement.ts'
import { performFollowUp } from './follow-up.ts'
import { claimKey, keepReply } from './idempotency.ts'
import type { IdempotentRequest } from './inputs.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import type { Caller } from './ports.ts'
import { checkShop } from './shopper-steps.ts'
import { lockPayment, type OperationRow, type PaymentRow } from './store.ts'
import { viewPayment } from './view.ts'

/**
 * What a till asks of a payment it knows: claims the key and writes the intent in one transaction, asks the processor, keeps the reply
 * under the key. A till that asks has heard of the payment.
 */
export async function once(
  parts: PaymentParts,
  caller: Caller,
  paymentId: string,
  idempotent: IdempotentRequest,
  intend: (tx: Tx, row: PaymentRow, now: Date) => Promise<OperationRow>,
): Promise<PaymentRow | 'replayed'> {
  const operation = await withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const row = await lockPayment(tx, paymentId)
    checkShop(row, caller)
    const claim = await claimKey(tx, caller.deviceId, idempotent, now)
    if (claim.kind === 'seen') return null
    const intended = await intend(tx, await acknowledged(tx, row, now), now)
    await keepReply(tx, caller.deviceId, idempotent.key, paymentId, null)
    return intended
  })
  if (operation === null) return 'replayed'
  const row = await performFollowUp(parts, operation)
  await keepReply(parts.db, caller.deviceId, idempotent.key, paymentId, await viewPayment(parts.db, row))
  return row
}
