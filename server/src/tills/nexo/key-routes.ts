import { NexoKey, NexoKeyCreate, NexoKeyEvents, NexoKeyId, NexoKeyIssued, NexoKeyOwn, NexoKeys } from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../../routing.ts'
import type { NexoKeys as Keys } from './keys.ts'

const tags = ['nexo']
const params = Type.Object({ id: NexoKeyId })
const issued = { 201: NexoKeyIssued }

/** Keys of tills: made and revoked by the operator, or by a paired register for itself. */
export function registerNexoKeyRoutes(app: App, { keys, guards }: { keys: Keys; guards: Guards }): void {
  const operator = { preValidation: guards.operator }
  const register = { preValidation: guards.device('register') }
  app.post(
    '/v1/nexo-keys',
    { ...operator, schema: { tags, summary: 'A key for a till', body: NexoKeyCreate, response: issued } },
    async (request, reply) => {
      const { registerId, ...asked } = request.body
      return reply.code(201).send(await keys.issue(registerId, asked, 'operator'))
    },
  )
  app.get(
    '/v1/nexo-keys',
    { ...operator, schema: { tags, summary: 'All keys of tills', response: { 200: NexoKeys } } },
    async () => ({ keys: await keys.list() }),
  )
  app.post(
    '/v1/nexo-keys/:id/revoke',
    { ...operator, schema: { tags, summary: 'Revoke a key at once', params, response: { 200: NexoKey } } },
    async (request) => keys.revoke(request.params.id),
  )
  app.post(
    '/v1/devices/self/nexo-keys',
    { ...register, schema: { tags, summary: 'A key for this register', body: NexoKeyOwn, response: issued } },
    async (request, reply) => reply.code(201).send(await keys.issue(request.device!.id, request.body, 'register')),
  )
  app.get(
    '/v1/devices/self/nexo-keys',
    { ...register, schema: { tags, summary: "This register's keys", response: { 200: NexoKeys } } },
    async (request) => ({ keys: await keys.list(request.device!.id) }),
  )
  app.post(
    '/v1/devices/self/nexo-keys/:id/revoke',
    { ...register, schema: { tags, summary: 'Revoke a key of this register', params, response: { 200: NexoKey } } },
    async (request) => keys.revoke(request.params.id, request.device!.id),
  )
  const pushed = { tags, params, body: NexoKeyEvents, response: { 200: NexoKey } }
  app.put(
    '/v1/nexo-keys/:id/events',
    { ...operator, schema: { ...pushed, summary: 'Where events of a key are pushed to' } },
    async (request) => keys.pushTo(request.params.id, request.body.events),
  )
  app.put(
    '/v1/devices/self/nexo-keys/:id/events',
    { ...register, schema: { ...pushed, summary: 'Where events of a key of this register are pushed to' } },
    async (request) => keys.pushTo(request.params.id, request.body.events, request.device!.id),
  )
}
