import { idSchema, ReceiptDelivery, ReceiptDeliveryList, ReceiptDeliveryRequest } from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../../routing.ts'
import { callerOf, idempotentOf } from '../requests.ts'
import type { DeliveryParts } from './parts.ts'
import { listDeliveries, requestDelivery } from './service.ts'

export function registerDeliveryRoutes(app: App, parts: DeliveryParts, guards: Guards): void {
  const preValidation = guards.device('register', 'terminal')
  const params = Type.Object({ id: idSchema('payment') })
  const tags = ['payments']
  app.post(
    '/v1/payments/:id/receipt/deliveries',
    {
      preValidation,
      schema: {
        tags,
        summary: "Send the receipt by mail, or by a short text to a phone typed for it or the shopper's own",
        params,
        body: ReceiptDeliveryRequest,
        response: { 202: ReceiptDelivery },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const delivery = await requestDelivery(parts, callerOf(request), id, request.body, idempotentOf(request))
      return reply.code(202).send(delivery)
    },
  )
  app.get(
    '/v1/payments/:id/receipt/deliveries',
    {
      preValidation,
      schema: { tags, summary: 'Receipts sent of a payment', params, response: { 200: ReceiptDeliveryList } },
    },
    async (request) => ({ deliveries: await listDeliveries(parts, callerOf(request), request.params.id) }),
  )
}
