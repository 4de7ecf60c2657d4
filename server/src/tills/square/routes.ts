import { CheckoutCreate, CheckoutReply, idSchema } from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Failure } from '../../failure.ts'
import type { App } from '../../routing.ts'
import type { Admit } from '../nexo/authenticate.ts'
import type { NexoKeys } from '../nexo/keys.ts'
import type { TillCaller, TillPayments } from '../nexo/ports.ts'
import { checkoutOf, paymentOf } from './checkouts.ts'

const tags = ['checkouts']
const params = Type.Object({ checkoutId: idSchema('payment') })

/** Terminal checkouts as Square has them, for the same keys of tills: `Authorization: Bearer`. Every call is one call of payments. */
export function registerCheckoutRoutes(
  app: App,
  { payments, keys, admit }: { payments: TillPayments; keys: Pick<NexoKeys, 'byApiKey'>; admit: Admit },
): void {
  const callerOf = async (request: FastifyRequest): Promise<TillCaller> => {
    const apiKey = /^Bearer ([\x21-\x7e]{1,200})$/.exec(request.headers.authorization ?? '')?.[1]
    return admit(request, apiKey === undefined ? null : await keys.byApiKey(apiKey)).caller
  }
  const response = { 200: CheckoutReply }
  app.post(
    '/v2/terminals/checkouts',
    { schema: { tags, summary: 'Ask for a payment on a terminal', body: CheckoutCreate, response } },
    async (request) => {
      const caller = await callerOf(request)
      const { terminalId, create } = paymentOf(request.body)
      const { method, url: path, body } = request
      const idempotent = { key: `checkout:${request.body.idempotency_key}`, method, path, body }
      const made = await payments.create(caller, terminalId, create, idempotent)
      return checkoutOf(await payments.byId(made.id, caller))
    },
  )
  app.get(
    '/v2/terminals/checkouts/:checkoutId',
    { schema: { tags, summary: 'How a checkout stands', params, response } },
    async (request) => checkoutOf(await payments.byId(request.params.checkoutId, await callerOf(request))),
  )
  app.post(
    '/v2/terminals/checkouts/:checkoutId/cancel',
    { schema: { tags, summary: 'Cancel a checkout that is not completed', params, response } },
    async (request) => {
      const caller = await callerOf(request)
      const { checkoutId } = request.params
      const { state } = await payments.byId(checkoutId, caller)
      if (state === 'approved') throw new Failure('payment_state', { detail: 'The checkout is completed. Refund it.' })
      return checkoutOf(await payments.cancel(caller, checkoutId), 'cancel')
    },
  )
}
