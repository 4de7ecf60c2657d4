import type {
  Device,
  DeviceKind,
  DevicePublicKey,
  DeviceScreen,
  FlashPolicy,
  Heartbeat,
  HeartbeatReply,
  NotLiveReason,
} from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import type { AuthenticatedDevice } from '../routing.ts'
import { createAuthentication } from './authentication.ts'
import type { Commands } from './commands.ts'
import type { FleetPorts } from './ports.ts'
import { resolveSettings } from './settings/resolve.ts'
import type { SettingsRollouts } from './settings/rollouts.ts'
import { assertOnCurve, type SignedRequest } from './signature.ts'
import { type DeviceRow, findDevice, insertDevice, ONLINE_MS, pruneExpired, touchDevice } from './store.ts'

export { ONLINE_MS } from './store.ts'

export type ShopOfDevice = {
  id: string
  name: string
  currency: string
  languages: string[]
  flash: FlashPolicy
  /** Why its devices serve nobody now; null: they may. */
  notLive: NotLiveReason | null
  organisation: { id: string; name: string }
}
/** The shop of a device, from whoever knows shops. */
export type ShopOf = (shopId: string) => Promise<ShopOfDevice | null>

export type NewDevice = {
  kind: DeviceKind
  shopId: string
  name: string
  terminalId?: string
  laneId?: string
  screen?: DeviceScreen
  nearInfrared?: boolean
}

/** A device that has been checked against shop, lane and terminal, ready to be written. */
export type PlannedDevice = Pick<
  DeviceRow,
  'id' | 'kind' | 'name' | 'shop_id' | 'organisation_id' | 'terminal_id' | 'lane_id' | 'screen' | 'near_infrared'
>

export type Devices = {
  /** Checks signature, clock and nonce. Throws the codes of `verifySignature`, `device_unknown`, `device_revoked`, `signature_replayed`. */
  authenticate(request: SignedRequest): Promise<AuthenticatedDevice>
  find(id: string): Promise<DeviceRow | null>
  describe(id: string): Promise<Device>
  list(): Promise<Device[]>
  /** Devices of one shop, revoked ones among them. */
  ofShop(shopId: string): Promise<DeviceRow[]>
  create(device: NewDevice, id?: string): Promise<Device>
  /** Checks shop, lane and terminal: throws `not_found`, `lane_unknown`, `terminal_unknown`. Writes nothing. */
  plan(device: NewDevice, id?: string): Promise<PlannedDevice>
  /** Writes a planned device, as part of something larger. */
  add(tx: Tx, device: PlannedDevice, staffId?: string | null): Promise<void>
  /** What the device has to light a hand with, and its own policy; what is left out stays. */
  setFlash(
    id: string,
    change: { screen?: DeviceScreen; flash?: FlashPolicy | null },
    staffId?: string | null,
  ): Promise<Device>
  /** Whether the device's near-infrared pictures are looked at. */
  setNearInfrared(id: string, nearInfrared: boolean, staffId?: string | null): Promise<Device>
  heartbeat(id: string, beat: Heartbeat): Promise<HeartbeatReply>
  /** The key that the device will sign with next; in force from the first request that it signs. */
  rotateKey(id: string, publicKey: DevicePublicKey): Promise<void>
  /** Heard of just now, otherwise than by a heartbeat. */
  seen(id: string): Promise<void>
  prune(): Promise<void>
}

export type DevicesOptions = {
  db: Db
  clock: Clock
  audit: Audit
  shopOf: ShopOf
  sandbox: boolean
  ports: Pick<FleetPorts, 'lanesOf' | 'brandsOf'>
  commands: Commands
  rollouts: Pick<SettingsRollouts, 'heard'>
}

