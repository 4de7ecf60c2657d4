import { type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { operationKey } from './authorisation.ts'
import { performFollowUp } from './follow-up.ts'
import { claimKey, keepReply } from './idempotency.ts'
import type { IdempotentRequest } from './inputs.ts'
import { holdTransfer } from './ledger/store.ts'
import { nowOf, type PaymentParts, processorOf } from './parts.ts'
import type { Caller } from './ports.ts'
import { checkShop } from './shopper-steps.ts'
import { BEFORE_MONEY, ENDS, MONEY_IN_FLIGHT } from './states.ts'
import { expireIfDue, insertIntent, lockPayment, movePayment, type OperationRow, type PaymentRow } from './store.ts'
import { viewPayment } from './view.ts'

type Begun = { row: PaymentRow; operation: OperationRow | null }

const openOrDone = (tx: Tx, paymentId: string, kind: 'capture' | 'void') =>
  tx
    .selectFrom('payment_operation')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .where('kind', '=', kind)
    .where('state', '<>', 'failed')
    .executeTakeFirst()

/** A processor key for a try after one that failed: keys are never used twice. */
async function freshKey(tx: Tx, paymentId: string, kind: 'capture' | 'void'): Promise<string> {
  const { tries } = await tx
    .selectFrom('payment_operation')
    .select((eb) => eb.fn.countAll<bigint>().as('tries'))
    .where('payment_id', '=', paymentId)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()
  const key = operationKey(paymentId, kind)
  return tries === 0n ? key : `${key}:${tries}`
}

/**
 * Cancels in whatever state the payment is. An end is answered as it is: who cancels twice, or too late, learns how it ended. Throws
 * `payment_state` once money was captured: that takes a refund.
 */
export async function cancelPayment(parts: PaymentParts, caller: Caller, paymentId: string): Promise<PaymentRow> {
  const { row, operation } = await withTransaction(parts.db, async (tx): Promise<Begun> => {
    const now = nowOf(parts)
    const locked = await lockPayment(tx, paymentId)
    checkShop(locked, caller)
    if (caller.kind === 'terminal' && caller.deviceId !== locked.terminal_id) throw new Failure('payment_unknown')
    const current = await expireIfDue(tx, locked, now)
    if (ENDS.includes(current.state)) return { row: current, operation: null }
    const by = caller.kind === 'terminal' ? 'shopper' : 'till'
    if (BEFORE_MONEY.includes(current.state)) {
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
    return beginVoid(tx, current, now)
  })
  return operation === null ? row : performFollowUp(parts, operation)
}

async function beginVoid(tx: Tx, row: PaymentRow, now: Date): Promise<Begun> {
  if (await openOrDone(tx, row.id, 'capture')) {
    throw new Failure('payment_state', { detail: 'The money was captured. Refund it instead.' })
  }
  const under = await openOrDone(tx, row.id, 'void')
  if (under) return { row, operation: under }
  const key = await freshKey(tx, row.id, 'void')
  const intent = { id: key, paymentId: row.id, kind: 'void' as const, key, amountMinor: row.authorised_minor }
  return { row, operation: await insertIntent(tx, intent, now) }
}

/** Captures what was authorised, or less where the processor can; the rest is released. Once a payment. */
export function capturePayment(
  parts: PaymentParts,
  caller: Caller,
  paymentId: string,
  amountMinor: number | undefined,
  idempotent: IdempotentRequest,
): Promise<PaymentRow | 'replayed'> {
  return once(parts, caller, paymentId, idempotent, async (tx, row, now) => {
    if (row.state !== 'approved' || row.captured_minor > 0n) throw new Failure('payment_state')
    if ((await openOrDone(tx, row.id, 'capture')) || (await openOrDone(tx, row.id, 'void')))
      throw new Failure('payment_state')
    const amount = wholeAmount(amountMinor, row.authorised_minor)
    const { partialCapture } = processorOf(parts, row.processor).capabilities
    if (amount < row.authorised_minor && !partialCapture) {
      throw new Failure('amount_invalid', { detail: 'This processor captures all or nothing.' })
    }
    const key = await freshKey(tx, row.id, 'capture')
    return insertIntent(tx, { id: key, paymentId: row.id, kind: 'capture', key, amountMinor: amount }, now)
  })
}

/** Gives captured money back, all that is left or less. Refunds that are under way count as given. */
export function refundPayment(
  parts: PaymentParts,
  caller: Caller,
  paymentId: string,
  refund: { amountMinor?: number; reason?: string },
  idempotent: IdempotentRequest,
): Promise<PaymentRow | 'replayed'> {
  return once(parts, caller, paymentId, idempotent, async (tx, row, now) => {
    if (row.state !== 'approved' || row.captured_minor === 0n) throw new Failure('payment_state')
    const claimed = await tx
      .selectFrom('payment_operation')
      .select('amount_minor')
      .where('payment_id', '=', row.id)
      .where('kind', '=', 'refund')
      .where('state', '<>', 'failed')
      .execute()
    const leftMinor = row.captured_minor - claimed.reduce((sum, operation) => sum + operation.amount_minor, 0n)
    const amount = wholeAmount(refund.amountMinor, leftMinor)
    const id = newId('refund', now.getTime())
    const intent = { id, paymentId: row.id, kind: 'refund' as const, key: id, amountMinor: amount, note: refund.reason }
    const operation = await insertIntent(tx, intent, now)
    const book = { organisationId: row.organisation_id, currency: row.currency }
    await holdTransfer(tx, { ...book, id, paymentId: row.id, kind: 'refund', amountMinor: amount }, now)
    await movePayment(tx, row, 'refund', now)
    return operation
  })
}

function wholeAmount(wish: number | undefined, leftMinor: bigint): bigint {
  if (wish !== undefined && (!Number.isSafeInteger(wish) || wish <= 0)) throw new Failure('amount_invalid')
  const amount = wish === undefined ? leftMinor : BigInt(wish)
  if (amount <= 0n || amount > leftMinor) throw new Failure('amount_exceeds')
  return amount
}

/** Claims the key and writes the intent in one transaction, asks the processor, keeps the reply under the key. */
async function once(
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
    const intended = await intend(tx, row, now)
    await keepReply(tx, caller.deviceId, idempotent.key, paymentId, null)
    return intended
  })
  if (operation === null) return 'replayed'
  const row = await performFollowUp(parts, operation)
  await keepReply(parts.db, caller.deviceId, idempotent.key, paymentId, await viewPayment(parts.db, row))
  return row
}
