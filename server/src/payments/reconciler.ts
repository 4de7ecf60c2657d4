import { type Db, type Tx, withTransaction } from '../database.ts'
import { type Answer, ask } from './asking.ts'
import { recordAuthorisation, recordNeverSeen } from './authorisation.ts'
import { chargeUnchosen } from './authorise.ts'
import { performFollowUp, recordFollowUp } from './follow-up.ts'
import { operationKey } from './intents.ts'
import { nowOf, type PaymentParts, processorOf } from './parts.ts'
import { type Charge, type Processor, ProcessorFailure } from './processors/processor.ts'
import { recordReleased } from './record-release.ts'
import { abandoned, reverseAbandoned } from './reversal.ts'
import { dropHover } from './shopper-steps.ts'
import { BEFORE_MONEY } from './states.ts'
import {
  expireIfDue,
  findPayment,
  insertIntent,
  lockPayment,
  movePayment,
  type OperationRow,
  type PaymentRow,
  updateOperation,
} from './store.ts'

/** Operations and payments taken up in one round. */
const BATCH = 100
/**
 * After we decided that the processor never saw an authorisation it is looked up again this much later, ms: a request that was stuck
 * somewhere for minutes must not leave a hold on somebody's card.
 */
const RECHECK_AFTER_MS = [60_000, 600_000, 3_600_000] as const
/**
 * An increment, capture or refund is sent again under its own key for this long, ms. Processors forget keys after a day (payments.md),
 * so we stop well before. A void has no end: what it does twice it does once.
 */
const RESEND_WITHIN_MS = 20 * 3_600_000

export type Round = { settled: number; expired: number; failures: unknown[] }

/**
 * One round of putting right what was left in between: payments whose time is over, terminals that went away, intents whose reply never
 * came. Decides by the processor's books only. Several nodes may run rounds at the same time: everything is recorded once.
 */
export async function reconcile(parts: PaymentParts): Promise<Round> {
  const round: Round = { settled: 0, expired: 0, failures: [] }
  const each = async <T>(items: T[], work: (item: T) => Promise<unknown>, count: 'settled' | 'expired') => {
    for (const item of items) {
      try {
        if (await work(item)) round[count] += 1
      } catch (error) {
        round.failures.push(error)
      }
    }
  }
  await each(await unfinished(parts.db), (row) => endOrFree(parts, row), 'expired')
  await each(await unchosen(parts), (row) => goOn(parts, row), 'settled')
  await each(await openOperations(parts), (operation) => settle(parts, operation), 'settled')
  await each(await dueRechecks(parts), (operation) => recheck(parts, operation), 'settled')
  await each(await lapsedHolds(parts), (row) => letLapse(parts, row), 'expired')
  await each(await abandoned(parts, BATCH), (row) => reverseAbandoned(parts, row), 'settled')
  return round
}

const unfinished = async (db: Db): Promise<PaymentRow[]> =>
  (await db
    .selectFrom('payment')
    .selectAll()
    .where('state', 'in', [...BEFORE_MONEY])
    .orderBy('deadline_at')
    .limit(BATCH * 10)
    .execute()) as PaymentRow[]

/** Ends a payment that is over or whose terminal is gone; gives a lost hover back to the shopper. True when it changed something. */
async function endOrFree(parts: PaymentParts, seen: PaymentRow): Promise<boolean> {
  const silent = await terminalSilent(parts, seen.terminal_id)
  const nowMs = parts.clock.nowMs()
  const stale = (row: PaymentRow) =>
    row.state === 'palm_captured' && nowMs - row.palm_captured_at!.getTime() > parts.timing.hoverStaleMs
  if (!silent && !stale(seen) && seen.deadline_at.getTime() > nowMs) return false
  return withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const locked = await lockPayment(tx, seen.id)
    if (!BEFORE_MONEY.includes(locked.state)) return false
    const row = await expireIfDue(tx, locked, now)
    if (row === locked && silent) await movePayment(tx, row, 'expire', now, {}, 'terminal_gone')
    else if (row === locked && stale(row)) await dropHover(tx, row, now)
    return true
  })
}