export function createDevices(options: DevicesOptions): Devices {
  const { db, clock, audit, shopOf, sandbox, ports, commands, rollouts } = options
  const required = async (id: string, tx: Db | Tx = db): Promise<DeviceRow> => {
    const row = await findDevice(tx, id)
    if (row === undefined) throw new Failure('not_found')
    return row
  }
  const describe = async (row: DeviceRow): Promise<Device> => {
    const shop = await shopOf(row.shop_id)
    if (shop === null) throw new Error('invariant broken: a device without a shop')
    const { organisation, id, name, currency, languages, notLive } = shop
    return {
      id: row.id,
      kind: row.kind,
      name: row.name,
      shop: { id, name, currency, languages, ...(notLive === null ? {} : { notLive }) },
      organisation,
      ...(row.terminal_id === null ? {} : { terminalId: row.terminal_id }),
      screen: row.screen,
      nearInfrared: row.near_infrared,
      flash: row.flash ?? row.settings_flash ?? shop.flash,
      state: row.state,
      online: row.last_seen_at !== null && clock.nowMs() - row.last_seen_at.getTime() < ONLINE_MS,
      ...(row.last_seen_at === null ? {} : { lastSeenAt: toTimestamp(row.last_seen_at) }),
      sandbox,
    } as Device
  }
  const plan: Devices['plan'] = async (device, id = newId('device', clock.nowMs())) => {
    const { kind, shopId, name, terminalId, laneId, screen = 'lights', nearInfrared = false } = device
    const shop = await shopOf(shopId)
    if (shop === null) throw new Failure('not_found')
    await checkTerminal(terminalId, kind, shopId)
    if (laneId !== undefined && (await ports.lanesOf([laneId])).get(laneId)?.shopId !== shopId) {
      throw new Failure('lane_unknown')
    }
    const organisation_id = shop.organisation.id
    return {
      id,
      kind,
      name,
      shop_id: shopId,
      organisation_id,
      terminal_id: terminalId ?? null,
      lane_id: laneId ?? null,
      screen,
      near_infrared: nearInfrared,
    }
  }
  const add: Devices['add'] = async (tx, device, staffId = null) => {
    const [result] = await insertDevice(tx, device)
    if (result?.numInsertedOrUpdatedRows !== 1n) return
    await audit.append(tx, 'device_created', {
      deviceId: device.id,
      kind: device.kind,
      shopId: device.shop_id,
      staffId,
    })
  }
  /** What the device is to run; keeps what other requests of it need to know of that. */
  const settingsFor = async (row: DeviceRow) => {
    const brandId = (await ports.brandsOf([row.shop_id])).get(row.shop_id) ?? null
    const place = { deviceId: row.id, shopId: row.shop_id, organisationId: row.organisation_id, brandId }
    const resolved = await resolveSettings(db, place)
    const { flash } = resolved.settings
    if (row.settings_wanted !== resolved.version || row.settings_flash !== flash) {
      const wanted = { settings_wanted: resolved.version, settings_flash: flash }
      await db.updateTable('devices').set(wanted).where('id', '=', row.id).execute()
      Object.assign(row, wanted)
    }
    return resolved
  }
  return {
    plan,
    add,
    authenticate: createAuthentication({ db, clock, audit }),
    find: async (id) => (await findDevice(db, id)) ?? null,
    describe: async (id) => describe(await required(id)),
    async list() {
      const rows = await db.selectFrom('devices').selectAll().orderBy('id').execute()
      return Promise.all(rows.map(describe))
    },
    ofShop: (shopId) => db.selectFrom('devices').selectAll().where('shop_id', '=', shopId).orderBy('id').execute(),
    async create(device, id) {
      const planned = await plan(device, id)
      await withTransaction(db, (tx) => add(tx, planned))
      return describe(await required(planned.id))
    },
    async setFlash(id, change, staffId = null) {
      await withTransaction(db, async (tx) => {
        const { screen, flash } = await required(id, tx)
        const next = { screen: change.screen ?? screen, flash: change.flash === undefined ? flash : change.flash }
        await tx.updateTable('devices').set(next).where('id', '=', id).execute()
        await audit.append(tx, 'device_flash_set', { deviceId: id, ...next, staffId })
      })
      return describe(await required(id))
    },
    async setNearInfrared(id, nearInfrared, staffId = null) {
      await withTransaction(db, async (tx) => {
        await required(id, tx)
        await tx.updateTable('devices').set({ near_infrared: nearInfrared }).where('id', '=', id).execute()
        await audit.append(tx, 'device_near_infrared_set', { deviceId: id, nearInfrared, staffId })
      })
      return describe(await required(id))
    },
    async heartbeat(id, beat) {
      const row = await touchDevice(db, id, new Date(clock.nowMs()), {
        app_version: beat.appVersion,
        camera: beat.camera,
        clock_skew_ms: Math.round(Math.max(-2e9, Math.min(2e9, beat.deviceTimeMs - clock.nowMs()))),
        screen_width_px: beat.screenSize?.widthPx ?? null,
        screen_height_px: beat.screenSize?.heightPx ?? null,
        settings_running: beat.settingsVersion ?? null,
      })
      if (row === undefined) throw new Failure('device_unknown')
      await commands.done(id, beat.commandsDone ?? [])
      const { settings, version, rollouts: due } = await settingsFor(row)
      if (beat.settingsVersion === version) await rollouts.heard(id, due, 'took')
      else if (beat.settingsRefused === version) await rollouts.heard(id, due, 'refused')
      const [device, open] = await Promise.all([describe(row), commands.fetch(id)])
      return { ...device, settings, settingsVersion: version, commands: open }
    },
    rotateKey: (id, publicKey) => {
      assertOnCurve(publicKey)
      return withTransaction(db, async (tx) => {
        const change = tx
          .updateTable('devices')
          .set({ next_public_key: JSON.stringify(publicKey) })
          .where('id', '=', id)
          .where('state', '=', 'paired')
        if ((await change.executeTakeFirst()).numUpdatedRows !== 1n) throw new Failure('device_revoked')
        await audit.append(tx, 'device_key_announced', { deviceId: id })
      })
    },
    async seen(id) {
      await touchDevice(db, id, new Date(clock.nowMs()), null)
    },
    prune: () => pruneExpired(db, new Date(clock.nowMs())),
  }

  /** A register may be tied to a terminal of its own shop, and nothing else to nothing else. */
  async function checkTerminal(terminalId: string | undefined, kind: DeviceKind, shopId: string): Promise<void> {
    if (terminalId === undefined) return
    const terminal = await findDevice(db, terminalId)
    if (kind !== 'register' || terminal?.kind !== 'terminal' || terminal.shop_id !== shopId) {
      throw new Failure('terminal_unknown')
    }
  }
}
