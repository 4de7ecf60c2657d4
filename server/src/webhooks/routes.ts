import {
  idSchema,
  WEBHOOK_DELIVERY_STATES,
  WEBHOOK_EVENT_TYPES,
  WebhookDeliveries,
  WebhookDeliveryDetail,
  WebhookEndpoint,
  WebhookEndpointChange,
  WebhookEndpointCreate,
  WebhookEndpointIssued,
  WebhookEndpoints,
  WebhookEvents,
  WebhookMessage,
  WebhookReplay,
  WebhookReplayed,
  WebhookRotation,
} from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import type { Endpoints } from './endpoints.ts'
import type { WebhookRecords } from './records.ts'

const tags = ['webhooks']
const EndpointParams = Type.Object({ id: idSchema('webhookEndpoint') })
const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

type Routes = { endpoints: Endpoints; records: WebhookRecords; guards: Guards }

/** Webhooks out: who is told, what was told and how it went. Operators only. */
export function registerWebhookRoutes(app: App, routes: Routes): void {
  registerEndpoints(app, routes)
  registerEndpointMoves(app, routes)
  registerRecords(app, routes)
}

function registerEndpoints(app: App, { endpoints, guards }: Routes): void {
  const preValidation = guards.operator
  const one = { tags, params: EndpointParams, response: { 200: WebhookEndpoint } }
  app.post(
    '/v1/webhooks/endpoints',
    {
      preValidation,
      schema: {
        tags,
        summary: "Where an organisation's events go",
        body: WebhookEndpointCreate,
        response: { 201: WebhookEndpointIssued },
      },
    },
    async (request, reply) => reply.code(201).send(await endpoints.create(request.body)),
  )
  app.get(
    '/v1/webhooks/endpoints',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Endpoints, with what keeps them from working',
        querystring: Type.Object({ organisation: Type.Optional(idSchema('organisation')) }),
        response: { 200: WebhookEndpoints },
      },
    },
    async ({ query }) => ({ endpoints: await endpoints.list(query.organisation) }),
  )
  app.get(
    '/v1/webhooks/endpoints/:id',
    { preValidation, schema: { ...one, summary: 'One endpoint' } },
    async ({ params }) => endpoints.get(params.id),
  )
  app.post(
    '/v1/webhooks/endpoints/:id',
    { preValidation, schema: { ...one, summary: 'Change an endpoint', body: WebhookEndpointChange } },
    async ({ params, body }) => endpoints.change(params.id, body),
  )
  app.delete(
    '/v1/webhooks/endpoints/:id',
    {
      preValidation,
      schema: { tags, summary: 'Send nothing more', params: EndpointParams, response: { 204: Type.Null() } },
    },
    async ({ params }, reply) => {
      await endpoints.remove(params.id)
      return reply.code(204).send(null)
    },
  )
}

function registerEndpointMoves(app: App, { endpoints, records, guards }: Routes): void {
  const preValidation = guards.operator
  const one = { tags, params: EndpointParams, response: { 200: WebhookEndpoint } }
  app.post(
    '/v1/webhooks/endpoints/:id/enable',
    { preValidation, schema: { ...one, summary: 'Send again' } },
    async ({ params }) => endpoints.enable(params.id),
  )
  app.post(
    '/v1/webhooks/endpoints/:id/disable',
    { preValidation, schema: { ...one, summary: 'Send nothing for a while' } },
    async ({ params }) => endpoints.disable(params.id),
  )
  app.post(
    '/v1/webhooks/endpoints/:id/rotate-secret',
    {
      preValidation,
      schema: {
        tags,
        summary: 'A new secret; the old one signs as well for a while',
        params: EndpointParams,
        body: WebhookRotation,
        response: { 200: WebhookEndpointIssued },
      },
    },
    async ({ params, body }) => endpoints.rotate(params.id, body.keepOldMs),
  )
  app.post(
    '/v1/webhooks/endpoints/:id/test',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Send a message without meaning',
        params: EndpointParams,
        response: { 202: Type.Object({ eventId: idSchema('webhookEvent') }) },
      },
    },
    async ({ params }, reply) => reply.code(202).send({ eventId: await endpoints.test(params.id) }),
  )
  app.post(
    '/v1/webhooks/endpoints/:id/replay',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Send one event, or those of a range, again',
        params: EndpointParams,
        body: WebhookReplay,
        response: { 202: WebhookReplayed },
      },
    },
    async ({ params, body }, reply) => reply.code(202).send(await records.replay(params.id, body)),
  )
}

function registerRecords(app: App, { records, guards }: Routes): void {
  const preValidation = guards.operator
  app.get(
    '/v1/webhooks/events',
    {
      preValidation,
      schema: {
        tags,
        summary: 'What was told, newest first',
        querystring: Type.Object({
          organisation: Type.Optional(idSchema('organisation')),
          type: Type.Optional(oneOf(WEBHOOK_EVENT_TYPES)),
          before: Type.Optional(idSchema('webhookEvent')),
        }),
        response: { 200: WebhookEvents },
      },
    },
    async ({ query: { organisation, type, before } }) => ({
      events: await records.events({ organisationId: organisation, type, before }),
    }),
  )
  app.get(
    '/v1/webhooks/events/:id',
    {
      preValidation,
      schema: {
        tags,
        summary: 'One event',
        params: Type.Object({ id: idSchema('webhookEvent') }),
        response: { 200: WebhookMessage },
      },
    },
    async ({ params }) => records.event(params.id),
  )
  app.get(
    '/v1/webhooks/deliveries',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Events on their way to endpoints, newest first',
        querystring: Type.Object({
          endpoint: Type.Optional(idSchema('webhookEndpoint')),
          event: Type.Optional(idSchema('webhookEvent')),
          state: Type.Optional(oneOf(WEBHOOK_DELIVERY_STATES)),
        }),
        response: { 200: WebhookDeliveries },
      },
    },
    async ({ query: { endpoint, event, state } }) => ({
      deliveries: await records.deliveries({ endpointId: endpoint, eventId: event, state }),
    }),
  )
  app.get(
    '/v1/webhooks/deliveries/:id',
    {
      preValidation,
      schema: {
        tags,
        summary: 'What was sent and what was answered',
        params: Type.Object({ id: idSchema('webhookDelivery') }),
        response: { 200: WebhookDeliveryDetail },
      },
    },
    async ({ params }) => records.delivery(params.id),
  )
}
