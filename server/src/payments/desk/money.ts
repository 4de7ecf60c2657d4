import type { Payment } from '@paume/contract'
import { withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import type { Staff } from '../../routing.ts'
import { cancelPayment } from '../cancellation.ts'
import { replayOf } from '../creation.ts'
import type { IdempotentRequest } from '../inputs.ts'
import type { Caller } from '../ports.ts'
import { refundPayment } from '../refund.ts'
import { viewPayment } from '../view.ts'
import { ownPayment } from './detail.ts'
import type { DeskParts } from './parts.ts'

/** The keys of the operator's token are its own. */
const OPERATOR = 'operator'

/** Staff move money as a till of the payment's shop does; the keys of their requests are each person's own. */
const callerFor = ({ id }: Staff, row: { shop_id: string; organisation_id: string }): Caller => ({
  deviceId: id ?? OPERATOR,
  kind: 'register',
  shopId: row.shop_id,
  organisationId: row.organisation_id,
})

/**
 * Gives captured money back, all that is left or less, and writes down who did it with the intent. Throws `not_found`, `payment_state`,
 * `amount_exceeds`, `amount_invalid`, `idempotency_key_conflict`.
 *
 * @param keyOf asked only once it is known that the payment is theirs: nobody else learns that there is one
 */
export async function refundByStaff(
  parts: DeskParts,
  staff: Staff,
  paymentId: string,
  refund: { amountMinor?: number; reason: string },
  keyOf: () => IdempotentRequest,
): Promise<Payment> {
  const caller = callerFor(staff, await ownPayment(parts, staff, paymentId))
  const idempotent = keyOf()
  const row = await refundPayment(parts, caller, paymentId, refund, idempotent, async (tx, operation) => {
    await parts.audit.append(tx, 'payment.refund_by_staff', {
      ...factsOf(staff, caller, paymentId),
      refundId: operation.id,
      amountMinor: Number(operation.amount_minor),
    })
  })
  if (row !== 'replayed') return viewPayment(parts.db, row)
  const reply = await replayOf(parts, caller, idempotent)
  if (reply === null) throw new Failure('payment_unknown')
  return reply
}

/** Calls a payment off, or releases what is held on the card. Throws `not_found`; `payment_state` once money was captured. */
export async function cancelByStaff(parts: DeskParts, staff: Staff, paymentId: string): Promise<Payment> {
  const caller = callerFor(staff, await ownPayment(parts, staff, paymentId))
  await withTransaction(parts.db, (tx) =>
    parts.audit.append(tx, 'payment.cancel_asked_by_staff', factsOf(staff, caller, paymentId)),
  )
  return viewPayment(parts.db, await cancelPayment(parts, caller, paymentId))
}

const factsOf = ({ id }: Staff, { organisationId, shopId }: Caller, paymentId: string) => ({
  staffId: id,
  organisationId,
  shopId,
  paymentId,
})
