import { idSchema, RefundHover, TerminalRefundHover } from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../../routing.ts'
import { callerOf, goneSignal } from '../requests.ts'
import type { RefundHoverService } from './service.ts'

const tags = ['payments']
const Params = Type.Object({ id: idSchema('refundHover') })
const TerminalParams = Type.Object({ terminalId: idSchema('device') })
/** Seconds a reply may be held. */
const WaitSeconds = Type.Optional(Type.Integer({ minimum: 0, maximum: 25 }))
/** `<id>:<version>` that the terminal shows, or `none`. */
const AFTER_FORM = /^(?:none|(rfh_[0-9A-HJKMNP-TV-Z]{26}):(\d{1,9}))$/

/** A refund without a receipt, as register and terminal ask for it; the hand itself goes by `http/refund-hover.ts`. */
export function registerRefundHoverRoutes(
  app: App,
  { refundHovers, guards }: { refundHovers: RefundHoverService; guards: Guards },
): void {
  const either = { preValidation: guards.device('register', 'terminal') }
  app.post(
    '/v1/terminals/:terminalId/refund-hovers',
    {
      preValidation: guards.device('register'),
      schema: {
        tags,
        summary: 'Ask a shopper without a receipt for the hand that paid',
        params: TerminalParams,
        response: { 201: RefundHover },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await refundHovers.begin(callerOf(request), request.params.terminalId)),
  )
  app.get(
    '/v1/terminals/:terminalId/refund-hover',
    {
      preValidation: guards.device('terminal'),
      schema: {
        tags,
        summary: 'What waits here for a hand; held until it is other than `after`',
        params: TerminalParams,
        querystring: Type.Object({
          wait: WaitSeconds,
          after: Type.Optional(Type.String({ pattern: AFTER_FORM.source })),
        }),
        response: { 200: TerminalRefundHover },
      },
    },
    async (request, reply) => {
      const { after, wait = 0 } = request.query
      const known = AFTER_FORM.exec(after ?? '')
      const refundHover = await refundHovers.waitingAt(callerOf(request), request.params.terminalId, {
        waitMs: after === undefined ? 0 : wait * 1_000,
        after: known?.[1] === undefined ? null : { id: known[1], version: Number(known[2]) },
        signal: goneSignal(reply),
      })
      return { refundHover }
    },
  )
  app.get(
    '/v1/refund-hovers/:id',
    {
      ...either,
      schema: {
        tags,
        summary: 'How it stands, to the register that asked with the payments; held until it is newer than `after`',
        params: Params,
        querystring: Type.Object({ wait: WaitSeconds, after: Type.Optional(Type.Integer({ minimum: 0 })) }),
        response: { 200: RefundHover },
      },
    },
    async (request, reply) => {
      const { wait = 0, after = 0 } = request.query
      const held = { waitMs: wait * 1_000, afterVersion: after, signal: goneSignal(reply) }
      return refundHovers.find(callerOf(request), request.params.id, held)
    },
  )
  app.post(
    '/v1/refund-hovers/:id/cancel',
    {
      ...either,
      schema: { tags, summary: 'No hand, or no list any more', params: Params, response: { 200: RefundHover } },
    },
    async (request) => refundHovers.cancel(callerOf(request), request.params.id),
  )
}
