import { type Guidance, MAX_AMOUNT_MINOR } from '@paume/contract'
import { type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { HoverOutcome } from './inputs.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import type { Caller } from './ports.ts'
import { BEFORE_MONEY, ENDS } from './states.ts'
import {
  expireIfDue,
  findPayment,
  lockPayment,
  type Moved,
  movePayment,
  type PaymentRow,
  planMove,
  writeAlone,
  writeMoved,
} from './store.ts'

/** Who may see a payment: any device of its shop. Another shop's device learns nothing. */
export function checkShop(row: PaymentRow, caller?: Caller): void {
  if (caller && caller.shopId !== row.shop_id) throw new Failure('payment_unknown')
}

/** A terminal may act on its own payments only. */
export function checkTerminal(row: PaymentRow, caller: Caller): void {
  checkShop(row, caller)
  if (caller.kind === 'terminal' && caller.deviceId !== row.terminal_id) throw new Failure('payment_unknown')
}

/** Read and written without a lock this often before it is done under one: whoever is quicker twice is hardly so three times. */
const TRIES_ALONE = 2

/**
 * A step that is one move and nothing else: read, then written where nobody moved the payment in between. Whoever came in between, and
 * whose time is over, is for the lock. `plan` answers null when there is nothing to do.
 */
export async function stepAlone(
  parts: PaymentParts,
  paymentId: string,
  plan: (row: PaymentRow, now: Date) => Moved | null,
  caller?: Caller,
): Promise<PaymentRow> {
  for (let tries = 0; tries < TRIES_ALONE; tries++) {
    const row = await findPayment(parts.db, paymentId)
    if (!row) throw new Failure('payment_unknown')
    if (caller) checkTerminal(row, caller)
    const now = nowOf(parts)
    if (BEFORE_MONEY.includes(row.state) && now >= row.deadline_at) break
    const planned = plan(row, now)
    const moved = planned === null ? row : await writeAlone(parts.db, planned)
    if (moved) return moved
  }
  return step(
    parts,
    paymentId,
    async (tx, row, now) => {
      const planned = plan(row, now)
      return planned === null ? row : writeMoved(tx, planned, now)
    },
    caller,
  )
}

/**
 * Locks a payment, ends it if its time is over, then does the step. The end is committed even though the step is refused: what a
 * person was told must be what is written.
 */
export async function step(
  parts: PaymentParts,
  paymentId: string,
  work: (tx: Tx, row: PaymentRow, now: Date) => Promise<PaymentRow>,
  caller?: Caller,
): Promise<PaymentRow> {
  const { row, lapsed } = await withTransaction(parts.db, async (tx) => {
    const locked = await lockPayment(tx, paymentId)
    if (caller) checkTerminal(locked, caller)
    const now = nowOf(parts)
    const current = await expireIfDue(tx, locked, now)
    if (current !== locked) return { row: current, lapsed: true }
    return { row: await work(tx, current, now), lapsed: false }
  })
  if (lapsed) throw new Failure('payment_state', { detail: 'The time for this payment is over.' })
  return row
}

export const presentPayment = (parts: PaymentParts, caller: Caller, paymentId: string): Promise<PaymentRow> =>
  stepAlone(parts, paymentId, (row, now) => (row.state === 'presented' ? null : planMove(row, 'present', now)), caller)

export const chooseTip = (
  parts: PaymentParts,
  caller: Caller,
  paymentId: string,
  tipMinor: number,
): Promise<PaymentRow> =>
  step(
    parts,
    paymentId,
    async (tx, row, now) => {
      if (row.tip.mode !== 'ask') throw new Failure('payment_state', { detail: 'No tip is asked for.' })
      // A hover was already made on the old total, and the shopper saw it.
      if (row.capture_id !== null) throw new Failure('payment_state', { detail: 'The tip comes before the palm.' })
      if (!Number.isSafeInteger(tipMinor) || tipMinor < 0) throw new Failure('amount_invalid')
      const tip = BigInt(tipMinor)
      if (row.amount_minor + tip > BigInt(MAX_AMOUNT_MINOR)) throw new Failure('amount_invalid')
      return movePayment(tx, row, 'choose_tip', now, { tip_minor: tip })
    },
    caller,
  )

export const recordPalmCaptured = (parts: PaymentParts, paymentId: string, captureId: string): Promise<PaymentRow> =>
  stepAlone(parts, paymentId, (row, now) =>
    planMove(row, 'take_palm', now, { capture_id: captureId, palm_captured_at: now, last_guidance: '[]' }),
  )

/** A hover that nobody could look at costs the shopper nothing: whichever hand, once more. */
export const dropHover = (tx: Tx, row: PaymentRow, now: Date): Promise<PaymentRow> =>
  movePayment(tx, row, 'drop_hover', now, { asked_hand: null })

/** The palm check failed on our side. A payment that moved on meanwhile stays as it is. */
export const recordHoverLost = (parts: PaymentParts, paymentId: string, captureId: string): Promise<PaymentRow> =>
  withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const row = await expireIfDue(tx, await lockPayment(tx, paymentId), now)
    return row.state === 'palm_captured' && row.capture_id === captureId ? dropHover(tx, row, now) : row
  })

export const recordHoverOutcome = (
  parts: PaymentParts,
  paymentId: string,
  outcome: HoverOutcome,
  guidance: Guidance[],
  captureId?: string,
): Promise<PaymentRow> =>
  withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const row = await expireIfDue(tx, await lockPayment(tx, paymentId), now)
    // Cancelled or timed out while the hand was looked at: that is what the terminal has to show.
    if (ENDS.includes(row.state)) return row
    // This hover was given up for lost: what it came to at last must not count against the one after it.
    if (captureId !== undefined && (row.state !== 'palm_captured' || row.capture_id !== captureId)) return row
    const last_guidance = JSON.stringify(guidance)
    if (outcome.kind === 'other_palm') {
      return movePayment(tx, row, 'ask_other_palm', now, { asked_hand: outcome.hand, last_guidance })
    }
    const hovers_left = Math.max(0, row.hovers_left - 1)
    if (hovers_left > 0)
      return movePayment(tx, row, 'fail_hover', now, { hovers_left, asked_hand: null, last_guidance })
    const declined = await movePayment(
      tx,
      row,
      'fail_last_hover',
      now,
      { hovers_left, asked_hand: null, last_guidance },
      outcome.reason,
    )
    await parts.audit.append(tx, 'payment.declined', { paymentId, reason: outcome.reason })
    return declined
  })
