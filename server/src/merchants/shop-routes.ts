import {
  idSchema,
  LaneChange,
  LaneCreate,
  ShopChange,
  ShopCreate,
  ShopDetails,
  ShopListQuery,
  ShopMap,
  ShopStateChange,
  Shops as ShopsPage,
} from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import type { Lanes } from './lanes.ts'
import type { Shops } from './shops.ts'

const tags = ['shops']
export const ShopParams = Type.Object({ id: idSchema('shop') })
const LaneParams = Type.Object({ id: idSchema('shop'), laneId: idSchema('lane') })

export type ShopRoutes = { shops: Shops; lanes: Lanes; guards: Guards }

/** Shops and what is in them. */
export function registerShopRoutes(app: App, routes: ShopRoutes): void {
  const { shops, guards } = routes
  const [reads, writes] = [guards.staff('shops.read'), guards.staff('shops.write')]
  app.get(
    '/v1/shops',
    {
      preValidation: reads,
      schema: { tags, summary: 'Shops', querystring: ShopListQuery, response: { 200: ShopsPage } },
    },
    async (request) => shops.list(request.staff!, request.query),
  )
  app.get(
    '/v1/shops-map',
    {
      preValidation: reads,
      schema: { tags, summary: 'Shops on a map', querystring: ShopListQuery, response: { 200: ShopMap } },
    },
    async (request) => shops.map(request.staff!, request.query),
  )
  app.post(
    '/v1/shops',
    {
      preValidation: writes,
      schema: { tags, summary: 'A new shop', body: ShopCreate, response: { 201: ShopDetails } },
    },
    async (request, reply) => {
      const id = await shops.create(request.staff!, request.body)
      return reply.code(201).send(await shops.details(request.staff!, id))
    },
  )
  app.get(
    '/v1/shops/:id',
    {
      preValidation: reads,
      schema: { tags, summary: 'One shop with its check list', params: ShopParams, response: { 200: ShopDetails } },
    },
    async (request) => shops.details(request.staff!, request.params.id),
  )
  app.put(
    '/v1/shops/:id',
    {
      preValidation: writes,
      schema: {
        tags,
        summary: 'Change a shop; what is left out stays',
        params: ShopParams,
        body: ShopChange,
        response: { 200: ShopDetails },
      },
    },
    async (request) => {
      await shops.change(request.staff!, request.params.id, request.body)
      return shops.details(request.staff!, request.params.id)
    },
  )
  app.post(
    '/v1/shops/:id/state',
    {
      preValidation: guards.staff('rollout.write'),
      schema: {
        tags,
        summary: 'How far a shop has come',
        params: ShopParams,
        body: ShopStateChange,
        response: { 200: ShopDetails },
      },
    },
    async (request) => {
      await shops.setState(request.staff!, request.params.id, request.body.state)
      return shops.details(request.staff!, request.params.id)
    },
  )
  registerLanes(app, routes)
}

function registerLanes(app: App, { shops, lanes, guards }: ShopRoutes): void {
  const writes = guards.staff('rollout.write')
  app.post(
    '/v1/shops/:id/lanes',
    {
      preValidation: writes,
      schema: { tags, summary: 'A new lane', params: ShopParams, body: LaneCreate, response: { 201: ShopDetails } },
    },
    async (request, reply) => {
      await shops.own(request.staff!, request.params.id)
      await lanes.add(request.params.id, request.body)
      return reply.code(201).send(await shops.details(request.staff!, request.params.id))
    },
  )
  app.put(
    '/v1/shops/:id/lanes/:laneId',
    {
      preValidation: writes,
      schema: { tags, summary: 'Rename a lane', params: LaneParams, body: LaneChange, response: { 200: ShopDetails } },
    },
    async (request) => {
      await shops.own(request.staff!, request.params.id)
      await lanes.rename(request.params.id, request.params.laneId, request.body.name)
      return shops.details(request.staff!, request.params.id)
    },
  )
  app.delete(
    '/v1/shops/:id/lanes/:laneId',
    {
      preValidation: writes,
      schema: { tags, summary: 'Take a lane away', params: LaneParams, response: { 200: ShopDetails } },
    },
    async (request) => {
      await shops.own(request.staff!, request.params.id)
      await lanes.remove(request.params.id, request.params.laneId)
      return shops.details(request.staff!, request.params.id)
    },
  )
}
