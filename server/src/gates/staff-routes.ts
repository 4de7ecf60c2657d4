import {
  GateKey,
  GateKeyCreate,
  GateKeyIssued,
  GateKeys,
  GateRules,
  GateSession,
  GateSessionPage,
  GateSessionQuery,
  GateShops,
  GateWaive,
  idSchema,
} from '@paume/contract'
import Type from 'typebox'
import { withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { App, Guards, Staff } from '../routing.ts'
import { type Tenancy, worksAt } from '../tenancy.ts'
import type { GateKeys as Keys } from './keys.ts'
import { listSessions, listShops } from './listing.ts'
import { type GateParts, nowOf } from './parts.ts'
import type { GateShopFacts } from './ports.ts'
import { setRules } from './rules.ts'
import type { GateService } from './service.ts'

const tags = ['gates']
const SessionParams = Type.Object({ id: idSchema('gateSession') })
const KeyParams = Type.Object({ id: Type.String({ maxLength: 40 }) })

export type GateStaffOptions = { parts: GateParts; gates: GateService; keys: Keys; tenancy: Tenancy; guards: Guards }

/** A shop of these staff. Throws `not_found`. */
async function ownShop({ parts }: GateStaffOptions, staff: Staff, id: string): Promise<GateShopFacts> {
  const shop = await parts.house.ownShop(staff, id)
  if (!worksAt(staff, shop.id)) throw new Failure('not_found')
  return shop
}

/** A visit of these staff's shops. Throws `not_found`. */
async function ownSession({ gates, tenancy }: GateStaffOptions, staff: Staff, id: string): Promise<GateSession> {
  const row = await tenancy.own(staff, { kind: 'gate_session', id }, (db) =>
    db.selectFrom('gate_session').select('shop_id').where('id', '=', id).executeTakeFirst(),
  )
  if (!worksAt(staff, row.shop_id)) throw new Failure('not_found')
  return gates.byId(id)
}

/** What the console reads of gates and does with them. */
export function registerGateStaffRoutes(app: App, options: GateStaffOptions): void {
  const { parts, gates, tenancy, guards } = options
  const read = { preValidation: guards.staff('gates.read') }
  const write = { preValidation: guards.staff('gates.write') }
  app.get(
    '/v1/console/gates/shops',
    { ...read, schema: { tags, summary: 'Shops with gates', response: { 200: GateShops } } },
    async (request) => ({ shops: await listShops(parts, tenancy, request.staff!) }),
  )
  app.get(
    '/v1/console/gates/sessions',
    { ...read, schema: { tags, summary: 'Visits', querystring: GateSessionQuery, response: { 200: GateSessionPage } } },
    async (request) => listSessions(parts, tenancy, request.staff!, request.query),
  )
  app.get(
    '/v1/console/gates/sessions/:id',
    { ...read, schema: { tags, summary: 'One visit', params: SessionParams, response: { 200: GateSession } } },
    async (request) => ownSession(options, request.staff!, request.params.id),
  )
  app.post(
    '/v1/console/gates/sessions/:id/waive',
    {
      ...write,
      schema: {
        tags,
        summary: 'Let what is owed go',
        params: SessionParams,
        body: GateWaive,
        response: { 200: GateSession },
      },
    },
    async (request) => {
      await ownSession(options, request.staff!, request.params.id)
      return gates.waive(request.params.id, { staffId: request.staff!.id, reason: request.body.reason })
    },
  )
  app.put(
    '/v1/console/gates/settings/:shop',
    {
      ...write,
      schema: {
        tags,
        summary: 'How a shop’s gates work',
        params: Type.Object({ shop: idSchema('shop') }),
        body: GateRules,
        response: { 200: GateRules },
      },
    },
    async (request) => {
      const shop = await ownShop(options, request.staff!, request.params.shop)
      await withTransaction(parts.db, async (tx) => {
        await setRules(tx, shop, request.body, nowOf(parts))
        await parts.audit.append(tx, 'gate_rules_set', { shopId: shop.id, staffId: request.staff!.id, ...request.body })
      })
      return request.body
    },
  )
  registerKeyRoutes(app, options)
}

function registerKeyRoutes(app: App, options: GateStaffOptions): void {
  const { keys, guards, tenancy } = options
  const write = { preValidation: guards.staff('gates.write') }
  app.get(
    '/v1/console/gates/keys',
    { ...write, schema: { tags, summary: 'Keys of cart systems', response: { 200: GateKeys } } },
    async (request) => {
      const staff = request.staff!
      const all = await keys.list(staff.organisationId)
      return { keys: all.filter(({ shopId }) => staff.shopIds === null || (shopId !== null && worksAt(staff, shopId))) }
    },
  )
  app.post(
    '/v1/console/gates/keys',
    {
      ...write,
      schema: { tags, summary: 'A key for a cart system', body: GateKeyCreate, response: { 201: GateKeyIssued } },
    },
    async (request, reply) => {
      const staff = request.staff!
      const { shopId = null, name } = request.body
      const shop = shopId === null ? null : await ownShop(options, staff, shopId)
      if (shop === null && staff.shopIds !== null) throw new Failure('rights_beyond_own')
      const organisationId = shop?.organisationId ?? staff.organisationId ?? request.body.organisationId
      if (organisationId === undefined) {
        throw new Failure('request_malformed', { problems: [{ path: 'body/organisationId', message: 'is missing' }] })
      }
      return reply.code(201).send(await keys.issue({ organisationId, shopId, name }))
    },
  )
  app.post(
    '/v1/console/gates/keys/:id/revoke',
    { ...write, schema: { tags, summary: 'Revoke a key at once', params: KeyParams, response: { 200: GateKey } } },
    async (request) => {
      const staff = request.staff!
      const { id } = request.params
      const row = await tenancy.own(staff, { kind: 'gate_key', id }, (db) =>
        db.selectFrom('gate_key').select(['id', 'shop_id']).where('id', '=', id).executeTakeFirst(),
      )
      if (staff.shopIds !== null && (row.shop_id === null || !worksAt(staff, row.shop_id)))
        throw new Failure('not_found')
      return keys.revoke(row.id)
    },
  )
}
