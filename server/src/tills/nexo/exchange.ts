import type { Payment } from '@paume/contract'
import { Failure } from '../../failure.ts'
import { carryOut } from './after-sale.ts'
import { failure, type NexoResponse, refusalOf, responseOf } from './conditions.ts'
import { type ExchangeRow, findExchange, tiePayment, writeAnswer } from './exchange-store.ts'
import { type NexoParts, nowOf } from './parts.ts'
import { paymentAnswer } from './payment-answer.ts'
import type { TillCaller, TillRequest } from './ports.ts'
import type { Message, Outcome } from './replies.ts'

/** A payment that payments does not know this long after the request came was never made: its node died before, ms. */
export const NEVER_BEGUN_MS = 20_000
/** Longest single wait for news, ms. */
const WAIT_MS = 25_000
/** A reply is held this much longer than the shopper has: the processor may still be asked, ms. */
const AFTER_DEADLINE_MS = 30_000

export const callerOf = (row: ExchangeRow): TillCaller => ({
  deviceId: row.register_id,
  kind: 'register',
  shopId: row.shop_id,
  organisationId: row.organisation_id,
})

/** What payments knows this request by. The body is the message itself: another message with this key is a conflict there too. */
export const idempotentOf = (row: ExchangeRow): TillRequest => ({
  key: row.idempotency_key,
  method: 'POST',
  path: '/nexo',
  body: { sha256: row.request_sha256.toString('hex') },
})

export type Standing =
  | { kind: 'answered'; answer: Message }
  /** Null: the payment is just being made. */
  | { kind: 'running'; payment: Payment | null }

const answered = async (parts: NexoParts, row: ExchangeRow, answer: Message): Promise<Standing> => ({
  kind: 'answered',
  answer: await writeAnswer(parts.db, row, answer, nowOf(parts)),
})

/** Ends a Payment exchange for which no payment came to be. */
export const answerWith = async (parts: NexoParts, row: ExchangeRow, response: NexoResponse): Promise<Standing> =>
  answered(parts, row, await paymentAnswer(parts, row, response, null))

/** How an exchange stands now. What has come to an end is written down as its answer, whoever looks first. */
export async function standingOf(parts: NexoParts, row: ExchangeRow): Promise<Standing> {
  if (row.answer !== null) return { kind: 'answered', answer: row.answer }
  if (row.facts.originalPaymentId !== null) return answered(parts, row, await carryOut(parts, row))
  const paymentId = row.payment_id ?? (await parts.books.replay(callerOf(row), idempotentOf(row)))?.id
  // What payments replays is its first reply; how the payment stands now is another question.
  if (paymentId !== undefined) return standingWith(parts, row, await parts.payments.byId(paymentId, callerOf(row)))
  if (parts.clock.nowMs() - row.received_at.getTime() < NEVER_BEGUN_MS) return { kind: 'running', payment: null }
  return answerWith(parts, row, failure('Aborted', 'The payment was never begun. Nothing was charged'))
}

async function standingWith(parts: NexoParts, row: ExchangeRow, payment: Payment): Promise<Standing> {
  const response = responseOf(payment)
  if (response === null) return { kind: 'running', payment }
  return answered(parts, row, await paymentAnswer(parts, row, response, payment))
}

/** Makes the payment of a new exchange. A refusal is its answer. Other failures pass: then nothing is known, and nothing is said. */
export async function begin(
  parts: NexoParts,
  row: ExchangeRow,
  request: Parameters<NexoParts['payments']['create']>[2],
): Promise<Standing> {
  const caller = callerOf(row)
  let payment: Payment
  try {
    payment = await parts.payments.create(caller, row.terminal_id, request, idempotentOf(row))
  } catch (error) {
    const refusal = error instanceof Failure ? refusalOf(error.code, error.extras.detail) : null
    if (refusal === null) throw error
    return answerWith(parts, row, refusal)
  }
  // Aborted, or given up for lost, while it was being made: nobody may pay it.
  if (!(await tiePayment(parts.db, row.id, payment.id))) payment = await parts.payments.cancel(caller, payment.id)
  return standingWith(parts, row, payment)
}

/** Holds the reply until the exchange has its answer, nobody listens any more, or nobody may wait any longer. */
export async function waitForAnswer(
  parts: NexoParts,
  row: ExchangeRow,
  standing: Standing,
  gone: AbortSignal,
): Promise<Outcome> {
  let now = standing
  while (now.kind === 'running') {
    if (gone.aborted || parts.payments.stopping) return { kind: 'unknown' }
    if (now.payment === null) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      now = await standingOf(parts, await findExchange(parts.db, row.id))
      continue
    }
    const { id, version, deadlineAt } = now.payment
    if (parts.clock.nowMs() > Date.parse(deadlineAt) + AFTER_DEADLINE_MS) return { kind: 'unknown' }
    const wait = { waitMs: WAIT_MS, afterVersion: version, signal: gone }
    now = await standingWith(parts, row, await parts.payments.waitForChange(callerOf(row), id, wait))
  }
  return { kind: 'message', message: now.answer, isAnnounced: row.style === 'async' }
}
