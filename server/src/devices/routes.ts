import {
  Device,
  DeviceCreate,
  DeviceCreated,
  DeviceFlash,
  DeviceNearInfrared,
  Heartbeat,
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
import type { Pairing } from './pairing.ts'
import type { Devices } from './service.ts'

const POLL_EVERY_MS = 2_000
const DeviceParams = Type.Object({ id: idSchema('device') })
const tags = ['devices']

export function registerDeviceRoutes(
  app: App,
  { devices, pairing, guards, sandbox }: { devices: Devices; pairing: Pairing; guards: Guards; sandbox: boolean },
): void {
  registerPairing(app, devices, pairing, guards)
  const operator = { preValidation: guards.operator }
  const anyDevice = { preValidation: guards.device('kiosk', 'terminal', 'register') }

  app.post(
    '/v1/devices',
    {
      ...operator,
      schema: {
        tags,
        summary: 'Make a device and its pairing code',
        body: DeviceCreate,
        response: { 201: DeviceCreated },
      },
    },
    async (request, reply) => {
      const device = await devices.create(request.body)
      const { code, expiresAt } = await pairing.issue(device.id)
      return reply.code(201).send({ device, pairingCode: code, expiresAt: toTimestamp(expiresAt) })
    },
  )
  app.get(
    '/v1/devices',
    { ...operator, schema: { tags, summary: 'All devices', response: { 200: SandboxDevices } } },
    async () => ({ devices: await devices.list() }),
  )
  app.post(
    '/v1/devices/:id/revoke',
    {
      ...operator,
      schema: { tags, summary: 'Revoke a device at once', params: DeviceParams, response: { 200: Device } },
    },
    async (request) => devices.revoke(request.params.id),
  )
  app.post(
    '/v1/devices/:id/flash',
    {
      ...operator,
      schema: {
        tags,
        summary: 'Whether a screen lights the hand, and must',
        params: DeviceParams,
        body: DeviceFlash,
        response: { 200: Device },
      },
    },
    async (request) => devices.setFlash(request.params.id, request.body),
  )
  app.post(
    '/v1/devices/:id/near-infrared',
    {
      ...operator,
      schema: {
        tags,
        summary: 'Whether the device has a near-infrared sensor beside its camera',
        params: DeviceParams,
        body: DeviceNearInfrared,
        response: { 200: Device },
      },
    },
    async (request) => devices.setNearInfrared(request.params.id, request.body.nearInfrared),
  )
  app.get(
    '/v1/devices/self',
    { ...anyDevice, schema: { tags, summary: 'The device that asks', response: { 200: Device } } },
    async (request) => devices.describe(request.device!.id),
  )
  app.post(
    '/v1/devices/self/heartbeat',
    { ...anyDevice, schema: { tags, summary: 'The device is alive', body: Heartbeat, response: { 200: Device } } },
    async (request) => {
      await devices.heartbeat(request.device!.id, request.body)
      return devices.describe(request.device!.id)
    },
  )
  if (sandbox) registerSandbox(app, devices, pairing)
}

function registerPairing(app: App, devices: Devices, pairing: Pairing, guards: Guards): void {
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
      preValidation: guards.operator,
      schema: { tags, summary: 'Bind a shown code to a shop', body: PairingApprove, response: { 200: Device } },
    },
    async (request) => {
      const { code, ...device } = request.body
      return devices.describe(await pairing.approve(code, device, request.ip))
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
