import type { DeviceCommand } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import type { Audit } from '../audit/service.ts'
import type { Clock } from '../clock.ts'
import type { Db, Tx } from '../database.ts'
import { ulid } from '../ids.ts'
import type { DeviceTables } from './tables.ts'

/** A device that does not come for its command within this time is not surprised by it later, ms. */
const COMMAND_TTL_MS = 3_600_000

export type CommandRow = Selectable<DeviceTables['device_commands']>
export type Commands = {
  ask(tx: Tx, deviceId: string, kind: DeviceCommand['kind'], staffId: string | null): Promise<void>
  /** What the device has still to do. Told again until it says that it is done: the device itself does nothing twice. */
  fetch(deviceId: string): Promise<DeviceCommand[]>
  done(deviceId: string, ids: readonly string[]): Promise<void>
  /** The last ones of a device. */
  of(deviceId: string): Promise<CommandRow[]>
}

export function createCommands({ db, clock, audit }: { db: Db; clock: Clock; audit: Audit }): Commands {
  const now = () => new Date(clock.nowMs())
  return {
    async ask(tx, deviceId, kind, staffId) {
      const open = await tx
        .selectFrom('device_commands')
        .select('id')
        .where('device_id', '=', deviceId)
        .where('kind', '=', kind)
        .where('done_at', 'is', null)
        .where('expires_at', '>', now())
        .executeTakeFirst()
      // Asked twice, done once.
      if (open !== undefined) return
      const id = `cmd_${ulid(clock.nowMs())}`
      const expires_at = new Date(clock.nowMs() + COMMAND_TTL_MS)
      const row = { id, device_id: deviceId, kind, asked_at: now(), asked_by: staffId, expires_at }
      await tx
        .insertInto('device_commands')
        .values({ ...row, fetched_at: null, done_at: null })
        .execute()
      await audit.append(tx, 'device_command_asked', { deviceId, kind, commandId: id, staffId })
    },
    async fetch(deviceId) {
      const { rows } = await sql<DeviceCommand>`
        update device_commands set fetched_at = coalesce(fetched_at, ${now()}::timestamptz)
         where device_id = ${deviceId} and done_at is null and expires_at > ${now()}::timestamptz
        returning id, kind`.execute(db)
      return rows
    },
    async done(deviceId, ids) {
      if (ids.length === 0) return
      await sql`
        update device_commands set done_at = ${now()}::timestamptz
         where device_id = ${deviceId} and id = any(${[...ids]}) and done_at is null`.execute(db)
    },
    of: (deviceId) =>
      db
        .selectFrom('device_commands')
        .selectAll()
        .where('device_id', '=', deviceId)
        .orderBy('asked_at', 'desc')
        .limit(10)
        .execute(),
  }
}
