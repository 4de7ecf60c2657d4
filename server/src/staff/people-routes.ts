import {
  InvitationAsk,
  InvitationMade,
  InvitationQuery,
  Invitations as InvitationsPage,
  idSchema,
  StaffPeople,
  StaffPerson,
  StaffPlaces,
  StaffPlacesQuery,
  StaffQuery,
  StaffRights,
  StaffSessions,
} from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Failure } from '../failure.ts'
import type { App, Guards } from '../routing.ts'
import type { ConsoleAddress } from './console-address.ts'
import type { Invitations } from './invitations.ts'
import type { StaffDirectory } from './people.ts'
import type { Places } from './ports.ts'
import type { Sessions } from './sessions.ts'

const tags = ['console']
const PersonParams = Type.Object({ id: idSchema('staff') })
const InvitationParams = Type.Object({ id: idSchema('invitation') })

export type PeopleRoutes = {
  directory: StaffDirectory
  invitations: Invitations
  sessions: Sessions
  places: Places
  addressOf(request: FastifyRequest): ConsoleAddress
  guards: Guards
}

/** Who works here, and what they may do. */
export function registerPeopleRoutes(app: App, routes: PeopleRoutes): void {
  const { directory, guards } = routes
  const [reads, writes] = [guards.staff('people.read'), guards.staff('people.write')]
  app.get(
    '/v1/staff/people',
    {
      preValidation: reads,
      schema: { tags, summary: 'People', querystring: StaffQuery, response: { 200: StaffPeople } },
    },
    async (request) => directory.list(request.staff!, request.query),
  )
  app.get(
    '/v1/staff/people/:id',
    {
      preValidation: reads,
      schema: { tags, summary: 'One person', params: PersonParams, response: { 200: StaffPerson } },
    },
    async (request) => directory.get(request.staff!, request.params.id),
  )
  app.put(
    '/v1/staff/people/:id/rights',
    {
      preValidation: writes,
      schema: {
        tags,
        summary: 'Change roles and shops',
        params: PersonParams,
        body: StaffRights,
        response: { 200: StaffPerson },
      },
    },
    async (request) => directory.setRights(request.staff!, request.params.id, request.body),
  )
  app.delete(
    '/v1/staff/people/:id',
    {
      preValidation: writes,
      schema: { tags, summary: 'Revoke a person', params: PersonParams, response: { 200: StaffPerson } },
    },
    async (request) => directory.revoke(request.staff!, request.params.id),
  )
  registerPlaces(app, routes)
  registerSessionsOf(app, routes)
  registerInvitations(app, routes)
}

/** What the one who invites may give rights to: their own organisation and shops, or whatever an operator chooses. */
function registerPlaces(app: App, { places, guards }: PeopleRoutes): void {
  app.get(
    '/v1/staff/places',
    {
      preValidation: guards.staff('people.read'),
      schema: {
        tags,
        summary: 'Where rights can be given',
        querystring: StaffPlacesQuery,
        response: { 200: StaffPlaces },
      },
    },
    async (request) => {
      const staff = request.staff!
      const { organisationId: asked = staff.organisationId } = request.query
      if (staff.organisationId !== null && asked !== staff.organisationId) throw new Failure('not_found')
      const shops = asked === null ? [] : await places.allShopsOf(asked)
      const own = staff.organisationId === null ? null : await places.organisation(staff.organisationId)
      return {
        organisations: own === null ? await places.allOrganisations() : [own],
        shops: shops.filter(({ id }) => staff.shopIds === null || staff.shopIds.includes(id)),
      }
    },
  )
}

function registerSessionsOf(app: App, { directory, sessions, guards }: PeopleRoutes): void {
  const preValidation = guards.staff('people.write')
  const own = async (request: FastifyRequest, id: string) => (await directory.find(request.staff!, id)).id
  app.get(
    '/v1/staff/people/:id/sessions',
    {
      preValidation,
      schema: { tags, summary: 'Where a person is signed in', params: PersonParams, response: { 200: StaffSessions } },
    },
    async (request) => {
      const id = await own(request, request.params.id)
      return { sessions: await sessions.list(id, request.staffSession?.id ?? null) }
    },
  )
  app.delete(
    '/v1/staff/people/:id/sessions',
    {
      preValidation,
      schema: { tags, summary: 'Sign a person out everywhere', params: PersonParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      const person = await directory.get(request.staff!, request.params.id)
      if (!person.mayChange) throw new Failure('rights_beyond_own')
      await sessions.endAll(person.id, request.staff!.id)
      return reply.code(204).send(null)
    },
  )
}

function registerInvitations(app: App, { directory, invitations, addressOf, guards }: PeopleRoutes): void {
  const preValidation = guards.staff('people.write')
  app.post(
    '/v1/staff/people/:id/renewal',
    {
      preValidation,
      schema: {
        tags,
        summary: 'A link for somebody who lost everything',
        params: PersonParams,
        response: { 201: InvitationMade },
      },
    },
    async (request, reply) => {
      const person = await directory.find(request.staff!, request.params.id)
      return reply.code(201).send(await invitations.renew(request.staff!, addressOf(request).origin, person))
    },
  )
  app.post(
    '/v1/staff/invitations',
    {
      preValidation,
      schema: { tags, summary: 'Invite a person', body: InvitationAsk, response: { 201: InvitationMade } },
    },
    async (request, reply) =>
      reply.code(201).send(await invitations.invite(request.staff!, addressOf(request).origin, request.body)),
  )
  app.get(
    '/v1/staff/invitations',
    {
      preValidation: guards.staff('people.read'),
      schema: {
        tags,
        summary: 'Invitations that are open',
        querystring: InvitationQuery,
        response: { 200: InvitationsPage },
      },
    },
    async (request) => invitations.list(request.staff!, request.query),
  )
  app.delete(
    '/v1/staff/invitations/:id',
    {
      preValidation,
      schema: { tags, summary: 'Withdraw an invitation', params: InvitationParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await invitations.withdraw(request.staff!, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
