import { InvitationMade, StaffSelf } from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../routing.ts'
import type { Accounts } from './accounts.ts'
import { type ConsoleAddress, requireOwnOrigin } from './console-address.ts'
import type { Invitations } from './invitations.ts'
import { DEMO_PEOPLE, type enterSandbox, requireThisMachine, sandboxInviter } from './sandbox.ts'
import type { Sessions } from './sessions.ts'
import { enter } from './sign-in-routes.ts'

const Who = Type.Object({ who: Type.Union([Type.Literal('operator'), Type.Literal('owner')]) })
const tags = ['sandbox']

export type SandboxConsoleRoutes = {
  accounts: Accounts
  invitations: Invitations
  sessions: Sessions
  addressOf(request: FastifyRequest): ConsoleAddress
  enterAs: ReturnType<typeof enterSandbox>
  demoOrganisationId: string
}

/** How a newcomer at this machine opens the console of a sandbox. Registered on a sandbox only. */
export function registerSandboxConsoleRoutes(app: App, routes: SandboxConsoleRoutes): void {
  const { accounts, invitations, addressOf, enterAs, demoOrganisationId } = routes
  const here = (request: FastifyRequest) => {
    requireThisMachine(request)
    const address = addressOf(request)
    requireOwnOrigin(address, request)
    return address
  }
  app.post(
    '/sandbox/console/enter',
    { schema: { tags, summary: 'Come in as a person of the demo', body: Who, response: { 200: StaffSelf } } },
    async (request, reply) => {
      const address = here(request)
      const { session, personId } = await enterAs(request.body.who, request.headers['user-agent'] ?? '')
      await enter(routes, address, request, reply, session)
      return accounts.self(personId, session.id)
    },
  )
  app.post(
    '/sandbox/console/invitations',
    {
      schema: {
        tags,
        summary: 'A link that makes one a person of the demo',
        body: Who,
        response: { 201: InvitationMade },
      },
    },
    async (request, reply) => {
      const { origin } = here(request)
      const { role, name } = DEMO_PEOPLE[request.body.who]
      const made = await invitations.invite(sandboxInviter, origin, {
        name,
        organisationId: role === 'operator' ? null : demoOrganisationId,
        roles: [role],
        shopIds: null,
      })
      return reply.code(201).send(made)
    },
  )
}
