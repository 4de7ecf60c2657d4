import { type CaptureRequest, MAX_AMOUNT_MINOR } from '@paume/contract'
import type { Tx } from '../database.ts'
import { Failure } from '../failure.ts'
import { planCapture } from './capture-plan.ts'
import type { IdempotentRequest } from './inputs.ts'
import { freshKey, openIncrement, openOrDone } from './intents.ts'
import { once } from './once.ts'
import { type PaymentParts, processorOf } from './parts.ts'
import type { Caller } from './ports.ts'
import { assertMayRaise, tellingRefusal } from './raise.ts'
import { insertIntent, type OperationRow, type PaymentRow } from './store.ts'

/** A whole, positive number of minor units, as it came from outside. Throws `amount_invalid`. */
export function wholeMinor(wish: number, least: 0 | 1): bigint {
  if (!Number.isSafeInteger(wish) || wish < least) throw new Failure('amount_invalid')
  return BigInt(wish)
}

/** Throws `payment_state` unless the payment is approved, not captured, and nothing of it is under way. */
export async function assertHeld(tx: Tx, row: PaymentRow): Promise<void> {
  if (row.state !== 'approved' || row.captured_minor > 0n) throw new Failure('payment_state')
  if ((await openOrDone(tx, row.id, 'capture')) || (await openOrDone(tx, row.id, 'void')))
    throw new Failure('payment_state')
  if (await openIncrement(tx, row.id)) {
    throw new Failure('payment_state', { detail: 'The authorisation is being raised. Ask again in a moment.' })
  }
}

/**
 * Captures what is authorised, less, or more as far as the processor says; what is left is released. Once a payment. A tip told here
 * replaces the one chosen before the palm; above the authorisation it is bound by the policy, and raises the authorisation first
 * where the processor cannot capture more than it holds. Above the authorisation the limits hold as for a charge: `limit_exceeded`.
 */
export function capturePayment(
  parts: PaymentParts,
  caller: Caller,
  paymentId: string,
  wish: CaptureRequest,
  idempotent: IdempotentRequest,
): Promise<PaymentRow | 'replayed'> {
  const captured = once(parts, caller, paymentId, idempotent, async (tx, row, now) => {
    await assertHeld(tx, row)
    const { wholeMinor: whole, tipMinor } = wanted(row, wish)
    if (whole <= 0n) throw new Failure('amount_invalid')
    if (whole > BigInt(MAX_AMOUNT_MINOR)) throw new Failure('amount_exceeds')
    const goodsMinor = tipMinor === null ? whole : whole - tipMinor
    if (goodsMinor > row.maximum_capture_minor) throw new Failure('amount_exceeds', { detail: atMost(row) })
    if (tipMinor !== null) checkTipPolicy(parts, row, whole)
    await assertMayRaise(parts, tx, row, whole, now)
    return intendCapture(parts, tx, row, whole, tipMinor, now)
  })
  return tellingRefusal(parts, captured)
}

const atMost = (row: PaymentRow) => `At most ${row.maximum_capture_minor} may be captured.`

function wanted(row: PaymentRow, wish: CaptureRequest): { wholeMinor: bigint; tipMinor: bigint | null } {
  const tipMinor = wish.tipMinor === undefined ? null : wholeMinor(wish.tipMinor, 0)
  if (wish.amountMinor === undefined) {
    if (tipMinor === null) return { wholeMinor: row.authorised_minor, tipMinor }
    return { wholeMinor: row.authorised_minor - row.tip_minor + tipMinor, tipMinor }
  }
  const whole = wholeMinor(wish.amountMinor, 1)
  if (tipMinor !== null && tipMinor > whole) {
    throw new Failure('amount_invalid', { detail: 'The tip is part of the whole and cannot be more than it.' })
  }
  return { wholeMinor: whole, tipMinor }
}

/** The shopper agreed to what was on the screen: what a tip on paper may add to it has a limit. */
function checkTipPolicy({ policy }: PaymentParts, row: PaymentRow, whole: bigint): void {
  const mostMinor = (row.authorised_minor * BigInt(100 + policy.tipAboveAuthorisedPercent)) / 100n
  if (whole > mostMinor && whole > row.maximum_capture_minor) {
    throw new Failure('amount_exceeds', { detail: `With a tip at most ${mostMinor} may be captured.` })
  }
}

async function intendCapture(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  whole: bigint,
  tipMinor: bigint | null,
  now: Date,
): Promise<OperationRow> {
  const held = { authorisedMinor: row.authorised_minor, maximumMinor: row.maximum_capture_minor }
  const plan = planCapture(whole, held, processorOf(parts, row.processor).capabilities)
  const key = await freshKey(tx, row.id, 'capture')
  const aboveMinor = whole - row.authorised_minor
  const capture = {
    id: key,
    paymentId: row.id,
    kind: 'capture' as const,
    key,
    amountMinor: whole,
    ...(tipMinor === null ? {} : { tipMinor }),
  }
  switch (plan.kind) {
    case 'all_or_nothing':
      throw new Failure('amount_invalid', { detail: 'This processor captures all or nothing.' })
    case 'second_payment':
      throw new Failure('amount_exceeds', { detail: atMost(row) })
    case 'capture':
      return insertIntent(tx, aboveMinor > 0n ? { ...capture, raisesMinor: aboveMinor } : capture, now)
    case 'raise_first': {
      const raiseKey = await freshKey(tx, row.id, 'increment')
      const raise = { id: raiseKey, paymentId: row.id, kind: 'increment' as const, key: raiseKey }
      const first = await insertIntent(tx, { ...raise, amountMinor: plan.byMinor, raisesMinor: aboveMinor }, now)
      await insertIntent(tx, { ...capture, waitsFor: first.id }, now)
      return first
    }
  }
}
