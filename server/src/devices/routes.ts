import {
  Device,
  DeviceKeyRotation,
  Heartbeat,
  HeartbeatReply,
  idSchema,
  PairingApprove,
  PairingCodeIssued,
  PairingRedeem,
  PairingRequest,
  PairingStarted,
  SandboxDevices,
} from '@paume/contract'
import Type from 'typebox'
import { toTimestamp } from '../clock.ts'
import type { App, Guards } from '../routing.ts'
import type { Fleet } from './fleet.ts'
import type { Pairing } from './pairing.ts'
import type { Devices } from './service.ts'

const POLL_EVERY_MS = 2_000
const DeviceParams = Type.Object({ id: idSchema('device') })
const tags = ['devices']

export type DeviceRouteOptions = { devices: Devices; pairing: Pairing; fleet: Fleet; guards: Guards; sandbox: boolean }

/** What devices themselves call, and how a new one is paired. */
export function registerDeviceRoutes(app: App, options: DeviceRouteOptions): void {
  const { devices, pairing, guards, sandbox } = options
  registerPairing(app, options)
  const anyDevice = { preValidation: guards.device('kiosk', 'terminal', 'register', 'gate', 'door') }
  app.get(
    '/v1/devices/self',
    { ...anyDevice, schema: { tags, summary: 'The device that asks', response: { 200: Device } } },
    async (request) => devices.describe(request.device!.id),
  )
  app.post(
    '/v1/devices/self/heartbeat',
    {
      ...anyDevice,
      schema: {
        tags,
        summary: 'The device is alive; what it is to run and to do',
        body: Heartbeat,
        response: { 200: HeartbeatReply },
      },
    },
    async (request) => devices.heartbeat(request.device!.id, request.body),
  )
  app.post(
    '/v1/devices/self/key',
    {
      ...anyDevice,
      schema: {
        tags,
        summary: 'The key that the device will sign with next',
        body: DeviceKeyRotation,
        response: { 200: Device },
      },
    },
    async (request) => {
      const { id } = request.device!
      await devices.rotateKey(id, request.body.publicKey)
      return devices.describe(id)
    },
  )
  if (sandbox) registerSandbox(app, devices, pairing)
}

function registerPairing(app: App, { devices, pairing, fleet, guards }: DeviceRouteOptions): void {
  app.post(
    '/v1/pairings',
    {
      schema: {
        tags,
        summary: 'A new device asks to be paired',
        body: PairingRequest,
        response: { 201: PairingStarted },
      },
    },
    async (request, reply) => {
      const { pairingId, code, expiresAt } = await pairing.begin(request.body.kind, request.body.publicKey, request.ip)
      const started = { pairingId, code, expiresAt: toTimestamp(expiresAt), pollEveryMs: POLL_EVERY_MS }
      return reply.code(201).send(started)
    },
  )
  app.get(
    '/v1/pairings/:pairingId',
    {
      schema: {
        tags,
        summary: 'How a pairing stands',
        params: Type.Object({ pairingId: Type.String({ maxLength: 60 }) }),
        response: { 200: Device },
      },
    },
    async (request) => devices.describe(await pairing.poll(request.params.pairingId)),
  )
  app.post(
    '/v1/pairings/redeem',
    { schema: { tags, summary: 'Use the code of a pairing sheet', body: PairingRedeem, response: { 200: Device } } },
    async (request) => {
      const { code, kind, publicKey } = request.body
      return devices.describe(await pairing.redeem(code, kind, publicKey, request.ip))
    },
  )
  app.post(
    '/v1/pairings/approve',
    {
      preValidation: guards.staff('devices.pair'),
      schema: { tags, summary: 'Bind a shown code to a shop', body: PairingApprove, response: { 200: Device } },
    },
    async (request) => {
      const { code, ...device } = request.body
      const staff = request.staff!
      await fleet.ownShop(staff, device.shopId)
      return devices.describe(await pairing.approve(code, device, staff.id))
    },
  )
}

/** On a sandbox anybody may pair the demo devices, so that a page opens ready with one click. */
function registerSandbox(app: App, devices: Devices, pairing: Pairing): void {
  app.get(
    '/v1/sandbox/devices',
    { schema: { tags: ['sandbox'], summary: 'The demo devices', response: { 200: SandboxDevices } } },
    async () => ({ devices: await devices.list() }),
  )
  app.post(
    '/v1/sandbox/devices/:id/pairing-code',
    {
      schema: {
        tags: ['sandbox'],
        summary: 'A new pairing code for a demo device',
        params: DeviceParams,
        response: { 200: PairingCodeIssued },
      },
    },
    async (request) => {
      const { code, expiresAt } = await pairing.issue(request.params.id)
      return { pairingCode: code, expiresAt: toTimestamp(expiresAt) }
    },
  )
}
