import {
  Device,
  DeviceCodeRequest,
  DeviceCreate,
  DeviceCreated,
  DeviceDetails,
  DeviceFlash,
  DeviceLane,
  DeviceLost,
  DeviceMove,
  DeviceNearInfrared,
  DeviceRename,
  DevicesBulk,
  DevicesBulkDone,
  IssuedCode,
  idSchema,
  PairingLocks,
  permits,
} from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { toTimestamp } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { App, Guards } from '../routing.ts'
import type { Fleet } from './fleet.ts'
import { registerFleetReading } from './fleet-routes.ts'
import type { FleetView } from './fleet-view.ts'
import type { Guessing } from './guessing.ts'
import type { IssuedCode as Code, Pairing } from './pairing.ts'
import type { Devices } from './service.ts'

const tags = ['devices']
const params = Type.Object({ id: idSchema('device') })
const Nothing = Type.Object({})

export type FleetRouteOptions = {
  db: Db
  devices: Devices
  fleet: Fleet
  view: FleetView
  pairing: Pairing
  guessing: Guessing
  guards: Guards
}

const issued = ({ code, expiresAt }: Code) => ({ pairingCode: code, expiresAt: toTimestamp(expiresAt) })

/** What staff do with devices of their shops, and operators with all of them. */
export function registerFleetRoutes(app: App, options: FleetRouteOptions): void {
  registerFleetReading(app, options)
  registerMaking(app, options)
  registerActions(app, options)
  registerPolicies(app, options)
  registerLocks(app, options)
}

function registerMaking(app: App, { db, devices, fleet, pairing, guards }: FleetRouteOptions): void {
  const preValidation = guards.staff('devices.pair')
  app.post(
    '/v1/devices',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Make a device and its pairing code',
        body: DeviceCreate,
        response: { 201: DeviceCreated },
      },
    },
    async (request, reply) => {
      const staff = request.staff!
      await fleet.ownShop(staff, request.body.shopId)
      const planned = await devices.plan(request.body)
      await withTransaction(db, (tx) => devices.add(tx, planned, staff.id))
      const code = await pairing.issue(planned.id, { for: 'now', by: staff.id })
      return reply.code(201).send({ device: await devices.describe(planned.id), ...issued(code) })
    },
  )
  app.post(
    '/v1/devices/:id/codes',
    {
      preValidation,
      schema: {
        tags,
        summary: 'A new pairing code; those before are good no more',
        params,
        body: DeviceCodeRequest,
        response: { 201: IssuedCode },
      },
    },
    async (request, reply) => {
      const { id } = await fleet.own(request.staff!, request.params.id)
      const code = await pairing.issue(id, { for: request.body.for, by: request.staff!.id })
      return reply.code(201).send(issued(code))
    },
  )
  app.delete(
    '/v1/devices/:id/codes',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Take back the codes that were not used',
        params,
        response: { 200: Type.Object({ withdrawn: Type.Integer() }) },
      },
    },
    async (request) => {
      const { id } = await fleet.own(request.staff!, request.params.id)
      return { withdrawn: await pairing.withdraw(id, request.staff!.id) }
    },
  )
}

type Acting<B> = { id: string; body: B; staff: NonNullable<FastifyRequest['staff']> }

