import {
  CardChoiceWanted,
  CardChosen,
  HoverResult,
  idSchema,
  Payment,
  TerminalPayment,
  TipChosen,
} from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import { outcomeOf } from './outcome.ts'
import { callerOf, goneSignal } from './requests.ts'
import type { PaymentService } from './service.ts'

const tags = ['payments']
const PaymentParams = Type.Object({ id: idSchema('payment') })
const TerminalParams = Type.Object({ terminalId: idSchema('device') })
/** Seconds a reply may be held. */
const WaitSeconds = Type.Optional(Type.Integer({ minimum: 0, maximum: 25 }))
const LooseTip = Type.Object({ ...TipChosen.properties, tipMinor: Type.Number() })

/** `<payment id>:<version>`, what the terminal knows. */
const AFTER_FORM = /^(pay_[0-9A-HJKMNP-TV-Z]{26}):(\d{1,9})$/

/** What a terminal asks and tells. */
export function registerTerminalRoutes(app: App, payments: PaymentService, guards: Guards): void {
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
  app.post(
    '/v1/payments/:id/card-choice',
    {
      ...terminal,
      schema: {
        tags,
        summary: 'The shopper wants to choose the card after the palm',
        params: PaymentParams,
        body: CardChoiceWanted,
        response: { 200: Payment },
      },
    },
    async (request) => payments.wantCardChoice(callerOf(request), request.params.id, request.body.wanted),
  )
  app.post(
    '/v1/payments/:id/card',
    {
      ...terminal,
      schema: {
        tags,
        summary: 'The chosen card',
        params: PaymentParams,
        body: CardChosen,
        response: { 200: HoverResult },
      },
    },
    async (request) => {
      const payment = await payments.chooseCard(callerOf(request), request.params.id, request.body.choice)
      return { outcome: outcomeOf(payment), guidance: [], payment }
    },
  )
}
