import type { Payment } from '@paume/contract'
import { withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { type GateParts, nowOf } from './parts.ts'
import { paidMinor, planStep, type Step, type Taking } from './plan.ts'
import {
  callerOf,
  findSession,
  insertTaking,
  lockSession,
  moveSession,
  type SessionRow,
  type TakingRow,
  takingOf,
  takingsOf,
} from './store.ts'

/** Nobody else moves the money of a visit meanwhile; a node that dies lets go of it by this, ms. */
const LEASE_MS = 30_000
/** Release, raise, capture, charge, refund: more steps than a visit can take, fewer than would run for ever. */
const MOST_STEPS = 12

/**
 * Moves the money of a finalised visit until what is paid is what it costs, or somebody owes the rest. Each step is asked under a key made
 * of what stands, so that a step done twice happens once; whatever dies in between is taken up by the next sweep. Answers when there is
 * nothing to do, nothing to do now, or somebody else is at it.
 */
export async function settleSession(parts: GateParts, sessionId: string): Promise<void> {
  if (!(await takeLease(parts, sessionId))) return
  try {
    for (let step = 0; step < MOST_STEPS; step++) {
      const row = await findSession(parts.db, sessionId)
      if (row === null || row.state !== 'finalising') return
      if (!(await oneStep(parts, row))) return
    }
  } finally {
    await parts.db.updateTable('gate_session').set({ working_until: null }).where('id', '=', sessionId).execute()
  }
}

async function takeLease({ db, clock }: GateParts, id: string): Promise<boolean> {
  const nowMs = clock.nowMs()
  const taken = await db
    .updateTable('gate_session')
    .set({ working_until: new Date(nowMs + LEASE_MS) })
    .where('id', '=', id)
    .where('state', '=', 'finalising')
    .where((eb) => eb.or([eb('working_until', 'is', null), eb('working_until', '<', new Date(nowMs))]))
    .executeTakeFirst()
  return taken.numUpdatedRows === 1n
}

/** What the visit costs the shopper. */
export const targetOf = (row: SessionRow): bigint => {
  const target = (row.total_minor ?? 0n) - row.waived_minor
  return target < 0n ? 0n : target
}

/** True when another step follows. */
async function oneStep(parts: GateParts, row: SessionRow): Promise<boolean> {
  const rows = await takingsOf(parts.db, row.id)
  const caller = callerOf(row)
  const payments = await Promise.all(rows.map(({ payment_id }) => parts.payments.find(caller, payment_id)))
  // A second charge whose node died before it asked: asked now, under the same id.
  const unmade = rows.findIndex((taking, place) => taking.purpose === 'later' && payments[place] === null)
  if (unmade >= 0) {
    await charge(parts, row, rows[unmade]!)
    return true
  }
  const takings = rows.map((taking, place) => takingOf(taking, payments[place]!))
  const step = planStep(targetOf(row), takings, !refusedNow(row, rows, takings))
  switch (step.kind) {
    case 'wait':
      return false
    case 'done':
    case 'owe':
      await close(parts, row.id, takings, step)
      return false
    case 'charge':
      await charge(parts, row, await intendCharge(parts, row.id, step.minor))
      return true
    default:
      return followUp(parts, row, rows, payments, step)
  }
}

async function close(
  parts: GateParts,
  id: string,
  takings: Taking[],
  step: Extract<Step, { kind: 'done' | 'owe' }>,
): Promise<void> {
  const moved = await withTransaction(parts.db, async (tx) => {
    const row = await lockSession(tx, id)
    if (row.state !== 'finalising') return row
    const now = nowOf(parts)
    const paid_minor = paidMinor(takings)
    return step.kind === 'done'
      ? moveSession(tx, row, 'settle', now, { paid_minor, owed_minor: 0n })
      : moveSession(tx, row, 'owe', now, { paid_minor, owed_minor: step.minor })
  })
  parts.announce({ organisationId: moved.organisation_id, shopId: moved.shop_id, id })
}

/** Written before anything is asked, so that the same charge is asked again under the same id. */
const intendCharge = (parts: GateParts, sessionId: string, minor: bigint): Promise<TakingRow> =>
  withTransaction(parts.db, async (tx) => {
    const { round } = await lockSession(tx, sessionId)
    const now = nowOf(parts)
    const taking = {
      payment_id: newId('payment', now.getTime()),
      session_id: sessionId,
      purpose: 'later' as const,
      amount_minor: minor,
      round,
      created_at: now,
    }
    await insertTaking(tx, taking)
    return { ...taking, no_raise: false, whole_only: false }
  })

async function charge(parts: GateParts, row: SessionRow, taking: TakingRow): Promise<void> {
  await parts.payments.charge(callerOf(row), {
    paymentId: taking.payment_id,
    amountMinor: taking.amount_minor,
    currency: row.currency,
    reference: row.id,
    capture: 'automatic',
    payer: { kind: 'visit', entryPaymentId: row.entry_payment_id },
  })
}

/** A card said no to what the visit costs as it stands; after an adjustment it is asked again. */
const refusedNow = (row: SessionRow, rows: TakingRow[], takings: Taking[]) =>
  rows.some(({ purpose, round }, place) => {
    return purpose === 'later' && round === row.round && takings[place]!.state === 'refused'
  })

const doneBefore = (payment: Payment, kind: 'increment' | 'capture') =>
  payment.steps.filter((step) => step.kind === kind).length

/** Asks payments for one thing about a payment that stands. True when another step follows. */
async function followUp(
  parts: GateParts,
  row: SessionRow,
  rows: TakingRow[],
  payments: (Payment | null)[],
  step: Extract<Step, { paymentId: string }>,
): Promise<boolean> {
  const caller = callerOf(row)
  const { paymentId } = step
  const payment = payments[rows.findIndex(({ payment_id }) => payment_id === paymentId)]!
  // The same step of the same payment has the same key on every node, and another one once it has failed.
  const request = (what: string, times: number, body: object) => ({
    key: `${row.id}:${paymentId}:${what}:${times}`,
    method: 'POST',
    path: `gate:${what}`,
    body,
  })
  try {
    switch (step.kind) {
      case 'release':
        await parts.payments.cancel(caller, paymentId)
        return true
      case 'raise': {
        const amountMinor = Number(step.byMinor)
        const once = request('raise', doneBefore(payment, 'increment'), { amountMinor })
        await parts.payments.increment(caller, paymentId, amountMinor, once)
        return true
      }
      case 'capture': {
        const wish = { amountMinor: Number(step.minor) }
        await parts.payments.capture(caller, paymentId, wish, request('capture', doneBefore(payment, 'capture'), wish))
        return true
      }
      case 'refund': {
        const wish = { amountMinor: Number(step.minor), reason: 'cart adjusted' }
        await parts.payments.refund(caller, paymentId, wish, request('refund', payment.refunds.length, wish))
        return true
      }
    }
  } catch (error) {
    return whyNot(parts, step, error)
  }
}

/** What a refusal of payments means for the next look at the visit. */
async function whyNot(parts: GateParts, step: Extract<Step, { paymentId: string }>, error: unknown): Promise<boolean> {
  if (!(error instanceof Failure)) throw error
  const mark = (fields: { no_raise: true } | { whole_only: true }) =>
    parts.db.updateTable('gate_taking').set(fields).where('payment_id', '=', step.paymentId).execute()
  switch (error.code) {
    case 'increment_unsupported':
    case 'limit_exceeded':
    case 'amount_exceeds':
      if (step.kind !== 'raise' && step.kind !== 'capture') throw error
      await mark({ no_raise: true })
      return true
    case 'amount_invalid':
      if (step.kind === 'raise') await mark({ no_raise: true })
      else if (step.kind === 'capture') await mark({ whole_only: true })
      else throw error
      return true
    // Something of it is under way: the next sweep looks again.
    case 'payment_state':
      return false
    default:
      throw error
  }
}