function registerActions(app: App, { fleet, view, guards }: FleetRouteOptions): void {
  /** One action on one device: answers the device as it is afterwards. */
  const action = <S extends TSchema>(
    path: string,
    permission: 'devices.write' | 'devices.revoke',
    summary: string,
    body: S,
    work: (acting: Acting<Type.Static<S>>) => Promise<void>,
  ) =>
    app.post(
      `/v1/devices/:id/${path}`,
      {
        preValidation: guards.staff(permission),
        schema: { tags, summary, params, body, response: { 200: DeviceDetails } },
      },
      async (request) => {
        const { id } = request.params as { id: string }
        const staff = request.staff!
        await work({ id, body: request.body as Type.Static<S>, staff })
        return view.details(staff, id)
      },
    )
  action('name', 'devices.write', 'Call a device by another name', DeviceRename, ({ staff, id, body }) =>
    fleet.rename(staff, id, body.name),
  )
  action('lane', 'devices.write', 'Put a device at a lane', DeviceLane, ({ staff, id, body }) =>
    fleet.setLane(staff, id, body.laneId),
  )
  action('move', 'devices.write', 'Move a device to another shop', DeviceMove, ({ staff, id, body }) =>
    fleet.move(staff, id, body.shopId),
  )
  action('restart', 'devices.write', 'Have a device start anew', Nothing, ({ staff, id }) =>
    fleet.command(staff, id, 'restart'),
  )
  action('lost', 'devices.revoke', 'Say that a device is lost: it is revoked', DeviceLost, ({ staff, id, body }) =>
    fleet.lose(staff, id, body.note ?? null),
  )
  app.post(
    '/v1/devices/:id/revoke',
    {
      preValidation: guards.staff('devices.revoke'),
      schema: { tags, summary: 'Revoke a device at once', params, response: { 200: DeviceDetails } },
    },
    async (request) => {
      await fleet.revoke(request.staff!, request.params.id)
      return view.details(request.staff!, request.params.id)
    },
  )
  app.post(
    '/v1/devices/bulk',
    {
      preValidation: guards.staff('devices.revoke'),
      schema: { tags, summary: 'One action on many devices', body: DevicesBulk, response: { 200: DevicesBulkDone } },
    },
    async (request) => {
      const { action: kind, ids } = request.body
      const staff = request.staff!
      if (kind === 'restart' && !permits(staff.roles, 'devices.write')) throw new Failure('permission_missing')
      // All of them are this person's, or nothing is done.
      for (const id of ids) await fleet.own(staff, id)
      let done = 0
      for (const id of ids) {
        try {
          await (kind === 'restart' ? fleet.command(staff, id, 'restart') : fleet.revoke(staff, id))
          done += 1
        } catch (error) {
          if (!(error instanceof Failure) || error.code !== 'device_revoked') throw error
        }
      }
      return { done, skipped: ids.length - done }
    },
  )
}

function registerPolicies(app: App, { devices, fleet, guards }: FleetRouteOptions): void {
  const preValidation = guards.staff('devices.write')
  app.post(
    '/v1/devices/:id/flash',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Whether a screen lights the hand, and must',
        params,
        body: DeviceFlash,
        response: { 200: Device },
      },
    },
    async (request) => {
      const { id } = await fleet.own(request.staff!, request.params.id)
      return devices.setFlash(id, request.body, request.staff!.id)
    },
  )
  app.post(
    '/v1/devices/:id/near-infrared',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Whether the device has a near-infrared sensor beside its camera',
        params,
        body: DeviceNearInfrared,
        response: { 200: Device },
      },
    },
    async (request) => {
      const { id } = await fleet.own(request.staff!, request.params.id)
      return devices.setNearInfrared(id, request.body.nearInfrared, request.staff!.id)
    },
  )
}

function registerLocks(app: App, { guessing, guards }: FleetRouteOptions): void {
  app.get(
    '/v1/pairing-locks',
    {
      preValidation: guards.operator,
      schema: { tags, summary: 'Who tried too many wrong codes', response: { 200: PairingLocks } },
    },
    async () => ({
      locks: (await guessing.locks()).map(({ scope, guesses, locked_at, until }) => ({
        scope,
        guesses,
        lockedAt: toTimestamp(locked_at),
        until: toTimestamp(until),
      })),
    }),
  )
  app.post(
    '/v1/pairing-locks/open',
    {
      preValidation: guards.operator,
      schema: {
        tags,
        summary: 'Let somebody try codes again',
        body: Type.Object({ scope: Type.String({ maxLength: 60 }) }),
        response: { 200: Nothing },
      },
    },
    async (request) => {
      await guessing.open(request.body.scope, request.staff!.id)
      return {}
    },
  )
}
