import {
  CaptureRequest,
  type Currency,
  idSchema,
  LANGUAGES,
  Payment,
  PaymentCreate,
  PaymentList,
  Receipt,
  RefundRequest,
  ShopperPayments,
  TerminalPayment,
  TipChosen,
  TrialBalance,
} from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { Failure } from '../failure.ts'
import type { App, Guards } from '../routing.ts'
import { registerEventRoute } from './events.ts'
import type { IdempotentRequest } from './inputs.ts'
import { callerOf, goneSignal } from './requests.ts'
import type { PaymentService } from './service.ts'

const tags = ['payments']
const PaymentParams = Type.Object({ id: idSchema('payment') })
const TerminalParams = Type.Object({ terminalId: idSchema('device') })
/** Seconds a reply may be held. */
const WaitSeconds = Type.Optional(Type.Integer({ minimum: 0, maximum: 25 }))
/** Amounts out of range get a code of their own, so the form checked here says only that they are numbers. */
const LooseCreate = Type.Object({ ...PaymentCreate.properties, amountMinor: Type.Number() })
const LooseTip = Type.Object({ ...TipChosen.properties, tipMinor: Type.Number() })
const LooseAmount = { amountMinor: Type.Optional(Type.Number()) }
const LooseCapture = Type.Object({ ...CaptureRequest.properties, ...LooseAmount })
const LooseRefund = Type.Object({ ...RefundRequest.properties, ...LooseAmount })

function idempotentOf(request: FastifyRequest): IdempotentRequest {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || key === '') throw new Failure('idempotency_key_required')
  return { key, method: request.method, path: request.url.split('?')[0]!, body: request.body }
}

export function registerPaymentRoutes(
  app: App,
  { payments, guards }: { payments: PaymentService; guards: Guards },
): void {
  registerTillRoutes(app, payments, guards)
  registerTerminalRoutes(app, payments, guards)
  registerEventRoute(app, payments, guards)
  registerBookRoutes(app, payments, guards)
}

function registerTillRoutes(app: App, payments: PaymentService, guards: Guards): void {
  const register = { preValidation: guards.device('register') }
  const either = { preValidation: guards.device('register', 'terminal') }
  const reply200 = { 200: Payment }
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
        response: reply200,
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
  app.post(
    '/v1/payments/:id/cancel',
    {
      ...either,
      schema: { tags, summary: 'Cancel, or void what is not captured', params: PaymentParams, response: reply200 },
    },
    async (request) => payments.cancel(callerOf(request), request.params.id),
  )
  app.post(
    '/v1/payments/:id/capture',
    {
      ...register,
      schema: {
        tags,
        summary: 'Capture all that is authorised, or less',
        params: PaymentParams,
        body: LooseCapture,
        response: reply200,
      },
    },
    async (request) =>
      payments.capture(callerOf(request), request.params.id, request.body.amountMinor, idempotentOf(request)),
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
}

/** `<payment id>:<version>`, what the terminal knows. */
const AFTER_FORM = /^(pay_[0-9A-HJKMNP-TV-Z]{26}):(\d{1,9})$/

function registerTerminalRoutes(app: App, payments: PaymentService, guards: Guards): void {
  const terminal = { preValidation: guards.device('terminal') }
  app.get(
    '/v1/terminals/:terminalId/payment',
    {
      ...terminal,
      schema: {
        tags,
        summary: 'What this terminal should show; held until there is news',
        params: TerminalParams,
        querystring: Type.Object({
          wait: WaitSeconds,
          after: Type.Optional(Type.String({ pattern: AFTER_FORM.source })),
        }),
        response: { 200: TerminalPayment },
      },
    },
    async (request, reply) => {
      const known = AFTER_FORM.exec(request.query.after ?? '')
      const payment = await payments.waitForTerminal(callerOf(request), request.params.terminalId, {
        waitMs: (request.query.wait ?? 0) * 1_000,
        after: known ? { paymentId: known[1]!, version: Number(known[2]) } : null,
        signal: goneSignal(reply),
      })
      return { payment }
    },
  )
  app.post(
    '/v1/payments/:id/presented',
    {
      ...terminal,
      schema: {
        tags,
        summary: 'Amount and merchant are on the screen',
        params: PaymentParams,
        response: { 200: Payment },
      },
    },
    async (request) => payments.present(callerOf(request), request.params.id),
  )
  app.post(
    '/v1/payments/:id/tip',
    {
      ...terminal,
      schema: {
        tags,
        summary: 'A tip, before the palm',
        params: PaymentParams,
        body: LooseTip,
        response: { 200: Payment },
      },
    },
    async (request) => payments.chooseTip(callerOf(request), request.params.id, request.body.tipMinor),
  )
}

function registerBookRoutes(app: App, payments: PaymentService, guards: Guards): void {
  app.get(
    '/v1/me/payments',
    {
      preValidation: guards.shopper,
      schema: { tags: ['shoppers'], summary: 'What was paid with this palm', response: { 200: ShopperPayments } },
    },
    async (request) => ({ payments: await payments.ofShopper(request.shopperId!) }),
  )
  app.get(
    '/v1/ledger',
    {
      preValidation: guards.operator,
      schema: { tags: ['operator'], summary: 'Trial balance; the sum is zero', response: { 200: TrialBalance } },
    },
    async () => {
      const { sumMinor, accounts } = await payments.trialBalance()
      const balances = accounts.map(({ currency, ...account }) => ({
        ...account,
        currency: currency as Currency,
        balanceMinor: Number(account.balanceMinor),
      }))
      return { sumMinor: Number(sumMinor), accounts: balances }
    },
  )
}
