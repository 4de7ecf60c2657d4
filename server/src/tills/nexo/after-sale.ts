import type { Payment } from '@paume/contract'
import { Failure, invariant } from '../../failure.ts'
import { failure, type NexoResponse, refusalOf, STATE_MEANING, success } from './conditions.ts'
import type { ExchangeRow } from './exchange-store.ts'
import type { NexoParts } from './parts.ts'
import { type Moved, paymentAnswer, reversalAnswer } from './payment-answer.ts'
import type { TillCaller, TillRequest } from './ports.ts'
import type { Message } from './replies.ts'

type Given = { response: NexoResponse; payment: Payment | null; given?: Moved }

/** How a refund of ours is found again among those of its payment. */
const noteOf = (row: ExchangeRow) => `nexo ${row.id}`

/**
 * Carries out what is asked about an earlier payment: a reversal or a refund (money that is only held is released, captured money
 * refunded) or a completion (held money is taken). Safe to repeat, also after a crash half-way: the request is written down, payments
 * takes its key once.
 */
export async function carryOut(parts: NexoParts, row: ExchangeRow): Promise<Message> {
  const { response, payment, given } = await attempt(parts, row)
  return row.category === 'Payment'
    ? paymentAnswer(parts, row, response, payment, given)
    : reversalAnswer(parts, row, response, payment, given)
}

const idempotentOf = (row: ExchangeRow, what: string): TillRequest => ({
  key: row.idempotency_key,
  method: 'POST',
  path: `/nexo/${row.facts.originalPaymentId}/${what}`,
  body: { sha256: row.request_sha256.toString('hex') },
})

async function attempt(parts: NexoParts, row: ExchangeRow): Promise<Given> {
  const caller: TillCaller = {
    deviceId: row.register_id,
    kind: 'register',
    shopId: row.shop_id,
    organisationId: row.organisation_id,
  }
  const { originalPaymentId } = row.facts
  invariant(originalPaymentId, 'an exchange after the sale names its payment')
  let payment: Payment | null = null
  try {
    payment = await parts.payments.byId(originalPaymentId, caller)
    if (STATE_MEANING[payment.state] === 'running') {
      return { payment, response: failure('NotAllowed', 'The payment still runs. Abort it instead') }
    }
    if (row.facts.currency !== null && row.facts.currency !== payment.currency) {
      return { payment, response: failure('NotAllowed', `The payment was in ${payment.currency}`) }
    }
    if (row.facts.paymentType === 'Completion') return await complete(parts, row, caller, payment)
    const isHeld = payment.state === 'approved' && payment.capturedMinor === 0
    return isHeld || payment.reason === 'voided'
      ? await release(parts, row, caller, payment)
      : await refund(parts, row, caller, payment)
  } catch (error) {
    const response = error instanceof Failure ? refusalOf(error.code, error.extras.detail) : null
    if (response === null) throw error
    return { response, payment }
  }
}

async function release(parts: NexoParts, row: ExchangeRow, caller: TillCaller, held: Payment): Promise<Given> {
  const { amountMinor } = row.facts
  if (amountMinor !== null && amountMinor !== held.totalMinor) {
    return { payment: held, response: failure('NotAllowed', 'Money that is only held is released whole') }
  }
  const payment = held.reason === 'voided' ? held : await parts.payments.cancel(caller, held.id)
  const state = payment.state === 'cancelled' ? 'released' : 'pending'
  const at = payment.endedAt === undefined ? row.received_at : new Date(payment.endedAt)
  return {
    payment,
    response: success({ state, pspReference: payment.id }),
    given: { id: payment.id, amountMinor: payment.totalMinor, at },
  }
}

async function refund(parts: NexoParts, row: ExchangeRow, caller: TillCaller, paid: Payment): Promise<Given> {
  const { amountMinor } = row.facts
  const reason = noteOf(row)
  const wish = { reason, ...(amountMinor === null ? {} : { amountMinor }) }
  const payment = await parts.payments.refund(caller, paid.id, wish, idempotentOf(row, 'refunds'))
  const mine = payment.refunds.find((one) => one.reason === reason)
  invariant(mine, 'a refund that payments made is among those of its payment')
  const given = { id: mine.id, amountMinor: mine.amountMinor, at: new Date(mine.createdAt) }
  if (mine.state === 'failed') {
    return {
      payment,
      response: failure('Refusal', 'The refund was refused', { state: 'failed', pspReference: mine.id }),
    }
  }
  return { payment, given, response: success({ state: mine.state, pspReference: mine.id }) }
}

/** Takes held money: all of it, or as much as the till says. What is left is released. */
async function complete(parts: NexoParts, row: ExchangeRow, caller: TillCaller, held: Payment): Promise<Given> {
  const { amountMinor } = row.facts
  const wish = amountMinor === null ? {} : { amountMinor }
  const payment = await parts.payments.capture(caller, held.id, wish, idempotentOf(row, 'capture'))
  const capture = payment.steps.findLast(({ kind }) => kind === 'capture')
  invariant(capture, 'a capture that payments made is among the steps of its payment')
  if (capture.state === 'failed') {
    const message = 'The money could not be taken'
    return { payment, response: failure('Refusal', message, { state: 'failed', reason: capture.reason ?? 'unknown' }) }
  }
  const given = { id: payment.id, amountMinor: capture.amountMinor, at: new Date(capture.createdAt) }
  return { payment, given, response: success({ state: capture.state, pspReference: payment.id }) }
}
