import {
  CaptureRequest,
  IncrementRequest,
  idSchema,
  LANGUAGES,
  Payment,
  PaymentCreate,
  PaymentList,
  Receipt,
  RefundRequest,
} from '@paume/contract'
import Type, { type Static } from 'typebox'
import type { App, Guards } from '../routing.ts'
import { callerOf, goneSignal, idempotentOf } from './requests.ts'
import type { PaymentService } from './service.ts'

const tags = ['payments']
const PaymentParams = Type.Object({ id: idSchema('payment') })
const TerminalParams = Type.Object({ terminalId: idSchema('device') })
/** Seconds a reply may be held. */
const WaitSeconds = Type.Optional(Type.Integer({ minimum: 0, maximum: 25 }))
/** Amounts out of range get a code of their own, so the form checked here says only that they are numbers. */
const LooseCreate = Type.Object({ ...PaymentCreate.properties, amountMinor: Type.Number() })
const LooseAmount = { amountMinor: Type.Optional(Type.Number()) }
const LooseIncrement = Type.Object({ ...IncrementRequest.properties, amountMinor: Type.Number() })
const LooseCapture = Type.Object({
  ...CaptureRequest.properties,
  ...LooseAmount,
  tipMinor: Type.Optional(Type.Number()),
})
const LooseRefund = Type.Object({ ...RefundRequest.properties, ...LooseAmount })

/** What tills ask of payments. */
export function registerTillRoutes(app: App, payments: PaymentService, guards: Guards): void {
  const register = { preValidation: guards.device('register') }
  const either = { preValidation: guards.device('register', 'terminal') }
  app.post(
    '/v1/terminals/:terminalId/payments',
    {
      ...register,
      schema: {
        tags,
        summary: 'Ask for a payment on a terminal',
        params: TerminalParams,
        body: LooseCreate,
        response: { 201: Payment },
      },
    },
    async (request, reply) => {
      const body = request.body as Static<typeof PaymentCreate>
      const payment = await payments.create(callerOf(request), request.params.terminalId, body, idempotentOf(request))
      return reply.code(201).send(payment)
    },
  )
  app.get(
    '/v1/payments',
    {
      ...register,
      schema: {
        tags,
        summary: "Payments with the till's own number, newest first",
        querystring: Type.Object({ reference: Type.String({ minLength: 1, maxLength: 80 }) }),
        response: { 200: PaymentList },
      },
    },
    async (request) => ({ payments: await payments.byReference(callerOf(request), request.query.reference) }),
  )
  app.get(
    '/v1/payments/:id',
    {
      ...either,
      schema: {
        tags,
        summary: 'A payment; held until it is newer than `after`',
        params: PaymentParams,
        querystring: Type.Object({ wait: WaitSeconds, after: Type.Optional(Type.Integer({ minimum: 0 })) }),
        response: { 200: Payment },
      },
    },
    async (request, reply) => {
      const { wait = 0, after = 0 } = request.query
      const signal = goneSignal(reply)
      return payments.waitForChange(callerOf(request), request.params.id, {
        waitMs: wait * 1_000,
        afterVersion: after,
        signal,
      })
    },
  )
  app.get(
    '/v1/payments/:id/receipt',
    {
      ...either,
      schema: {
        tags,
        summary: 'The receipt, ready to print, 32 characters wide',
        params: PaymentParams,
        querystring: Type.Object({ language: Type.Optional(Type.Union(LANGUAGES.map((code) => Type.Literal(code)))) }),
        response: { 200: Receipt },
      },
    },
    async (request) => payments.receipt(callerOf(request), request.params.id, request.query.language),
  )
  registerMoneyRoutes(app, payments, guards)
}

/** What happens to a payment afterwards. */
function registerMoneyRoutes(app: App, payments: PaymentService, guards: Guards): void {
  const register = { preValidation: guards.device('register') }
  const either = { preValidation: guards.device('register', 'terminal') }
  const reply200 = { 200: Payment }
  app.post(
    '/v1/payments/:id/cancel',
    {
      ...either,
      schema: { tags, summary: 'Cancel, or void what is not captured', params: PaymentParams, response: reply200 },
    },
    async (request) => payments.cancel(callerOf(request), request.params.id),
  )
  app.post(
    '/v1/payments/:id/increments',
    {
      ...register,
      schema: {
        tags,
        summary: 'Hold more on the card, before the capture',
        params: PaymentParams,
        body: LooseIncrement,
        response: reply200,
      },
    },
    async (request) =>
      payments.increment(callerOf(request), request.params.id, request.body.amountMinor, idempotentOf(request)),
  )
  app.post(
    '/v1/payments/:id/capture',
    {
      ...register,
      schema: {
        tags,
        summary: 'Capture all that is authorised, less, or more as far as the card lets',
        params: PaymentParams,
        body: LooseCapture,
        response: reply200,
      },
    },
    async (request) => payments.capture(callerOf(request), request.params.id, request.body, idempotentOf(request)),
  )
  app.post(
    '/v1/payments/:id/refunds',
    {
      ...register,
      schema: {
        tags,
        summary: 'Give back all that is left, or less',
        params: PaymentParams,
        body: LooseRefund,
        response: reply200,
      },
    },
    async (request) => payments.refund(callerOf(request), request.params.id, request.body, idempotentOf(request)),
  )
  app.post(
    '/v1/payments/:id/acknowledge',
    {
      ...register,
      schema: { tags, summary: 'The till knows how it ended', params: PaymentParams, response: reply200 },
    },
    async (request) => payments.acknowledge(callerOf(request), request.params.id),
  )
}
