import {
  InvitationAccept,
  InvitationAccepted,
  InvitationSeen,
  InvitationToken,
  PasskeyCeremony,
  StaffRecovery,
  StaffSelf,
  StaffSignIn,
} from '@paume/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { RateLimiter } from '../rate-limit.ts'
import type { App, Guards } from '../routing.ts'
import type { Accounts, Visitor } from './accounts.ts'
import { type ConsoleAddress, cookieOf, requireOwnOrigin, tokenOf } from './console-address.ts'
import type { Invitations } from './invitations.ts'
import type { Sessions, StartedSession } from './sessions.ts'

const tags = ['console']

export type SignInRoutes = {
  accounts: Accounts
  invitations: Invitations
  sessions: Sessions
  addressOf(request: FastifyRequest): ConsoleAddress
  guards: Guards
  /** Ceremonies, codes and links of one address. */
  limit: RateLimiter
}

/** Sets the cookie; the session of the same browser that went before ends. */
export async function enter(
  { sessions }: Pick<SignInRoutes, 'sessions'>,
  address: ConsoleAddress,
  request: FastifyRequest,
  reply: FastifyReply,
  started: StartedSession,
): Promise<void> {
  const before = tokenOf(address, request)
  const old = before === null ? null : await sessions.find(before)
  if (old !== null) await sessions.end(old.staff.id as string, old.session.id, old.staff.id)
  reply.header('set-cookie', cookieOf(address, started.token, started.endsInMs))
}

/** Coming in and going out. Nobody is signed in here yet: a page of ours asks, and not too often. */
export function registerSignInRoutes(app: App, routes: SignInRoutes): void {
  const { accounts, sessions, addressOf, guards, limit } = routes
  const visit = (request: FastifyRequest): Visitor => {
    const address = addressOf(request)
    requireOwnOrigin(address, request)
    limit.take(request.ip)
    return { address, ip: request.ip, browser: request.headers['user-agent'] ?? '' }
  }
  const signedIn = async (request: FastifyRequest, reply: FastifyReply, visitor: Visitor, started: StartedSession) => {
    await enter(routes, visitor.address, request, reply, started)
    const found = await sessions.find(started.token)
    return accounts.self(found!.staff.id as string, started.id)
  }
  app.post(
    '/v1/staff/sign-in/begin',
    { schema: { tags, summary: 'What a passkey is asked to sign', response: { 200: PasskeyCeremony } } },
    async (request) => {
      visit(request)
      return accounts.beginSignIn(addressOf(request))
    },
  )
  app.post(
    '/v1/staff/sign-in',
    { schema: { tags, summary: 'Sign in with a passkey', body: StaffSignIn, response: { 200: StaffSelf } } },
    async (request, reply) => {
      const visitor = visit(request)
      return signedIn(request, reply, visitor, await accounts.signIn(visitor, request.body))
    },
  )
  app.post(
    '/v1/staff/sign-in/recovery-code',
    { schema: { tags, summary: 'Come in to add a passkey', body: StaffRecovery, response: { 200: StaffSelf } } },
    async (request, reply) => {
      const visitor = visit(request)
      return signedIn(request, reply, visitor, await accounts.signInByCode(visitor, request.body.code))
    },
  )
  app.delete(
    '/v1/staff/session',
    {
      preValidation: guards.person({ passkeyDue: true }),
      schema: { tags, summary: 'Sign out', response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      const { id } = request.staff!
      await sessions.end(id as string, request.staffSession!.id, id)
      return reply
        .header('set-cookie', cookieOf(addressOf(request), null))
        .code(204)
        .send(null)
    },
  )
  registerAcceptance(app, routes, visit)
}

/** First set-up by a link. The link's secret stands in the body, where no log keeps it. */
function registerAcceptance(app: App, routes: SignInRoutes, visit: (request: FastifyRequest) => Visitor): void {
  const { accounts, invitations } = routes
  app.post(
    '/v1/staff/invitations/look',
    { schema: { tags, summary: 'What a link invites to', body: InvitationToken, response: { 200: InvitationSeen } } },
    async (request) => {
      const { ip } = visit(request)
      return invitations.see(await accounts.openInvitation(ip, request.body.token))
    },
  )
  app.post(
    '/v1/staff/invitations/begin',
    {
      schema: {
        tags,
        summary: 'Begin to make the first passkey',
        body: InvitationToken,
        response: { 200: PasskeyCeremony },
      },
    },
    async (request) => accounts.beginAcceptance(visit(request), request.body.token),
  )
  app.post(
    '/v1/staff/invitations/accept',
    {
      schema: {
        tags,
        summary: 'Become a person of the console',
        body: InvitationAccept,
        response: { 200: InvitationAccepted },
      },
    },
    async (request, reply) => {
      const visitor = visit(request)
      const { session, personId, codes } = await accounts.accept(visitor, request.body)
      await enter(routes, visitor.address, request, reply, session)
      return { self: await accounts.self(personId, session.id), codes }
    },
  )
}
