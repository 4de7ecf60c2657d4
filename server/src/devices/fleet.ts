import type { DeviceCommand } from '@paume/contract'
import { sql } from 'kysely'
import type { Audit } from '../audit/service.ts'
import type { Clock } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { Staff } from '../routing.ts'
import { type Tenancy, worksAt } from '../tenancy.ts'
import type { Commands } from './commands.ts'
import type { FleetPorts } from './ports.ts'
import type { ShopOf, ShopOfDevice } from './service.ts'
import { type DeviceRow, findDevice, lockDevice } from './store.ts'

/** Other nodes hear on this channel that a device was revoked. */
export const REVOKED_CHANNEL = 'paume_device_revoked'

export type Fleet = {
  /** A device of this person's organisation and shops. Throws `not_found`, and writes down who asked for somebody else's. */
  own(staff: Staff, id: string): Promise<DeviceRow>
  /** A shop that this person may put devices into. Throws `not_found`. */
  ownShop(staff: Staff, shopId: string): Promise<ShopOfDevice>
  rename(staff: Staff, id: string, name: string): Promise<void>
  /** Throws `lane_unknown` for a lane of another shop. */
  setLane(staff: Staff, id: string, laneId: string | null): Promise<void>
  /**
   * To another shop of the same organisation. What the device is about to take money for ends first; throws `device_busy` while a card
   * is being charged. Who drove it, and whom it drove, stays behind. The device restarts as what it is now.
   */
  move(staff: Staff, id: string, shopId: string): Promise<void>
  /** Throws `device_revoked`. */
  command(staff: Staff, id: string, kind: DeviceCommand['kind']): Promise<void>
  /** For good, on every node with its next request; long polls of it end. Revoked twice is revoked once. */
  revoke(staff: Staff, id: string): Promise<void>
  /** Revoked, and marked as lost, by whom and when. */
  lose(staff: Staff, id: string, note: string | null): Promise<void>
}

export type FleetParts = {
  db: Db
  clock: Clock
  audit: Audit
  tenancy: Tenancy
  ports: FleetPorts
  commands: Commands
  shopOf: ShopOf
}

