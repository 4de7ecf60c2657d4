import { idSchema, OtherTenderRecord, Sale, SaleCreate, SaleList, SaleRefundRequest } from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import { callerOf, idempotentOf } from './requests.ts'
import type { SaleService } from './sales.ts'

const tags = ['sales']
const SaleParams = Type.Object({ id: idSchema('sale') })
/** Amounts out of range get a code of their own, so the form checked here says only that they are numbers. */
const LooseCreate = Type.Object({ ...SaleCreate.properties, amountMinor: Type.Number() })
const LooseTender = Type.Object({ ...OtherTenderRecord.properties, amountMinor: Type.Number() })
const LooseRefund = Type.Object({ ...SaleRefundRequest.properties, amountMinor: Type.Optional(Type.Number()) })

/** Sales that are paid in parts. A payment becomes a part by naming the sale when it is asked for. */
export function registerSaleRoutes(app: App, { sales, guards }: { sales: SaleService; guards: Guards }): void {
  const register = { preValidation: guards.device('register') }
  app.post(
    '/v1/sales',
    {
      ...register,
      schema: { tags, summary: 'A sale to be paid in parts', body: LooseCreate, response: { 201: Sale } },
    },
    async (request, reply) =>
      reply.code(201).send(await sales.create(callerOf(request), request.body, idempotentOf(request))),
  )
  app.get(
    '/v1/sales',
    {
      ...register,
      schema: {
        tags,
        summary: "Sales with the till's own number, newest first",
        querystring: Type.Object({ reference: Type.String({ minLength: 1, maxLength: 80 }) }),
        response: { 200: SaleList },
      },
    },
    async (request) => ({ sales: await sales.byReference(callerOf(request), request.query.reference) }),
  )
  app.get(
    '/v1/sales/:id',
    {
      ...register,
      schema: { tags, summary: 'What is paid and what is left', params: SaleParams, response: { 200: Sale } },
    },
    async (request) => sales.byId(callerOf(request), request.params.id),
  )
  app.post(
    '/v1/sales/:id/other-tenders',
    {
      ...register,
      schema: { tags, summary: 'Paid elsewhere', params: SaleParams, body: LooseTender, response: { 200: Sale } },
    },
    async (request) =>
      sales.recordOtherTender(callerOf(request), request.params.id, request.body, idempotentOf(request)),
  )
  app.post(
    '/v1/sales/:id/refunds',
    {
      ...register,
      schema: { tags, summary: 'Give one part back', params: SaleParams, body: LooseRefund, response: { 200: Sale } },
    },
    async (request) => sales.refund(callerOf(request), request.params.id, request.body, idempotentOf(request)),
  )
}
