import {
  CATALOGUE_ITEM_ID,
  Catalogue,
  CatalogueItem,
  CatalogueItemWrite,
  TaxModeWrite,
  Ticket,
  TicketWrite,
} from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import { tillOf } from './desk-routes.ts'
import type { CounterService } from './service.ts'

const tags = ['counter']
const ItemParams = Type.Object({ id: Type.String({ pattern: CATALOGUE_ITEM_ID }) })
const TicketParams = Type.Object({ reference: Type.String({ minLength: 1, maxLength: 80 }) })

/** What the registers of a shop know together. A register sees its own shop only. */
export function registerCounterRoutes(
  app: App,
  { counter, guards }: { counter: CounterService; guards: Guards },
): void {
  const register = { preValidation: guards.device('register') }
  app.get(
    '/v1/catalogue',
    { ...register, schema: { tags, summary: 'What this shop sells', response: { 200: Catalogue } } },
    async (request) => counter.catalogue(tillOf(request).shopId),
  )
  app.put(
    '/v1/catalogue/tax-mode',
    {
      ...register,
      schema: { tags, summary: 'Whether prices hold the tax', body: TaxModeWrite, response: { 200: TaxModeWrite } },
    },
    async (request) => {
      await counter.setTaxMode(tillOf(request), request.body.taxMode)
      return request.body
    },
  )
  app.put(
    '/v1/catalogue/items/:id',
    {
      ...register,
      schema: {
        tags,
        summary: 'Put an item in, or write it over',
        params: ItemParams,
        body: CatalogueItemWrite,
        response: { 200: CatalogueItem },
      },
    },
    async (request) => counter.putItem(tillOf(request), request.params.id, request.body),
  )
  app.delete(
    '/v1/catalogue/items/:id',
    { ...register, schema: { tags, summary: 'Take an item out', params: ItemParams, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await counter.removeItem(tillOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
  app.put(
    '/v1/tickets/:reference',
    {
      ...register,
      schema: {
        tags,
        summary: 'Keep what is sold, before it is charged',
        params: TicketParams,
        body: TicketWrite,
        response: { 200: Ticket },
      },
    },
    async (request) => counter.putTicket(tillOf(request), request.params.reference, request.body),
  )
  app.get(
    '/v1/tickets/:reference',
    { ...register, schema: { tags, summary: 'What was sold', params: TicketParams, response: { 200: Ticket } } },
    async (request) => counter.ticket(tillOf(request).shopId, request.params.reference),
  )
}