/** Payments whose shopper did not choose a card in time, or whose terminal may have gone while they chose. */
const unchosen = async (parts: PaymentParts): Promise<PaymentRow[]> =>
  (await parts.db
    .selectFrom('payment')
    .selectAll()
    .where('state', '=', 'choosing_card')
    .limit(BATCH)
    .execute()) as PaymentRow[]

/** A shopper whose terminal is gone was shown no choice: nothing more is charged. */
async function goOn(parts: PaymentParts, seen: PaymentRow): Promise<boolean> {
  if (!(await terminalSilent(parts, seen.terminal_id))) {
    return seen.choice_until! <= nowOf(parts) && chargeUnchosen(parts, seen.id)
  }
  return withTransaction(parts.db, async (tx) => {
    const row = await lockPayment(tx, seen.id)
    if (row.state !== 'choosing_card') return false
    await movePayment(tx, row, 'expire', nowOf(parts), {}, 'terminal_gone')
    return true
  })
}

async function terminalSilent(parts: PaymentParts, terminalId: string): Promise<boolean> {
  const terminal = await parts.terminals.find(terminalId)
  if (!terminal || terminal.revoked || terminal.lastSeenAt === null) return true
  return parts.clock.nowMs() - terminal.lastSeenAt.getTime() > parts.timing.terminalSilentMs
}

/**
 * Intents that nobody can be waiting for any more, and refunds that the processor is still working on. What waits for another operation
 * is taken up when that one has succeeded.
 */
const openOperations = (parts: PaymentParts): Promise<OperationRow[]> =>
  parts.db
    .selectFrom('payment_operation')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('waits_for', 'is', null),
        eb(
          'waits_for',
          'in',
          eb
            .selectFrom('payment_operation as first')
            .select('first.id')
            .where('first.state', '=', 'succeeded')
            .whereRef('first.id', '=', 'payment_operation.waits_for'),
        ),
      ]),
    )
    .where((eb) =>
      eb.or([
        eb.and([
          eb('state', '=', 'intended'),
          eb('asked_at', '<=', new Date(parts.clock.nowMs() - parts.timing.processorReplyMs - 500)),
        ]),
        eb('state', '=', 'pending'),
      ]),
    )
    .orderBy('asked_at')
    .limit(BATCH)
    .execute()

async function look(
  parts: PaymentParts,
  processor: Processor,
  by: { key: string } | { ref: string },
): Promise<Charge | null | 'unreachable'> {
  let found: Charge | null = null
  const answer = await ask(async () => {
    found = await processor.fetch(by)
    if (found === null) throw new ProcessorFailure('refused', 'never_seen')
    return found
  }, parts.timing.processorReplyMs)
  if (answer.kind === 'charge') return answer.charge
  return answer.kind === 'refused' && answer.reason === 'never_seen' ? null : 'unreachable'
}

async function settle(parts: PaymentParts, operation: OperationRow): Promise<boolean> {
  const row = (await findPayment(parts.db, operation.payment_id))!
  const processor = processorOf(parts, row.processor)
  return operation.kind === 'authorise'
    ? settleAuthorisation(parts, operation, processor)
    : settleFollowUp(parts, operation, row, processor)
}

async function settleAuthorisation(
  parts: PaymentParts,
  operation: OperationRow,
  processor: Processor,
): Promise<boolean> {
  const charge = await look(parts, processor, { key: operation.processor_key })
  const askedAgoMs = parts.clock.nowMs() - operation.asked_at.getTime()
  if (charge === null && askedAgoMs > parts.timing.neverSeenMs) {
    await recordNeverSeen(parts, operation.payment_id, operation.id, RECHECK_AFTER_MS[0])
    return true
  }
  // Not there yet, or the processor cannot be asked: the payment is `unknown` and the terminal free.
  const answer: Answer = charge === null || charge === 'unreachable' ? { kind: 'lost' } : { kind: 'charge', charge }
  const recorded = await recordAuthorisation(parts, operation.payment_id, operation.id, answer)
  if (recorded.next) await performFollowUp(parts, recorded.next)
  return answer.kind === 'charge'
}

