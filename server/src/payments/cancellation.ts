import { type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { performFollowUp } from './follow-up.ts'
import { freshKey, openIncrement, openOrDone } from './intents.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import type { Caller } from './ports.ts'
import { checkTerminal } from './shopper-steps.ts'
import { BEFORE_MONEY, ENDS, MONEY_IN_FLIGHT } from './states.ts'
import { expireIfDue, insertIntent, lockPayment, movePayment, type OperationRow, type PaymentRow } from './store.ts'

type Begun = { row: PaymentRow; operation: OperationRow | null }

/**
 * Cancels in whatever state the payment is. An end is answered as it is: who cancels twice, or too late, learns how it ended. Throws
 * `payment_state` once money was captured: that takes a refund.
 */
export async function cancelPayment(parts: PaymentParts, caller: Caller, paymentId: string): Promise<PaymentRow> {
  const { row, operation } = await withTransaction(parts.db, async (tx): Promise<Begun> => {
    const now = nowOf(parts)
    const locked = await lockPayment(tx, paymentId)
    checkTerminal(locked, caller)
    const current = await expireIfDue(tx, locked, now)
    if (ENDS.includes(current.state)) return { row: current, operation: null }
    const by = caller.kind === 'terminal' ? 'shopper' : 'till'
    if (BEFORE_MONEY.includes(current.state) || current.state === 'choosing_card') {
      const reason = by === 'till' ? 'cancelled_by_till' : 'cancelled_by_shopper'
      return { row: await movePayment(tx, current, 'cancel', now, {}, reason), operation: null }
    }
    if (MONEY_IN_FLIGHT.includes(current.state)) {
      if (await openOrDone(tx, current.id, 'capture')) {
        throw new Failure('payment_state', { detail: 'The money is being taken. Refund it afterwards.' })
      }
      if (current.cancel_requested !== null) return { row: current, operation: null }
      return { row: await movePayment(tx, current, 'request_cancel', now, { cancel_requested: by }), operation: null }
    }
    return { row: current, operation: await intendVoid(tx, current, now) }
  })
  return operation === null ? row : performFollowUp(parts, operation)
}

/** The intent to release an approved payment, or the one there is. Throws `payment_state` when money is or may be taken. */
export async function intendVoid(tx: Tx, row: PaymentRow, now: Date): Promise<OperationRow> {
  if (await openOrDone(tx, row.id, 'capture')) {
    throw new Failure('payment_state', { detail: 'The money was captured. Refund it instead.' })
  }
  // An increment that lands after the void would hold the money of a payment that is over.
  if (await openIncrement(tx, row.id)) {
    throw new Failure('payment_state', { detail: 'The authorisation is being raised. Ask again in a moment.' })
  }
  const under = await openOrDone(tx, row.id, 'void')
  if (under) return under
  const key = await freshKey(tx, row.id, 'void')
  return insertIntent(tx, { id: key, paymentId: row.id, kind: 'void', key, amountMinor: row.authorised_minor }, now)
}
