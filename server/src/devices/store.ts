import type { DevicePublicKey } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import type { Db, Tx } from '../database.ts'
import type { DeviceTables } from './tables.ts'

export type DeviceRow = Selectable<DeviceTables['devices']>
export type PairingRow = Selectable<DeviceTables['device_pairings']>

/** A device that was heard of less than this ago is online: two heartbeats and some slack, ms. */
export const ONLINE_MS = 40_000

export const findDevice = (db: Pick<Db, 'selectFrom'>, id: string): Promise<DeviceRow | undefined> =>
  db.selectFrom('devices').selectAll().where('id', '=', id).executeTakeFirst()

/** Takes the row, so that who changes it waits for whoever does. */
export const lockDevice = (tx: Tx, id: string): Promise<DeviceRow | undefined> =>
  tx.selectFrom('devices').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const insertDevice = (
  db: Db | Tx,
  device: Pick<
    DeviceRow,
    'id' | 'kind' | 'name' | 'shop_id' | 'organisation_id' | 'terminal_id' | 'lane_id' | 'screen' | 'near_infrared'
  >,
) =>
  db
    .insertInto('devices')
    .values({ ...device, state: 'unpaired', public_key: null })
    .onConflict((on) => on.column('id').doNothing())
    .execute()

/** Whatever keys it had before are good for nothing from here on. */
export const pairDevice = (tx: Tx, id: string, key: DevicePublicKey, now: Date) =>
  tx
    .updateTable('devices')
    .set({
      state: 'paired',
      public_key: JSON.stringify(key),
      next_public_key: null,
      previous_public_key: null,
      previous_key_until: null,
      key_since: now,
      paired_at: now,
    })
    .where('id', '=', id)
    .where('state', '!=', 'revoked')
    .executeTakeFirst()

/** Takes the row so that two redeemers of one code wait for each other. */
export const lockPairingByCode = (tx: Tx, codeHmac: string): Promise<PairingRow | undefined> =>
  tx.selectFrom('device_pairings').selectAll().where('code_hmac', '=', codeHmac).forUpdate().executeTakeFirst()

export type NewNonce = { deviceId: string; nonce: string; expiresAt: Date }
export type KeyedDevice = Pick<
  DeviceRow,
  | 'id'
  | 'kind'
  | 'state'
  | 'shop_id'
  | 'organisation_id'
  | 'terminal_id'
  | 'public_key'
  | 'next_public_key'
  | 'previous_public_key'
  | 'previous_key_until'
>
export type SpentNonce = {
  /** False when this device has used the nonce before. */
  fresh: boolean
  /** The device as it stands now; null: there is none. */
  device: KeyedDevice | null
}

/** Spends nonces, no two alike, and reads their devices, in one statement: one answer for each, in order. */
export async function spendNonces(db: Db, nonces: readonly NewNonce[]): Promise<SpentNonce[]> {
  const { rows } = await sql<Omit<KeyedDevice, 'id'> & { id: string | null; place: number; fresh: boolean }>`
    with asked as (
      select * from unnest(${nonces.map(({ deviceId }) => deviceId)}::text[], ${nonces.map(({ nonce }) => nonce)}::text[],
                           ${nonces.map(({ expiresAt }) => expiresAt)}::timestamptz[])
        with ordinality a (device_id, nonce, expires_at, place)
    ), spent as (
      insert into device_nonces (device_id, nonce, expires_at) select device_id, nonce, expires_at from asked
        on conflict (device_id, nonce) do nothing returning device_id, nonce
    )
    select asked.place::int as place, spent.nonce is not null as fresh,
           d.id, d.kind, d.state, d.shop_id, d.organisation_id, d.terminal_id, d.public_key,
           d.next_public_key, d.previous_public_key, d.previous_key_until
      from asked left join spent using (device_id, nonce) left join devices d on d.id = asked.device_id
     order by asked.place`.execute(db)
  return rows.map(({ fresh, id, place: _, ...device }) => ({ fresh, device: id === null ? null : { id, ...device } }))
}

export type Heard = {
  app_version: string
  camera: string
  clock_skew_ms: number
  screen_width_px: number | null
  screen_height_px: number | null
  settings_running: string | null
}

/**
 * The device was heard of just now. A silence before that was long enough to count as being away is written down as it ends, so that a
 * device that stays online costs one small write. Answers nothing for a device that there is not.
 *
 * @param beat what a heartbeat said; null: it was heard of otherwise
 */
export async function touchDevice(db: Db, id: string, now: Date, beat: Heard | null): Promise<DeviceRow | undefined> {
  const said =
    beat === null
      ? sql``
      : sql`, app_version = ${beat.app_version}, camera = ${beat.camera}, clock_skew_ms = ${beat.clock_skew_ms},
            screen_width_px = coalesce(${beat.screen_width_px}, d.screen_width_px),
            screen_height_px = coalesce(${beat.screen_height_px}, d.screen_height_px),
            settings_running = coalesce(${beat.settings_running}, d.settings_running)`
  const { rows } = await sql<DeviceRow>`
    with before as (select id, last_seen_at from devices where id = ${id} for update),
    away as (
      insert into device_outages (device_id, from_at, until_at)
      select id, last_seen_at, ${now}::timestamptz from before
       where last_seen_at < ${new Date(now.getTime() - ONLINE_MS)}::timestamptz on conflict do nothing
    )
    update devices d set last_seen_at = ${now}::timestamptz ${said} from before where d.id = before.id
    returning d.*`.execute(db)
  return rows[0]
}

/** Silences are told for a day and kept for a week, ms. */
const OUTAGES_KEPT_MS = 7 * 86_400_000
const COMMANDS_KEPT_MS = 30 * 86_400_000

export async function pruneExpired(db: Db, now: Date): Promise<void> {
  const ago = (ms: number) => new Date(now.getTime() - ms)
  await db.deleteFrom('device_nonces').where('expires_at', '<', now).execute()
  // Kept for a day after they ended, so that a late try hears “expired” or “used” instead of “unknown”.
  await db.deleteFrom('device_pairings').where('expires_at', '<', ago(86_400_000)).execute()
  await db.deleteFrom('device_outages').where('until_at', '<', ago(OUTAGES_KEPT_MS)).execute()
  await db.deleteFrom('device_commands').where('expires_at', '<', ago(COMMANDS_KEPT_MS)).execute()
}
