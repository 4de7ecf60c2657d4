import {
  CartAdjust,
  CartEvents,
  CartFinalise,
  CartTaken,
  GateCardSetup,
  GateEntry,
  GateExit,
  GateSession,
  GroupChange,
  GuestEntry,
  idSchema,
} from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { newId } from '../ids.ts'
import type { App } from '../routing.ts'
import type { CartGuard } from './callers.ts'
import type { GateParts } from './parts.ts'
import { once } from './requests.ts'
import type { GateService } from './service.ts'

const tags = ['gates']
const GateParams = Type.Object({ id: idSchema('device') })
const SessionParams = Type.Object({ id: idSchema('device'), session: idSchema('gateSession') })

export type GateRouteOptions = { parts: GateParts; gates: GateService; cart: CartGuard }

/** What gates and cart systems ask for. The hover itself stands in `http/gate-hover.ts`. */
export function registerGateRoutes(app: App, { parts, gates, cart }: GateRouteOptions): void {
  const own = { preValidation: cart.guard }
  /** A request that moves money: done once for each key of whoever asks. */
  const keyed = <T extends object>(request: FastifyRequest, work: () => Promise<T>): Promise<T> => {
    const key = request.headers['idempotency-key']
    const what = `${request.method} ${request.url.split('?')[0]}`
    const caller = cart.callerOf(request).id
    return once(parts, { caller, key: typeof key === 'string' ? key : undefined, what, body: request.body }, work)
  }

  app.post(
    '/v1/gates/:id/card-setups',
    {
      ...own,
      schema: { tags, summary: 'A guest’s card at the reader', params: GateParams, response: { 201: GateCardSetup } },
    },
    async (request, reply) => {
      const { organisationId } = await cart.gateOf(request, request.params.id)
      const setup = await parts.cards.begin(organisationId, newId('cardSetup', parts.clock.nowMs()))
      return reply.code(201).send(setup)
    },
  )
  app.post(
    '/v1/gates/:id/entries',
    {
      ...own,
      schema: {
        tags,
        summary: 'A guest comes in by card',
        params: GateParams,
        body: GuestEntry,
        response: { 200: GateEntry },
      },
    },
    async (request) => {
      const gate = await cart.gateOf(request, request.params.id)
      const { setupId, groupSize = 1, pays } = request.body
      return keyed(request, () => gates.enterByCard(gate, { setupId, groupSize, pays }))
    },
  )
  app.get(
    '/v1/gates/:id/sessions/:session',
    { ...own, schema: { tags, summary: 'A visit', params: SessionParams, response: { 200: GateSession } } },
    async (request) => gates.session(cart.reachOf(request, request.params.id), request.params.session),
  )
  app.post(
    '/v1/gates/:id/sessions/:session/cart-events',
    {
      ...own,
      schema: {
        tags,
        summary: 'What was taken and put back',
        params: SessionParams,
        body: CartEvents,
        response: { 200: CartTaken },
      },
    },
    async (request) => gates.takeEvents(cart.reachOf(request, request.params.id), request.params.session, request.body),
  )
  app.post(
    '/v1/gates/:id/sessions/:session/group',
    {
      ...own,
      schema: {
        tags,
        summary: 'How many came in',
        params: SessionParams,
        body: GroupChange,
        response: { 200: GateSession },
      },
    },
    async (request) =>
      gates.countGroup(cart.reachOf(request, request.params.id), request.params.session, request.body.groupSize),
  )
  app.post(
    '/v1/gates/:id/sessions/:session/exit',
    {
      ...own,
      schema: {
        tags,
        summary: 'The shopper went out',
        params: SessionParams,
        body: GateExit,
        response: { 200: GateSession },
      },
    },
    async (request) => gates.exit(cart.reachOf(request, request.params.id), request.params.session, request.body.at),
  )
  app.post(
    // Two colons are one: the address ends in `cart:finalise`.
    '/v1/gates/:id/sessions/:session/cart::finalise',
    {
      ...own,
      schema: {
        tags,
        summary: 'The cart is whole',
        params: SessionParams,
        body: CartFinalise,
        response: { 200: GateSession },
      },
    },
    async (request) =>
      keyed(request, () =>
        gates.finalise(cart.reachOf(request, request.params.id), request.params.session, request.body),
      ),
  )
  app.post(
    '/v1/gates/:id/sessions/:session/adjust',
    {
      ...own,
      schema: {
        tags,
        summary: 'What it costs after all',
        params: SessionParams,
        body: CartAdjust,
        response: { 200: GateSession },
      },
    },
    async (request) =>
      keyed(request, () =>
        gates.adjust(cart.reachOf(request, request.params.id), request.params.session, request.body),
      ),
  )
}
