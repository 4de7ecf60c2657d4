import {
  IntentCapture,
  IntentCreate,
  type Payment,
  PaymentIntent,
  ProcessIntent,
  Reader,
  ReaderList,
  type Reader as ReaderView,
} from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Failure } from '../../failure.ts'
import type { App } from '../../routing.ts'
import type { Admit } from '../nexo/authenticate.ts'
import { STATE_MEANING } from '../nexo/conditions.ts'
import type { NexoKeys } from '../nexo/keys.ts'
import { type NexoParts, nowOf } from '../nexo/parts.ts'
import type { TillCaller, TillDevice } from '../nexo/ports.ts'
import { terminalIdOf } from '../nexo/transaction-id.ts'
import { cancelIntent, createIntent, findIntent, lastOnReader, tieIntent } from './intent-store.ts'
import { actionOf, type IntentRow, intentOf } from './intents.ts'

export type ReaderNeeds = {
  parts: Pick<NexoParts, 'db' | 'clock' | 'payments' | 'devices'>
  keys: Pick<NexoKeys, 'byApiKey'>
  admit: Admit
  livemode: boolean
}

const tags = ['readers']
const IntentParams = Type.Object({ id: Type.String({ pattern: '^pi_[0-9A-HJKMNP-TV-Z]{26}$' }) })
const ReaderParams = Type.Object({ id: Type.String({ maxLength: 60 }) })
const intentReply = { 200: PaymentIntent }
const readerReply = { 200: Reader }
/** Bodies of this face are a few short fields, bytes. */
const FORM_LIMIT = 4_096

/**
 * Intents and reader actions as Stripe's Terminal has them, for the same keys of tills: `Authorization: Bearer`. An intent is a wish;
 * processing it on a reader makes a payment, and everything that is told afterwards is told of that payment.
 */
export function registerReaderRoutes(app: App, needs: ReaderNeeds): void {
  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: FORM_LIMIT },
      async (_request: unknown, body: string) => Object.fromEntries(new URLSearchParams(body)),
    )
    // Libraries of this API look for the fault in `error`; the problem stays beside it.
    scope.addHook('onSend', async (_request, reply, payload) => {
      if (reply.statusCode < 400 || typeof payload !== 'string') return payload
      const problem = JSON.parse(payload) as { code: string; title: string; detail?: string }
      const error = { type: 'invalid_request_error', code: problem.code, message: problem.detail ?? problem.title }
      return JSON.stringify({ ...problem, error })
    })
    registerIntents(scope as unknown as App, needs)
    registerReaders(scope as unknown as App, needs)
  })
}

async function callerOf({ keys, admit }: ReaderNeeds, request: FastifyRequest): Promise<TillCaller> {
  const apiKey = /^Bearer ([\x21-\x7e]{1,200})$/.exec(request.headers.authorization ?? '')?.[1]
  return admit(request, apiKey === undefined ? null : await keys.byApiKey(apiKey)).caller
}

/** Libraries of this API send one with every POST. Throws `idempotency_key_required`. */
function keyOf(request: FastifyRequest): string {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) throw new Failure('idempotency_key_required')
  return key
}

const paymentOf = async ({ parts }: ReaderNeeds, caller: TillCaller, { payment_id }: IntentRow) =>
  payment_id === null ? null : parts.payments.byId(payment_id, caller)

function registerIntents(app: App, needs: ReaderNeeds): void {
  const { parts, livemode } = needs
  const { db, payments } = parts
  const view = async (caller: TillCaller, id: string) => {
    const row = await findIntent(db, caller, id)
    return intentOf(row, await paymentOf(needs, caller, row), livemode)
  }
  app.post(
    '/v1/payment_intents',
    {
      schema: {
        tags,
        summary: 'What is to be paid, before it is known where',
        body: IntentCreate,
        response: intentReply,
      },
    },
    async (request) => {
      const caller = await callerOf(needs, request)
      const { amount, currency, capture_method, 'metadata[reference]': reference = null } = request.body
      if (Number(amount) === 0) throw new Failure('amount_invalid')
      const capture = capture_method === 'manual' ? 'manual' : 'automatic'
      const wanted = { amount_minor: BigInt(amount), currency: currency.toUpperCase(), capture, reference } as const
      return intentOf(await createIntent(db, caller, wanted, keyOf(request), nowOf(parts)), null, livemode)
    },
  )
  app.get(
    '/v1/payment_intents/:id',
    { schema: { tags, summary: 'How an intent stands', params: IntentParams, response: intentReply } },
    async (request) => view(await callerOf(needs, request), request.params.id),
  )
  app.post(
    '/v1/payment_intents/:id/cancel',
    { schema: { tags, summary: 'Give an intent up', params: IntentParams, response: intentReply } },
    async (request) => {
      const caller = await callerOf(needs, request)
      const row = await findIntent(db, caller, request.params.id)
      const payment = await paymentOf(needs, caller, row)
      if (payment !== null && payment.capturedMinor > 0) {
        throw new Failure('payment_state', { detail: 'The money was taken. Refund it.' })
      }
      if (payment !== null && STATE_MEANING[payment.state] !== 'failure') await payments.cancel(caller, payment.id)
      await cancelIntent(db, row.id, nowOf(parts))
      return view(caller, row.id)
    },
  )
  app.post(
    '/v1/payment_intents/:id/capture',
    { schema: { tags, summary: 'Take held money', params: IntentParams, body: IntentCapture, response: intentReply } },
    async (request) => {
      const caller = await callerOf(needs, request)
      const { payment_id: paymentId } = await findIntent(db, caller, request.params.id)
      if (paymentId === null) throw new Failure('payment_state', { detail: 'The intent was never processed.' })
      const { amount_to_capture } = request.body
      const { method, url: path, body } = request
      const wish = amount_to_capture === undefined ? {} : { amountMinor: Number(amount_to_capture) }
      await payments.capture(caller, paymentId, wish, { key: `intent:${keyOf(request)}`, method, path, body })
      return view(caller, request.params.id)
    },
  )
}

