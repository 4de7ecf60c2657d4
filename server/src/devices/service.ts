import type { Device, DeviceKind, DeviceScreen, FlashPolicy, Heartbeat } from '@paume/contract'
import { sql } from 'kysely'
import type { Static } from 'typebox'
import type { Audit } from '../audit/service.ts'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import type { AuthenticatedDevice } from '../routing.ts'
import { createAuthentication } from './authentication.ts'
import type { SignedRequest } from './signature.ts'
import { type DeviceRow, findDevice, insertDevice, pruneExpired } from './store.ts'

/** A device that was heard of less than this ago is online: two heartbeats and some slack, ms. */
export const ONLINE_MS = 40_000

/** The shop of a device, from whoever knows shops. */
export type ShopOf = (shopId: string) => Promise<{
  id: string
  name: string
  currency: string
  languages: string[]
  flash: FlashPolicy
  organisation: { id: string; name: string }
} | null>

export type NewDevice = {
  kind: DeviceKind
  shopId: string
  name: string
  terminalId?: string
  screen?: DeviceScreen
  nearInfrared?: boolean
}

/** A device that has been checked against shop and terminal, ready to be written. */
export type PlannedDevice = Pick<
  DeviceRow,
  'id' | 'kind' | 'name' | 'shop_id' | 'organisation_id' | 'terminal_id' | 'screen' | 'near_infrared'
>

export type Devices = {
  /** Checks signature, clock and nonce. Throws the codes of `verifySignature`, `device_unknown`, `device_revoked`, `signature_replayed`. */
  authenticate(request: SignedRequest): Promise<AuthenticatedDevice>
  find(id: string): Promise<DeviceRow | null>
  describe(id: string): Promise<Device>
  list(): Promise<Device[]>
  create(device: NewDevice, id?: string): Promise<Device>
  /** Checks shop and terminal: throws `not_found`, `terminal_unknown`. Writes nothing. */
  plan(device: NewDevice, id?: string): Promise<PlannedDevice>
  /** Writes a planned device, as part of something larger. */
  add(tx: Tx, device: PlannedDevice): Promise<void>
  revoke(id: string): Promise<Device>
  /** What the device has to light a hand with, and its own policy; what is left out stays. */
  setFlash(id: string, change: { screen?: DeviceScreen; flash?: FlashPolicy | null }): Promise<Device>
  /** Whether the device's near-infrared pictures are looked at. */
  setNearInfrared(id: string, nearInfrared: boolean): Promise<Device>
  heartbeat(id: string, beat: Static<typeof Heartbeat>): Promise<void>
  /** Heard of just now, by a long poll or a heartbeat. */
  seen(id: string): Promise<void>
  prune(): Promise<void>
}

export type DevicesOptions = { db: Db; clock: Clock; audit: Audit; shopOf: ShopOf; sandbox: boolean }

export function createDevices({ db, clock, audit, shopOf, sandbox }: DevicesOptions): Devices {
  const required = async (id: string, tx: Db | Tx = db): Promise<DeviceRow> => {
    const row = await findDevice(tx, id)
    if (row === undefined) throw new Failure('not_found')
    return row
  }
  const describe = async (row: DeviceRow): Promise<Device> => {
    const shop = await shopOf(row.shop_id)
    if (shop === null) throw new Error('invariant broken: a device without a shop')
    const { organisation, id, name, currency, languages } = shop
    return {
      id: row.id,
      kind: row.kind,
      name: row.name,
      shop: { id, name, currency, languages },
      organisation,
      ...(row.terminal_id === null ? {} : { terminalId: row.terminal_id }),
      screen: row.screen,
      nearInfrared: row.near_infrared,
      flash: row.flash ?? shop.flash,
      state: row.state,
      online: row.last_seen_at !== null && clock.nowMs() - row.last_seen_at.getTime() < ONLINE_MS,
      ...(row.last_seen_at === null ? {} : { lastSeenAt: toTimestamp(row.last_seen_at) }),
      sandbox,
    } as Device
  }
  const plan: Devices['plan'] = async (
    { kind, shopId, name, terminalId, screen = 'lights', nearInfrared = false },
    id = newId('device', clock.nowMs()),
  ) => {
    const shop = await shopOf(shopId)
    if (shop === null) throw new Failure('not_found')
    await checkTerminal(terminalId, kind, shopId)
    const organisation_id = shop.organisation.id
    return {
      id,
      kind,
      name,
      shop_id: shopId,
      organisation_id,
      terminal_id: terminalId ?? null,
      screen,
      near_infrared: nearInfrared,
    }
  }
  const add: Devices['add'] = async (tx, device) => {
    const [result] = await insertDevice(tx, device)
    if (result?.numInsertedOrUpdatedRows !== 1n) return
    await audit.append(tx, 'device_created', { deviceId: device.id, kind: device.kind, shopId: device.shop_id })
  }
  return {
    plan,
    add,
    authenticate: createAuthentication({ db, clock }),
    find: async (id) => (await findDevice(db, id)) ?? null,
    describe: async (id) => describe(await required(id)),
    async list() {
      const rows = await db.selectFrom('devices').selectAll().orderBy('id').execute()
      return Promise.all(rows.map(describe))
    },
    async create(device, id) {
      const planned = await plan(device, id)
      await withTransaction(db, (tx) => add(tx, planned))
      return describe(await required(planned.id))
    },
    async revoke(id) {
      await withTransaction(db, async (tx) => {
        const result = await tx
          .updateTable('devices')
          .set({ state: 'revoked', revoked_at: new Date(clock.nowMs()) })
          .where('id', '=', id)
          .where('state', '!=', 'revoked')
          .executeTakeFirst()
        if (result.numUpdatedRows === 1n) await audit.append(tx, 'device_revoked', { deviceId: id })
      })
      return describe(await required(id))
    },
    async setFlash(id, change) {
      await withTransaction(db, async (tx) => {
        const { screen, flash } = await required(id, tx)
        const next = { screen: change.screen ?? screen, flash: change.flash === undefined ? flash : change.flash }
        await tx.updateTable('devices').set(next).where('id', '=', id).execute()
        await audit.append(tx, 'device_flash_set', { deviceId: id, ...next })
      })
      return describe(await required(id))
    },
    async setNearInfrared(id, nearInfrared) {
      await withTransaction(db, async (tx) => {
        await required(id, tx)
        await tx.updateTable('devices').set({ near_infrared: nearInfrared }).where('id', '=', id).execute()
        await audit.append(tx, 'device_near_infrared_set', { deviceId: id, nearInfrared })
      })
      return describe(await required(id))
    },
    async heartbeat(id, { appVersion, camera, deviceTimeMs }) {
      const skewMs = Math.max(-2e9, Math.min(2e9, deviceTimeMs - clock.nowMs()))
      await db
        .updateTable('devices')
        .set({ app_version: appVersion, camera, clock_skew_ms: skewMs, last_seen_at: new Date(clock.nowMs()) })
        .where('id', '=', id)
        .execute()
    },
    async seen(id) {
      await sql`update devices set last_seen_at = ${new Date(clock.nowMs())} where id = ${id}`.execute(db)
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
