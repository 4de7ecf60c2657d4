import {
  AdmissionPage,
  AdmissionQuery,
  AdmissionTicket,
  AdmissionTicketCreate,
  DoorSet,
  idSchema,
  Zone,
  ZoneGrantCreate,
  ZoneGrants,
  ZoneSet,
  Zones,
} from '@paume/contract'
import type { FastifyRequest, preValidationAsyncHookHandler } from 'fastify'
import Type from 'typebox'
import { Failure } from '../failure.ts'
import type { App, Guards, Staff } from '../routing.ts'
import { type Tenancy, worksAt } from '../tenancy.ts'
import { listEvents } from './events.ts'
import type { AdmissionParts } from './ports.ts'
import {
  cancelTicket,
  grant,
  listGrants,
  listZones,
  makeTicket,
  removeZone,
  saveZone,
  setDoor,
  withdraw,
} from './zones.ts'

const tags = ['admissions']
const ZoneParams = Type.Object({ id: idSchema('zone') })
const Nothing = Type.Object({})

export type AdmissionRouteOptions = {
  parts: AdmissionParts
  tenancy: Tenancy
  guards: Guards
  /** Systems of an organisation, by their key: who sells tickets, and who reads what doors said. */
  systems: {
    guard: preValidationAsyncHookHandler
    callerOf(request: FastifyRequest): { organisationId: string; shopId: string | null }
  }
}

async function ownZone({ tenancy }: AdmissionRouteOptions, staff: Staff, id: string) {
  const zone = await tenancy.own(staff, { kind: 'zone', id }, (db) =>
    db.selectFrom('admission_zone').selectAll().where('id', '=', id).where('removed_at', 'is', null).executeTakeFirst(),
  )
  if (!worksAt(staff, zone.shop_id)) throw new Failure('not_found')
  return zone
}

/** Zones, who may enter them, tickets, and what doors said. */
export function registerAdmissionRoutes(app: App, options: AdmissionRouteOptions): void {
  registerZoneRoutes(app, options)
  registerGrantRoutes(app, options)
  registerTicketRoutes(app, options)
}

function registerZoneRoutes(app: App, options: AdmissionRouteOptions): void {
  const { parts, tenancy, guards } = options
  const read = { preValidation: guards.staff('gates.read') }
  const write = { preValidation: guards.staff('gates.write') }
  app.get(
    '/v1/console/zones',
    {
      ...read,
      schema: {
        tags,
        summary: 'Zones',
        querystring: Type.Object({ shop: Type.Optional(idSchema('shop')) }),
        response: { 200: Zones },
      },
    },
    async (request) => {
      const staff = request.staff!
      return { zones: await tenancy.within(staff, (tx) => listZones(parts, tx, staff, request.query.shop)) }
    },
  )
  app.post(
    '/v1/console/zones',
    { ...write, schema: { tags, summary: 'A new zone', body: ZoneSet, response: { 201: Zone } } },
    async (request, reply) => {
      const shop = await parts.shops.ownShop(request.staff!, request.body.shopId)
      if (!worksAt(request.staff!, shop.id)) throw new Failure('not_found')
      return reply.code(201).send(await saveZone(parts, null, shop, request.body))
    },
  )
  app.put(
    '/v1/console/zones/:id',
    {
      ...write,
      schema: { tags, summary: 'Changes a zone', params: ZoneParams, body: ZoneSet, response: { 200: Zone } },
    },
    async (request) => {
      const zone = await ownZone(options, request.staff!, request.params.id)
      const shop = { id: zone.shop_id, organisationId: zone.organisation_id }
      return saveZone(parts, zone.id, shop, request.body)
    },
  )
  app.delete(
    '/v1/console/zones/:id',
    { ...write, schema: { tags, summary: 'Removes a zone', params: ZoneParams, response: { 200: Nothing } } },
    async (request) => {
      await removeZone(parts, (await ownZone(options, request.staff!, request.params.id)).id)
      return {}
    },
  )
  const DoorParams = Type.Object({ id: idSchema('zone'), device: idSchema('device') })
  app.put(
    '/v1/console/zones/:id/doors/:device',
    {
      ...write,
      schema: { tags, summary: 'A door of a zone', params: DoorParams, body: DoorSet, response: { 200: Nothing } },
    },
    async (request) => {
      const zone = await ownZone(options, request.staff!, request.params.id)
      await setDoor(parts, zone, request.params.device, request.body.direction)
      return {}
    },
  )
  app.delete(
    '/v1/console/zones/:id/doors/:device',
    { ...write, schema: { tags, summary: 'No door of it any more', params: DoorParams, response: { 200: Nothing } } },
    async (request) => {
      const zone = await ownZone(options, request.staff!, request.params.id)
      await setDoor(parts, zone, request.params.device, null)
      return {}
    },
  )
  app.get(
    '/v1/console/admissions',
    {
      ...read,
      schema: { tags, summary: 'What doors said', querystring: AdmissionQuery, response: { 200: AdmissionPage } },
    },
    async (request) => tenancy.within(request.staff!, (tx) => listEvents(tx, request.staff!, request.query)),
  )
}

