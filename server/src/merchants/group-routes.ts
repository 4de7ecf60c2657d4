import {
  Brand,
  BrandName,
  Brands,
  idSchema,
  Phase,
  PhaseChange,
  PhaseCreate,
  PhaseShops,
  Phases,
} from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import type { Groups } from './phases.ts'

const tags = ['shops']
const BrandParams = Type.Object({ id: idSchema('brand') })
const PhaseParams = Type.Object({ id: idSchema('phase') })
const NewBrand = Type.Object({
  ...BrandName.properties,
  organisationId: Type.Optional(idSchema('organisation')),
})
const Nothing = Type.Null()

/** Brands, and the waves that shops come up in. */
export function registerGroupRoutes(app: App, { groups, guards }: { groups: Groups; guards: Guards }): void {
  const [reads, writes] = [guards.staff('shops.read'), guards.staff('shops.write')]
  app.get(
    '/v1/brands',
    { preValidation: reads, schema: { tags, summary: 'Brands', response: { 200: Brands } } },
    async (request) => ({ brands: await groups.brands(request.staff!) }),
  )
  app.post(
    '/v1/brands',
    { preValidation: writes, schema: { tags, summary: 'A new brand', body: NewBrand, response: { 201: Brand } } },
    async (request, reply) => {
      const { name, organisationId } = request.body
      return reply.code(201).send(await groups.addBrand(request.staff!, name, organisationId))
    },
  )
  app.put(
    '/v1/brands/:id',
    {
      preValidation: writes,
      schema: { tags, summary: 'Rename a brand', params: BrandParams, body: BrandName, response: { 204: Nothing } },
    },
    async (request, reply) => {
      await groups.renameBrand(request.staff!, request.params.id, request.body.name)
      return reply.code(204).send(null)
    },
  )
  app.delete(
    '/v1/brands/:id',
    {
      preValidation: writes,
      schema: { tags, summary: 'Take away a brand that no shop has', params: BrandParams, response: { 204: Nothing } },
    },
    async (request, reply) => {
      await groups.removeBrand(request.staff!, request.params.id)
      return reply.code(204).send(null)
    },
  )
  registerPhases(app, groups, guards)
}

function registerPhases(app: App, groups: Groups, guards: Guards): void {
  const [reads, writes] = [guards.staff('shops.read'), guards.staff('rollout.write')]
  app.get(
    '/v1/phases',
    { preValidation: reads, schema: { tags, summary: 'Phases with their shops by state', response: { 200: Phases } } },
    async (request) => ({ phases: await groups.phases(request.staff!) }),
  )
  app.post(
    '/v1/phases',
    { preValidation: writes, schema: { tags, summary: 'A new phase', body: PhaseCreate, response: { 201: Phase } } },
    async (request, reply) => reply.code(201).send(await groups.addPhase(request.staff!, request.body)),
  )
  app.put(
    '/v1/phases/:id',
    {
      preValidation: writes,
      schema: { tags, summary: 'Change a phase', params: PhaseParams, body: PhaseChange, response: { 204: Nothing } },
    },
    async (request, reply) => {
      await groups.changePhase(request.staff!, request.params.id, request.body)
      return reply.code(204).send(null)
    },
  )
  app.delete(
    '/v1/phases/:id',
    {
      preValidation: writes,
      schema: { tags, summary: 'Take a phase away; its shops stay', params: PhaseParams, response: { 204: Nothing } },
    },
    async (request, reply) => {
      await groups.removePhase(request.staff!, request.params.id)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/v1/phases/:id/shops',
    {
      preValidation: writes,
      schema: {
        tags,
        summary: 'Put shops into a phase',
        params: PhaseParams,
        body: PhaseShops,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await groups.assign(request.staff!, request.params.id, request.body.shopIds)
      return reply.code(204).send(null)
    },
  )
}
