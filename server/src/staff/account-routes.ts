import {
  idSchema,
  PasskeyAdd,
  PasskeyCeremony,
  PasskeyRename,
  Passkeys,
  RecoveryCodes,
  StaffSelf,
  StaffSelfChange,
  StaffSessions,
} from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import type { Accounts } from './accounts.ts'
import type { ConsoleAddress } from './console-address.ts'
import type { Sessions } from './sessions.ts'

const tags = ['console']
const PasskeyParams = Type.Object({ id: idSchema('passkey') })
const SessionParams = Type.Object({ id: idSchema('staffSession') })

export type AccountRoutes = {
  accounts: Accounts
  sessions: Sessions
  addressOf(request: FastifyRequest): ConsoleAddress
  guards: Guards
}

/** Who a route guarded by `guards.person` is for. */
const selfOf = (request: FastifyRequest) => ({
  id: request.staff!.id as string,
  sessionId: request.staffSession!.id,
})

/** One's own account. */
export function registerAccountRoutes(app: App, routes: AccountRoutes): void {
  const { accounts, sessions, guards } = routes
  app.get(
    '/v1/staff/me',
    {
      preValidation: guards.person({ passkeyDue: true }),
      schema: { tags, summary: 'Who is signed in', response: { 200: StaffSelf } },
    },
    async (request) => {
      const { id, sessionId } = selfOf(request)
      return accounts.self(id, sessionId)
    },
  )
  app.put(
    '/v1/staff/me',
    {
      preValidation: guards.person(),
      schema: { tags, summary: 'Name and language', body: StaffSelfChange, response: { 200: StaffSelf } },
    },
    async (request) => {
      const { id, sessionId } = selfOf(request)
      await accounts.change(id, request.body)
      return accounts.self(id, sessionId)
    },
  )
  app.get(
    '/v1/staff/me/sessions',
    {
      preValidation: guards.person(),
      schema: { tags, summary: 'Where one is signed in', response: { 200: StaffSessions } },
    },
    async (request) => {
      const { id, sessionId } = selfOf(request)
      return { sessions: await sessions.list(id, sessionId) }
    },
  )
  app.delete(
    '/v1/staff/me/sessions/:id',
    {
      preValidation: guards.person(),
      schema: { tags, summary: 'Sign out elsewhere', params: SessionParams, response: { 200: StaffSessions } },
    },
    async (request) => {
      const { id, sessionId } = selfOf(request)
      await sessions.end(id, request.params.id, id)
      return { sessions: await sessions.list(id, sessionId) }
    },
  )
  registerKeys(app, routes)
}

/** One's own passkeys and codes: changed only soon after a passkey was shown, so that an unwatched screen gives nothing away. */
function registerKeys(app: App, { accounts, addressOf, guards }: AccountRoutes): void {
  const fresh = guards.person({ fresh: true })
  const freshOrCode = guards.person({ fresh: true, passkeyDue: true })
  const all = async (request: FastifyRequest) => ({ passkeys: await accounts.passkeys(selfOf(request).id) })
  app.get(
    '/v1/staff/me/passkeys',
    {
      preValidation: guards.person({ passkeyDue: true }),
      schema: { tags, summary: "One's passkeys", response: { 200: Passkeys } },
    },
    all,
  )
  app.post(
    '/v1/staff/me/passkeys/begin',
    {
      preValidation: freshOrCode,
      schema: { tags, summary: 'Begin to add a passkey', response: { 200: PasskeyCeremony } },
    },
    async (request) => accounts.beginPasskey(addressOf(request), selfOf(request).id),
  )
  app.post(
    '/v1/staff/me/passkeys',
    {
      preValidation: freshOrCode,
      schema: { tags, summary: 'Add a passkey', body: PasskeyAdd, response: { 200: Passkeys } },
    },
    async (request) => {
      const { id, sessionId } = selfOf(request)
      await accounts.addPasskey(addressOf(request), id, sessionId, request.body)
      return all(request)
    },
  )
  app.put(
    '/v1/staff/me/passkeys/:id',
    {
      preValidation: guards.person(),
      schema: {
        tags,
        summary: 'Rename a passkey',
        params: PasskeyParams,
        body: PasskeyRename,
        response: { 200: Passkeys },
      },
    },
    async (request) => {
      await accounts.renamePasskey(selfOf(request).id, request.params.id, request.body.name)
      return all(request)
    },
  )
  app.delete(
    '/v1/staff/me/passkeys/:id',
    {
      preValidation: fresh,
      schema: { tags, summary: 'Remove a passkey', params: PasskeyParams, response: { 200: Passkeys } },
    },
    async (request) => {
      await accounts.removePasskey(selfOf(request).id, request.params.id)
      return all(request)
    },
  )
  app.post(
    '/v1/staff/me/recovery-codes',
    { preValidation: fresh, schema: { tags, summary: 'New recovery codes', response: { 200: RecoveryCodes } } },
    async (request) => ({ codes: await accounts.newCodes(selfOf(request).id) }),
  )
}