function registerGrantRoutes(app: App, options: AdmissionRouteOptions): void {
  const { parts, tenancy, guards } = options
  const read = { preValidation: guards.staff('gates.read') }
  const write = { preValidation: guards.staff('gates.write') }
  app.get(
    '/v1/console/zones/:id/grants',
    { ...read, schema: { tags, summary: 'Who may enter', params: ZoneParams, response: { 200: ZoneGrants } } },
    async (request) => {
      const zone = await ownZone(options, request.staff!, request.params.id)
      return { grants: await tenancy.within(request.staff!, (tx) => listGrants(tx, zone.id)) }
    },
  )
  app.post(
    '/v1/console/zones/:id/grants',
    {
      ...write,
      schema: {
        tags,
        summary: 'Lets somebody in',
        params: ZoneParams,
        body: ZoneGrantCreate,
        response: { 200: Nothing },
      },
    },
    async (request) => {
      const zone = await ownZone(options, request.staff!, request.params.id)
      await grant(parts, zone.id, request.body)
      return {}
    },
  )
  app.delete(
    '/v1/console/zones/:id/grants/:ref',
    {
      ...write,
      schema: {
        tags,
        summary: 'Lets somebody in no more',
        params: Type.Object({ id: idSchema('zone'), ref: idSchema('pseudonym') }),
        response: { 200: Nothing },
      },
    },
    async (request) => {
      const zone = await ownZone(options, request.staff!, request.params.id)
      await withdraw(parts, zone.id, request.params.ref)
      return {}
    },
  )
}

function registerTicketRoutes(app: App, options: AdmissionRouteOptions): void {
  const { parts, systems } = options
  const own = { preValidation: systems.guard }
  app.post(
    '/v1/tickets',
    {
      ...own,
      schema: { tags, summary: 'A ticket was sold', body: AdmissionTicketCreate, response: { 201: AdmissionTicket } },
    },
    async (request, reply) => {
      const { organisationId, shopId } = systems.callerOf(request)
      const zone = await parts.db
        .selectFrom('admission_zone')
        .select('shop_id')
        .where('id', '=', request.body.zoneId)
        .where('organisation_id', '=', organisationId)
        .where('removed_at', 'is', null)
        .executeTakeFirst()
      if (zone === undefined || (shopId !== null && zone.shop_id !== shopId)) throw new Failure('not_found')
      return reply.code(201).send(await makeTicket(parts, organisationId, request.body))
    },
  )
  app.post(
    '/v1/tickets/:id/cancel',
    {
      ...own,
      schema: {
        tags,
        summary: 'A ticket was given back',
        params: Type.Object({ id: idSchema('ticket') }),
        response: { 200: AdmissionTicket },
      },
    },
    async (request) => cancelTicket(parts, systems.callerOf(request).organisationId, request.params.id),
  )
  app.get(
    '/v1/admissions',
    {
      ...own,
      schema: { tags, summary: 'What doors said', querystring: AdmissionQuery, response: { 200: AdmissionPage } },
    },
    async (request) => {
      const { organisationId, shopId } = systems.callerOf(request)
      const reach = { organisationId, shopIds: shopId === null ? null : [shopId] }
      return parts.db.transaction().execute((tx) => listEvents(tx, reach, request.query))
    },
  )
}
