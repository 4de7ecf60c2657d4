import {
  ApplicationConfirm,
  ApplicationConfirmed,
  ApplicationTaken,
  idSchema,
  OrganisationApplication,
  OrganisationChange,
  OrganisationCreate,
  OrganisationDecided,
  OrganisationDecision,
  OrganisationDetails,
  OrganisationGallery,
  OrganisationQuery,
  Organisations as OrganisationsPage,
} from '@paume/contract'
import Type from 'typebox'
import type { Clock } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { RateLimiter } from '../rate-limit.ts'
import type { App, Guards, SpendApproval } from '../routing.ts'
import type { Applications } from './applications.ts'
import type { Organisations } from './organisations.ts'
import type { MerchantPorts } from './ports.ts'
import type { Merchants } from './service.ts'

const tags = ['organisations']
const params = Type.Object({ id: idSchema('organisation') })

export type OrganisationRoutes = {
  db: Db
  clock: Clock
  merchants: Merchants
  organisations: Organisations
  applications: Applications
  ports: MerchantPorts
  spendApproval: SpendApproval
  /** Applications that one address may send. */
  applyLimit: RateLimiter
  guards: Guards
}

/** Organisations: as they apply, as operators decide, as their owners change them. */
export function registerOrganisationRoutes(app: App, routes: OrganisationRoutes): void {
  const { organisations, ports, guards } = routes
  const operators = guards.staff('organisations.approve')
  registerApplications(app, routes)
  app.get(
    '/v1/organisations',
    {
      preValidation: operators,
      schema: { tags, summary: 'Organisations', querystring: OrganisationQuery, response: { 200: OrganisationsPage } },
    },
    async (request) => organisations.list(request.staff!, request.query),
  )
  app.post(
    '/v1/organisations',
    {
      preValidation: operators,
      schema: { tags, summary: 'A new organisation', body: OrganisationCreate, response: { 201: OrganisationDetails } },
    },
    async (request, reply) => {
      const id = await organisations.create(request.staff!, request.body)
      return reply.code(201).send(await organisations.details(request.staff!, id))
    },
  )
  app.get(
    '/v1/organisations/:id',
    {
      preValidation: guards.staff('shops.read'),
      schema: { tags, summary: 'One organisation', params, response: { 200: OrganisationDetails } },
    },
    async (request) => organisations.details(request.staff!, request.params.id),
  )
  app.put(
    '/v1/organisations/:id',
    {
      preValidation: guards.staff('organisation.write'),
      schema: {
        tags,
        summary: 'Change an organisation; what is left out stays',
        params,
        body: OrganisationChange,
        response: { 200: OrganisationDetails },
      },
    },
    async (request) => {
      await organisations.change(request.staff!, request.params.id, request.body)
      return organisations.details(request.staff!, request.params.id)
    },
  )
  app.post(
    '/v1/organisations/:id/decision',
    {
      preValidation: operators,
      schema: {
        tags,
        summary: 'Approve, refuse, suspend or resume an organisation',
        params,
        body: OrganisationDecision,
        response: { 200: OrganisationDecided },
      },
    },
    async (request) => {
      const { id } = request.params
      const staff = request.staff!
      const { invite: name } = await organisations.decide(staff, id, request.body.decision)
      const invitation =
        name === null ? null : await ports.staff.inviteOwner(staff, request, { organisationId: id, name })
      return { organisation: await organisations.details(staff, id), invitation }
    },
  )
  registerGallery(app, routes)
}

function registerGallery(
  app: App,
  { db, clock, merchants, organisations, spendApproval, guards }: OrganisationRoutes,
): void {
  app.put(
    '/v1/organisations/:id/gallery',
    {
      preValidation: guards.staff('organisation.write'),
      schema: {
        tags,
        summary: 'Take part in the gallery of the network, or not; takes two people',
        params,
        body: OrganisationGallery,
        response: { 200: OrganisationDetails },
      },
    },
    async (request) => {
      const { id } = request.params
      const staff = request.staff!
      await organisations.details(staff, id)
      await spendApproval(staff, request, 'gallery.share', request.body, id)
      await withTransaction(db, (tx) => merchants.setGallery(tx, id, request.body.gallery, new Date(clock.nowMs())))
      return organisations.details(staff, id)
    },
  )
}

function registerApplications(app: App, { applications, ports, applyLimit }: OrganisationRoutes): void {
  app.post(
    '/v1/organisation-applications',
    {
      schema: {
        tags,
        summary: 'An outside business asks to take part',
        body: OrganisationApplication,
        response: { 202: ApplicationTaken },
      },
    },
    async (request, reply) => {
      applyLimit.take(request.ip)
      return reply.code(202).send(await applications.apply(request.body, ports.origin(request)))
    },
  )
  app.post(
    '/v1/organisation-applications/confirm',
    {
      schema: {
        tags,
        summary: 'Confirm the mail address of an application',
        body: ApplicationConfirm,
        response: { 200: ApplicationConfirmed },
      },
    },
    async (request) => {
      applyLimit.check(request.ip)
      try {
        return await applications.confirm(request.body.token)
      } catch (error) {
        if (error instanceof Failure) applyLimit.take(request.ip)
        throw error
      }
    },
  )
}
