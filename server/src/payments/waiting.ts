import { withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { heardOfTill } from './acknowledgement.ts'
import type { Wait } from './inputs.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import type { Caller } from './ports.ts'
import { checkTerminal } from './shopper-steps.ts'
import { BEFORE_MONEY } from './states.ts'
import { expireIfDue, findActive, findPayment, lockPayment, type PaymentRow } from './store.ts'

/** Nobody reads an active payment whose time is over: reading it ends it. */
async function current(parts: PaymentParts, row: PaymentRow): Promise<PaymentRow> {
  const now = nowOf(parts)
  if (!BEFORE_MONEY.includes(row.state) || now < row.deadline_at) return row
  return withTransaction(parts.db, async (tx) => expireIfDue(tx, await lockPayment(tx, row.id), now))
}

export async function currentPayment(parts: PaymentParts, paymentId: string, caller?: Caller): Promise<PaymentRow> {
  const row = await findPayment(parts.db, paymentId)
  if (!row) throw new Failure('payment_unknown')
  if (caller) checkTerminal(row, caller)
  return current(parts, row)
}

export async function currentActive(parts: PaymentParts, terminalId: string): Promise<PaymentRow | null> {
  const row = await findActive(parts.db, terminalId)
  if (!row) return null
  const now = await current(parts, row)
  return now.state === 'expired' ? null : now
}

/** Holds until the payment is newer than `afterVersion`, the time is over, or nobody listens any more. */
export async function waitForPayment(
  parts: PaymentParts,
  caller: Caller,
  paymentId: string,
  wait: Wait,
): Promise<PaymentRow> {
  const untilMs = performance.now() + wait.waitMs
  for (let first = true; ; first = false) {
    const row = await currentPayment(parts, paymentId, caller)
    if (first) await heardOfTill(parts, row, caller)
    const leftMs = untilMs - performance.now()
    if (row.version > wait.afterVersion || leftMs <= 0 || wait.signal?.aborted || !parts.notifier.open) {
      if (!first && !wait.signal?.aborted) await heardOfTill(parts, row, caller)
      return row
    }
    await parts.notifier.next(paymentId, leftMs, wait.signal)
  }
}

export type TerminalWait = {
  waitMs: number
  after: { paymentId: string; version: number } | null
  signal?: AbortSignal
}

/**
 * What a terminal should show now: its active payment, else the last one it knows if that has moved on (so that it can say how it
 * ended), else nothing. Holds while that is what the terminal knows already.
 */
export async function waitForTerminal(
  parts: PaymentParts,
  caller: Caller,
  terminalId: string,
  wait: TerminalWait,
): Promise<PaymentRow | null> {
  if (caller.deviceId !== terminalId) throw new Failure('terminal_unknown')
  const untilMs = performance.now() + wait.waitMs
  await parts.terminals.seen(terminalId)
  for (;;) {
    const news = await newsFor(parts, terminalId, wait.after)
    const leftMs = untilMs - performance.now()
    if (news !== null || leftMs <= 0 || wait.signal?.aborted || !parts.notifier.open) {
      if (!wait.signal?.aborted) await parts.terminals.seen(terminalId)
      return news ?? currentActive(parts, terminalId)
    }
    await parts.notifier.next(terminalId, leftMs, wait.signal)
  }
}

async function newsFor(
  parts: PaymentParts,
  terminalId: string,
  after: TerminalWait['after'],
): Promise<PaymentRow | null> {
  const active = await currentActive(parts, terminalId)
  if (active) return active.id === after?.paymentId && active.version <= after.version ? null : active
  if (!after) return null
  const known = await findPayment(parts.db, after.paymentId)
  return known && known.terminal_id === terminalId && known.version > after.version ? known : null
}