function registerReaders(app: App, needs: ReaderNeeds): void {
  const { parts, livemode } = needs
  const { db, payments, devices } = parts
  const terminalOf = async (caller: TillCaller, readerId: string): Promise<TillDevice> => {
    const id = terminalIdOf(readerId)
    const terminal = id === null ? null : await devices.find(id)
    if (terminal?.kind !== 'terminal' || terminal.shopId !== caller.shopId) throw new Failure('terminal_unknown')
    return terminal
  }
  const view = async (caller: TillCaller, terminal: TillDevice): Promise<ReaderView> => {
    const row = await lastOnReader(db, terminal.id)
    const payment = row === undefined ? null : await paymentOf(needs, caller, row)
    return {
      id: terminal.id,
      object: 'terminal.reader',
      action: row === undefined || payment === null ? null : actionOf(row, payment),
      status: terminal.online && !terminal.revoked ? 'online' : 'offline',
      location: terminal.shopId,
      livemode,
    }
  }
  app.get(
    '/v1/terminal/readers',
    { schema: { tags, summary: 'Terminals of the shop', response: { 200: ReaderList } } },
    async (request) => {
      const caller = await callerOf(needs, request)
      const terminals = (await devices.terminalsOf(caller.shopId)).filter(({ revoked }) => !revoked)
      const data = await Promise.all(terminals.map((terminal) => view(caller, terminal)))
      return { object: 'list' as const, url: '/v1/terminal/readers', has_more: false, data }
    },
  )
  app.get(
    '/v1/terminal/readers/:id',
    { schema: { tags, summary: 'A terminal and what it does', params: ReaderParams, response: readerReply } },
    async (request) => {
      const caller = await callerOf(needs, request)
      return view(caller, await terminalOf(caller, request.params.id))
    },
  )
  app.post(
    '/v1/terminal/readers/:id/process_payment_intent',
    {
      schema: {
        tags,
        summary: 'Have an intent paid here',
        params: ReaderParams,
        body: ProcessIntent,
        response: readerReply,
      },
    },
    async (request) => {
      const caller = await callerOf(needs, request)
      const terminal = await terminalOf(caller, request.params.id)
      const row = await findIntent(db, caller, request.body.payment_intent)
      const key = keyOf(request)
      // The same request again, whatever came of it: no hand is asked for twice.
      if (row.process_key === key) return view(caller, terminal)
      const before = await paymentOf(needs, caller, row)
      checkOpen(row, before, terminal.id)
      if (before !== null && STATE_MEANING[before.state] === 'running') return view(caller, terminal)
      const create = {
        amountMinor: Number(row.amount_minor),
        currency: row.currency,
        reference: row.reference,
        capture: row.capture,
        tip: { mode: request.body['process_config[skip_tipping]'] === 'true' ? ('none' as const) : ('ask' as const) },
      }
      // Named by how many payments it was before: requests that come at once, or after a crash half-way, are one payment.
      const idempotent = { key: `intent:${row.id}:${row.attempts}`, method: 'POST', path: request.url, body: create }
      const { id: paymentId } = await payments.create(caller, terminal.id, create, idempotent)
      const tied = await tieIntent(db, row, { terminalId: terminal.id, paymentId, key }, nowOf(parts))
      if (tied.canceled_at !== null) await payments.cancel(caller, paymentId)
      return view(caller, terminal)
    },
  )
  app.post(
    '/v1/terminal/readers/:id/cancel_action',
    { schema: { tags, summary: 'Take the action off the terminal', params: ReaderParams, response: readerReply } },
    async (request) => {
      const caller = await callerOf(needs, request)
      const terminal = await terminalOf(caller, request.params.id)
      const row = await lastOnReader(db, terminal.id)
      const payment = row === undefined ? null : await paymentOf(needs, caller, row)
      if (payment !== null && STATE_MEANING[payment.state] === 'running') await payments.cancel(caller, payment.id)
      return view(caller, terminal)
    },
  )
}

/** An intent is paid once: throws `payment_state` when it is given up or paid, `terminal_busy` when another reader is at it. */
function checkOpen(row: IntentRow, payment: Payment | null, terminalId: string): void {
  if (row.canceled_at !== null) throw new Failure('payment_state', { detail: 'The intent was cancelled.' })
  if (payment === null) return
  const meaning = STATE_MEANING[payment.state]
  if (meaning === 'success' || payment.state === 'unknown') {
    throw new Failure('payment_state', { detail: 'The intent was processed already.' })
  }
  if (meaning === 'running' && payment.terminalId !== terminalId) throw new Failure('terminal_busy')
}