export function createFleet({ db, clock, audit, tenancy, ports, commands, shopOf }: FleetParts): Fleet {
  const now = () => new Date(clock.nowMs())
  const own: Fleet['own'] = async (staff, id) => {
    const row = await tenancy.own(staff, { kind: 'device', id }, (reader) => findDevice(reader, id))
    const foreign = staff.organisationId !== null && row.organisation_id !== staff.organisationId
    if (foreign || !worksAt(staff, row.shop_id)) throw new Failure('not_found')
    return row
  }
  const ownShop: Fleet['ownShop'] = async (staff, shopId) => {
    const shop = await tenancy.own(staff, { kind: 'shop', id: shopId }, async (reader) => {
      // The reader decides whether the shop is there for this person; what it is called is for its own subject to say.
      const { rows } = await sql`select 1 from shops where id = ${shopId}`.execute(reader)
      return rows.length === 0 ? null : shopOf(shopId)
    })
    const foreign = staff.organisationId !== null && shop.organisation.id !== staff.organisationId
    if (foreign || !worksAt(staff, shopId)) throw new Failure('not_found')
    return shop
  }
  const tellConsole = ({ organisation_id, shop_id, id }: DeviceRow) =>
    ports.announce({ organisationId: organisation_id, shopId: shop_id, kind: 'device', id })

  /** The terminal whose payments go through the device. */
  const terminalOf = (row: DeviceRow) => (row.kind === 'register' ? row.terminal_id : row.id)

  const change = async (staff: Staff, id: string, work: (tx: Tx, row: DeviceRow) => Promise<void>) => {
    await own(staff, id)
    const row = await withTransaction(db, async (tx) => {
      const locked = await lockDevice(tx, id)
      if (locked === undefined) throw new Failure('not_found')
      await work(tx, locked)
      return locked
    })
    tellConsole(row)
    return row
  }
  const withdrawCodes = (tx: Tx, id: string) =>
    tx
      .updateTable('device_pairings')
      .set({ revoked_at: now() })
      .where('device_id', '=', id)
      .where('used_at', 'is', null)
      .where('revoked_at', 'is', null)
      .execute()
  const revoke = async (staff: Staff, id: string, lost: { note: string | null } | null) => {
    const row = await change(staff, id, async (tx, locked) => {
      const facts = { deviceId: id, shopId: locked.shop_id, staffId: staff.id }
      if (locked.state !== 'revoked') {
        await tx
          .updateTable('devices')
          .set({ state: 'revoked', revoked_at: now(), revoked_by: staff.id })
          .where('id', '=', id)
          .execute()
        await withdrawCodes(tx, id)
        await audit.append(tx, 'device_revoked', facts)
      }
      if (lost !== null && locked.lost_at === null) {
        await tx
          .updateTable('devices')
          .set({ lost_at: now(), lost_note: lost.note, revoked_by: staff.id })
          .where('id', '=', id)
          .execute()
        await audit.append(tx, 'device_lost', facts)
      }
      await sql`select pg_notify(${REVOKED_CHANNEL}, ${id})`.execute(tx)
    })
    // Revoked comes first, and stands: what is open ends by it, or is refused when it asks to be charged.
    if (row.kind === 'terminal') await ports.endPayments(id)
  }

  return {
    own,
    ownShop,
    async rename(staff, id, name) {
      await change(staff, id, async (tx) => {
        await tx.updateTable('devices').set({ name }).where('id', '=', id).execute()
        await audit.append(tx, 'device_renamed', { deviceId: id, staffId: staff.id })
      })
    },
    async setLane(staff, id, laneId) {
      const { shop_id } = await own(staff, id)
      if (laneId !== null && (await ports.lanesOf([laneId])).get(laneId)?.shopId !== shop_id) {
        throw new Failure('lane_unknown')
      }
      await change(staff, id, async (tx, row) => {
        // Moved meanwhile.
        if (row.shop_id !== shop_id) throw new Failure('lane_unknown')
        await tx.updateTable('devices').set({ lane_id: laneId }).where('id', '=', id).execute()
        await audit.append(tx, 'device_lane_set', { deviceId: id, laneId, staffId: staff.id })
      })
    },
    async move(staff, id, shopId) {
      const before = await own(staff, id)
      const shop = await ownShop(staff, shopId)
      if (shop.organisation.id !== before.organisation_id) throw new Failure('not_found')
      if (before.state === 'revoked') throw new Failure('device_revoked')
      if (before.shop_id === shopId) return
      const terminalId = terminalOf(before)
      const endPayments = async () => (terminalId === null ? 'ended' : ports.endPayments(terminalId))
      if ((await endPayments()) === 'busy') throw new Failure('device_busy')
      await change(staff, id, async (tx, row) => {
        if (row.state === 'revoked') throw new Failure('device_revoked')
        const there = { shop_id: shopId, lane_id: null, terminal_id: null }
        await tx.updateTable('devices').set(there).where('id', '=', id).execute()
        await tx.updateTable('devices').set({ terminal_id: null }).where('terminal_id', '=', id).execute()
        await audit.append(tx, 'device_moved', { deviceId: id, from: row.shop_id, to: shopId, staffId: staff.id })
        if (row.state === 'paired') await commands.ask(tx, id, 'restart', staff.id)
      })
      // A till may have asked for one more between the two.
      await endPayments()
    },
    async command(staff, id, kind) {
      await change(staff, id, async (tx, row) => {
        if (row.state === 'revoked') throw new Failure('device_revoked')
        await commands.ask(tx, id, kind, staff.id)
      })
    },
    revoke: (staff, id) => revoke(staff, id, null),
    lose: (staff, id, note) => revoke(staff, id, { note }),
  }
}
