import Type, { type Static } from 'typebox'
import { DeviceScreen, FlashPolicy } from './flash.ts'
import { idSchema, Timestamp } from './identifiers.ts'
import { NotLiveReason } from './shops.ts'

/** `gate`: the lane of a checkout-free shop. `door`: a door or an entrance that admits tickets. Both have a camera, as a terminal has. */
export const DEVICE_KINDS = ['kiosk', 'terminal', 'register', 'gate', 'door'] as const
export type DeviceKind = (typeof DEVICE_KINDS)[number]
export const DeviceKind = Type.Unsafe<DeviceKind>(Type.Union(DEVICE_KINDS.map((kind) => Type.Literal(kind))))

/** A P-256 public key as a JWK (RFC 7517). The private half never leaves the device and is not extractable. */
export const DevicePublicKey = Type.Object({
  kty: Type.Literal('EC'),
  crv: Type.Literal('P-256'),
  x: Type.String({ minLength: 43, maxLength: 43 }),
  y: Type.String({ minLength: 43, maxLength: 43 }),
})
export type DevicePublicKey = Static<typeof DevicePublicKey>

/** 8 characters without look-alikes (RFC 8628 §6.1), shown as XXXX-XXXX, valid for 10 minutes; on paper for 14 days. */
export const PairingCode = Type.String({ pattern: '^[BCDFGHJKLMNPQRSTVWXZ]{4}-?[BCDFGHJKLMNPQRSTVWXZ]{4}$' })
export const PAIRING_TTL_MS = 600_000

/** `POST /v1/pairings` (unsigned): a new device asks to be paired and shows the code. */
export const PairingRequest = Type.Object({ kind: DeviceKind, publicKey: DevicePublicKey })
export const PairingStarted = Type.Object({
  pairingId: Type.String(),
  code: PairingCode,
  expiresAt: Timestamp,
  pollEveryMs: Type.Integer(),
})
export type PairingStarted = Static<typeof PairingStarted>

/** `POST /v1/pairings/redeem` (unsigned): a device uses a code that an operator made for it beforehand (a pairing sheet). */
export const PairingRedeem = Type.Object({ code: PairingCode, kind: DeviceKind, publicKey: DevicePublicKey })
/**
 * Whether a device has a near-infrared sensor beside its camera, registered with it. The operator says so, not the device: near-infrared
 * pictures of any other device are not looked at.
 */
export const NearInfrared = Type.Boolean()
/** `POST /v1/devices/{id}/near-infrared` (operator). */
export const DeviceNearInfrared = Type.Object({ nearInfrared: NearInfrared })

/** `POST /v1/pairings/approve` (operator): binds a shown code to a shop. */
export const PairingApprove = Type.Object({
  code: PairingCode,
  shopId: idSchema('shop'),
  name: Type.String({ minLength: 1, maxLength: 60 }),
  /** A register may be tied to the terminal beside it. */
  terminalId: Type.Optional(idSchema('device')),
  laneId: Type.Optional(idSchema('lane')),
  /** `lights` when left out. */
  screen: Type.Optional(DeviceScreen),
  /** `false` when left out. */
  nearInfrared: Type.Optional(NearInfrared),
})

export type PairingApprove = Static<typeof PairingApprove>

/** `GET /v1/devices/self` (signed) and the reply to a finished pairing. `GET /v1/pairings/{pairingId}` answers it, or 202 `pairing_pending`. */
export const Device = Type.Object({
  id: idSchema('device'),
  kind: DeviceKind,
  name: Type.String(),
  shop: Type.Object({
    id: idSchema('shop'),
    name: Type.String(),
    currency: Type.String(),
    languages: Type.Array(Type.String()),
    /** Present while devices of the shop serve nobody: why. */
    notLive: Type.Optional(NotLiveReason),
  }),
  organisation: Type.Object({ id: idSchema('organisation'), name: Type.String() }),
  /** For a register: the terminal it drives. */
  terminalId: Type.Optional(idSchema('device')),
  screen: DeviceScreen,
  nearInfrared: NearInfrared,
  /** The policy that holds for this device: its own, or its organisation's. */
  flash: FlashPolicy,
  state: Type.Union([Type.Literal('unpaired'), Type.Literal('paired'), Type.Literal('revoked')]),
  online: Type.Boolean(),
  lastSeenAt: Type.Optional(Timestamp),
  sandbox: Type.Boolean(),
})
export type Device = Static<typeof Device>

/** `POST /v1/devices` (operator): a device to be, with the code of its pairing sheet. */
export const DeviceCreate = Type.Object({
  kind: DeviceKind,
  shopId: idSchema('shop'),
  name: Type.String({ minLength: 1, maxLength: 60 }),
  terminalId: Type.Optional(idSchema('device')),
  laneId: Type.Optional(idSchema('lane')),
  screen: Type.Optional(DeviceScreen),
  nearInfrared: Type.Optional(NearInfrared),
})
export type DeviceCreate = Static<typeof DeviceCreate>
export const DeviceCreated = Type.Object({ device: Device, pairingCode: PairingCode, expiresAt: Timestamp })
export type DeviceCreated = Static<typeof DeviceCreated>

/** `GET /v1/sandbox/devices` (sandbox only, open): the demo devices; `POST /v1/sandbox/devices/{id}/pairing-code` makes a new code for one. */
export const SandboxDevices = Type.Object({ devices: Type.Array(Device) })
export type SandboxDevices = Static<typeof SandboxDevices>

export const PairingCodeIssued = Type.Object({ pairingCode: PairingCode, expiresAt: Timestamp })
export type PairingCodeIssued = Static<typeof PairingCodeIssued>

export const CameraState = Type.Union([
  Type.Literal('ready'),
  Type.Literal('denied'),
  Type.Literal('missing'),
  Type.Literal('unused'),
  Type.Literal('synthetic'),
])
export type CameraState = Static<typeof CameraState>

/** `POST /v1/devices/self/heartbeat` (signed), every 15 s while the page is open. */
export const Heartbeat = Type.Object({
  appVersion: Type.String({ maxLength: 40 }),
  camera: CameraState,
  deviceTimeMs: Type.Integer(),
  screenSize: Type.Optional(
    Type.Object({
      widthPx: Type.Integer({ minimum: 1, maximum: 100_000 }),
      heightPx: Type.Integer({ minimum: 1, maximum: 100_000 }),
    }),
  ),
  /** Which settings it runs, as the heartbeat before named them. */
  settingsVersion: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
  /** Settings it was given and could not use. */
  settingsRefused: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
  /** Commands that are done. */
  commandsDone: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 20 })),
})
export type Heartbeat = Static<typeof Heartbeat>
