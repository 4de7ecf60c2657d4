import Type, { type Static } from 'typebox'
import { DeviceSettings, SettingSource, SettingsVersion } from './device-settings.ts'
import { CameraState, Device, DeviceKind, DevicePublicKey, PairingCode } from './devices.ts'
import { idSchema, Timestamp } from './identifiers.ts'
import { listQuery } from './lists.ts'

/** Hovers of a device in the last 24 hours: how many, and how many were refused for a reason that is the hand's or the camera's. */
export const HoverFigures = Type.Object({ hovers: Type.Integer(), refused: Type.Integer() })
export type HoverFigures = Static<typeof HoverFigures>

/** What staff see of a device in a list. Figures of hovers are up to a minute old. */
export const DeviceListed = Type.Object({
  id: idSchema('device'),
  kind: DeviceKind,
  name: Type.String(),
  shop: Type.Object({ id: idSchema('shop'), name: Type.String() }),
  organisation: Type.Object({ id: idSchema('organisation'), name: Type.String() }),
  lane: Type.Union([Type.Object({ id: idSchema('lane'), name: Type.String() }), Type.Null()]),
  state: Device.properties.state,
  online: Type.Boolean(),
  lost: Type.Boolean(),
  appVersion: Type.Union([Type.String(), Type.Null()]),
  camera: Type.Union([CameraState, Type.Null()]),
  /** Device clock minus ours at the last heartbeat, ms: positive when it is fast. */
  clockSkewMs: Type.Union([Type.Integer(), Type.Null()]),
  lastSeenAt: Type.Union([Timestamp, Type.Null()]),
  lastHoverAt: Type.Union([Timestamp, Type.Null()]),
  lastDay: HoverFigures,
  /** Whether it runs the settings it should; null: it never said. */
  settingsCurrent: Type.Union([Type.Boolean(), Type.Null()]),
})
export type DeviceListed = Static<typeof DeviceListed>

export const DEVICE_COLUMNS = [
  'name',
  'kind',
  'shop',
  'state',
  'lastSeenAt',
  'appVersion',
  'camera',
  'clockSkewMs',
  'lastHoverAt',
  'failureRate',
] as const
/** `GET /v1/devices` (staff). */
export const DeviceListQuery = Type.Object({
  ...listQuery(DEVICE_COLUMNS),
  kind: Type.Optional(DeviceKind),
  state: Type.Optional(Device.properties.state),
  online: Type.Optional(Type.Boolean()),
  lost: Type.Optional(Type.Boolean()),
  camera: Type.Optional(CameraState),
  appVersion: Type.Optional(Type.String({ maxLength: 40 })),
  shopId: Type.Optional(idSchema('shop')),
  organisationId: Type.Optional(idSchema('organisation')),
})
export type DeviceListQuery = Static<typeof DeviceListQuery>

/** Commands that a device fetches with its heartbeat. `restart`: a page loads anew, a program starts anew; never while somebody is served. */
export const DEVICE_COMMANDS = ['restart'] as const
export const DeviceCommand = Type.Object({ id: Type.String(), kind: Type.Literal('restart') })
export type DeviceCommand = Static<typeof DeviceCommand>

/** One device as staff see it (`GET /v1/devices/{id}`). */
export const DeviceDetails = Type.Object({
  ...DeviceListed.properties,
  terminalId: Type.Union([idSchema('device'), Type.Null()]),
  screen: Device.properties.screen,
  nearInfrared: Type.Boolean(),
  screenSize: Type.Union([Type.Object({ widthPx: Type.Integer(), heightPx: Type.Integer() }), Type.Null()]),
  createdAt: Timestamp,
  pairedAt: Type.Union([Timestamp, Type.Null()]),
  keySince: Type.Union([Timestamp, Type.Null()]),
  revokedAt: Type.Union([Timestamp, Type.Null()]),
  /** Who revoked it or said that it is lost; null: a program, or nobody. */
  revokedBy: Type.Union([Type.String(), Type.Null()]),
  lostNote: Type.Union([Type.String(), Type.Null()]),
  /** A code that waits for the device; the code itself is shown once only. */
  codeUntil: Type.Union([Timestamp, Type.Null()]),
  commands: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: Type.Literal('restart'),
      askedAt: Timestamp,
      fetchedAt: Type.Union([Timestamp, Type.Null()]),
      doneAt: Type.Union([Timestamp, Type.Null()]),
    }),
  ),
  settings: DeviceSettings,
  settingsVersion: SettingsVersion,
  /** What the device says it runs. */
  runsVersion: Type.Union([SettingsVersion, Type.Null()]),
  settingSources: Type.Record(Type.String(), SettingSource),
})
export type DeviceDetails = Static<typeof DeviceDetails>

/** `GET /v1/devices/{id}/history`: when the device was heard of, the last 24 hours, without gaps, in order. */
export const DeviceHistory = Type.Object({
  spans: Type.Array(Type.Object({ from: Timestamp, until: Timestamp, online: Type.Boolean() })),
})
export type DeviceHistory = Static<typeof DeviceHistory>

const name = Type.String({ minLength: 1, maxLength: 60 })
export const DeviceRename = Type.Object({ name })
export const DeviceLane = Type.Object({ laneId: Type.Union([idSchema('lane'), Type.Null()]) })
export const DeviceMove = Type.Object({ shopId: idSchema('shop') })
export const DeviceLost = Type.Object({ note: Type.Optional(Type.String({ maxLength: 200 })) })
/** `sheet`: for paper, 14 days; `now`: to be typed in at once, 10 minutes. */
export const DeviceCodeRequest = Type.Object({ for: Type.Union([Type.Literal('sheet'), Type.Literal('now')]) })
export const SHEET_TTL_MS = 14 * 86_400_000

/** `POST /v1/devices/bulk`. */
export const BULK_DEVICE_ACTIONS = ['restart', 'revoke'] as const
export const MOST_BULK_DEVICES = 500
export const DevicesBulk = Type.Object({
  action: Type.Union([Type.Literal('restart'), Type.Literal('revoke')]),
  ids: Type.Array(idSchema('device'), { minItems: 1, maxItems: MOST_BULK_DEVICES, uniqueItems: true }),
})
/** `skipped`: those that the action does not fit any more, such as revoked ones. */
export const DevicesBulkDone = Type.Object({ done: Type.Integer(), skipped: Type.Integer() })
export type DevicesBulkDone = Static<typeof DevicesBulkDone>

/** The reply to a heartbeat: the device as it stands, what it is to run, and what it is to do. */
export const HeartbeatReply = Type.Object({
  ...Device.properties,
  settings: DeviceSettings,
  settingsVersion: SettingsVersion,
  commands: Type.Array(DeviceCommand),
})
export type HeartbeatReply = Static<typeof HeartbeatReply>

/**
 * `POST /v1/devices/self/key` (signed by the key so far): the key to come. It is in force from the first request that it signs; the
 * one before is good for a minute more.
 */
export const DeviceKeyRotation = Type.Object({ publicKey: DevicePublicKey })
export const KEY_OVERLAP_MS = 60_000

/** `GET /v1/pairing-locks` (operator): who may not try codes for now. An address is named by a pseudonym. */
export const PairingLocks = Type.Object({
  locks: Type.Array(
    Type.Object({ scope: Type.String(), guesses: Type.Integer(), lockedAt: Timestamp, until: Timestamp }),
  ),
})
export type PairingLocks = Static<typeof PairingLocks>
export const IssuedCode = Type.Object({ pairingCode: PairingCode, expiresAt: Timestamp })