async function settleFollowUp(
  parts: PaymentParts,
  operation: OperationRow,
  row: PaymentRow,
  processor: Processor,
): Promise<boolean> {
  const charge = await look(parts, processor, { ref: row.charge_ref! })
  if (charge === 'unreachable') return false
  const known = charge?.operations.some((done) => done.key === operation.processor_key)
  if (charge && known) {
    await recordFollowUp(parts, operation, { kind: 'charge', charge })
    return true
  }
  // The hold went another way meanwhile: whatever was meant for it, by whoever it was let go.
  if (operation.kind !== 'refund' && (charge?.state === 'lapsed' || charge?.state === 'voided')) {
    await recordFollowUp(parts, operation, { kind: 'refused', reason: `charge_${charge.state}` })
    return true
  }
  // A void is sent for as long as the hold stands: a second one releases nothing that should be kept.
  const tooOld = parts.clock.nowMs() - operation.created_at.getTime() > RESEND_WITHIN_MS
  if (tooOld && operation.kind !== 'void') {
    await recordFollowUp(parts, operation, { kind: 'refused', reason: 'never_performed' })
    return true
  }
  await performFollowUp(parts, operation)
  return true
}

const dueRechecks = (parts: PaymentParts): Promise<OperationRow[]> =>
  parts.db.selectFrom('payment_operation').selectAll().where('recheck_at', '<=', nowOf(parts)).limit(BATCH).execute()

/** A charge that turned up after we had told everybody that nothing was charged is released at once. */
async function recheck(parts: PaymentParts, operation: OperationRow): Promise<boolean> {
  const row = (await findPayment(parts.db, operation.payment_id))!
  const charge = await look(parts, processorOf(parts, row.processor), { key: operation.processor_key })
  if (charge === 'unreachable') return false
  const late = charge?.state === 'authorised' ? await intendLateVoid(parts, operation, charge) : null
  if (late) {
    await performFollowUp(parts, late)
    return true
  }
  const nextMs = RECHECK_AFTER_MS[operation.rechecks + 1]
  const recheck_at = charge === null && nextMs !== undefined ? new Date(parts.clock.nowMs() + nextMs) : null
  await withTransaction(parts.db, (tx) =>
    updateOperation(tx, operation.id, { recheck_at, rechecks: operation.rechecks + 1 }),
  )
  return false
}

const intendLateVoid = (parts: PaymentParts, operation: OperationRow, charge: Charge): Promise<OperationRow> =>
  withTransaction(parts.db, async (tx: Tx) => {
    const now = nowOf(parts)
    const row = await lockPayment(tx, operation.payment_id)
    await updateOperation(tx, operation.id, { recheck_at: null, processor_ref: charge.ref })
    await tx.updateTable('payment').set({ charge_ref: charge.ref }).where('id', '=', row.id).execute()
    const key = operationKey(row.id, 'late-void')
    return insertIntent(tx, { id: key, paymentId: row.id, kind: 'void', key, amountMinor: operation.amount_minor }, now)
  })

const lapsedHolds = async (parts: PaymentParts): Promise<PaymentRow[]> =>
  (await parts.db
    .selectFrom('payment')
    .selectAll()
    .where('state', '=', 'approved')
    .where('captured_minor', '=', 0n)
    .where('capturable_until', '<=', nowOf(parts))
    .limit(BATCH)
    .execute()) as PaymentRow[]

/** An authorisation nobody captured in time is gone at the processor: it must not stand in our books either. */
async function letLapse(parts: PaymentParts, seen: PaymentRow): Promise<boolean> {
  const charge = await look(parts, processorOf(parts, seen.processor), { ref: seen.charge_ref! })
  return charge !== 'unreachable' && charge?.state === 'lapsed' && recordReleased(parts, seen.id, 'lapsed')
}
