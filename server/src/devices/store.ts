import type { DevicePublicKey } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import type { Db, Tx } from '../database.ts'
import type { DeviceTables } from './tables.ts'

export type DeviceRow = Selectable<DeviceTables['devices']>
export type PairingRow = Selectable<DeviceTables['device_pairings']>

export const findDevice = (db: Db | Tx, id: string): Promise<DeviceRow | undefined> =>
  db.selectFrom('devices').selectAll().where('id', '=', id).executeTakeFirst()

export const insertDevice = (
  db: Db | Tx,
  device: Pick<
    DeviceRow,
    'id' | 'kind' | 'name' | 'shop_id' | 'organisation_id' | 'terminal_id' | 'screen' | 'near_infrared'
  >,
) =>
  db
    .insertInto('devices')
    .values({ ...device, state: 'unpaired', public_key: null })
    .onConflict((on) => on.column('id').doNothing())
    .execute()

export const pairDevice = (tx: Tx, id: string, key: DevicePublicKey) =>
  tx
    .updateTable('devices')
    .set({ state: 'paired', public_key: JSON.stringify(key) })
    .where('id', '=', id)
    .where('state', '!=', 'revoked')
    .executeTakeFirst()

/** Takes the row so that two redeemers of one code wait for each other. */
export const lockPairingByCode = (tx: Tx, codeHmac: string): Promise<PairingRow | undefined> =>
  tx.selectFrom('device_pairings').selectAll().where('code_hmac', '=', codeHmac).forUpdate().executeTakeFirst()

export type NewNonce = { deviceId: string; nonce: string; expiresAt: Date }
export type SpentNonce = {
  /** False when this device has used the nonce before. */
  fresh: boolean
  /** The device as it stands now; null: there is none. */
  device: Pick<DeviceRow, 'id' | 'kind' | 'state' | 'shop_id' | 'organisation_id' | 'terminal_id' | 'public_key'> | null
}

/** Spends nonces, no two alike, and reads their devices, in one statement: one answer for each, in order. */
export async function spendNonces(db: Db, nonces: readonly NewNonce[]): Promise<SpentNonce[]> {
  const { rows } = await sql<
    Omit<NonNullable<SpentNonce['device']>, 'id'> & { id: string | null; place: number; fresh: boolean }
  >`
    with asked as (
      select * from unnest(${nonces.map(({ deviceId }) => deviceId)}::text[], ${nonces.map(({ nonce }) => nonce)}::text[],
                           ${nonces.map(({ expiresAt }) => expiresAt)}::timestamptz[])
        with ordinality a (device_id, nonce, expires_at, place)
    ), spent as (
      insert into device_nonces (device_id, nonce, expires_at) select device_id, nonce, expires_at from asked
        on conflict (device_id, nonce) do nothing returning device_id, nonce
    )
    select asked.place::int as place, spent.nonce is not null as fresh,
           d.id, d.kind, d.state, d.shop_id, d.organisation_id, d.terminal_id, d.public_key
      from asked left join spent using (device_id, nonce) left join devices d on d.id = asked.device_id
     order by asked.place`.execute(db)
  return rows.map(({ fresh, id, place: _, ...device }) => ({ fresh, device: id === null ? null : { id, ...device } }))
}

export async function pruneExpired(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('device_nonces').where('expires_at', '<', now).execute()
  // Kept for a day after they ended, so that a late try hears “expired” or “used” instead of “unknown”.
  await db
    .deleteFrom('device_pairings')
    .where('expires_at', '<', sql<Date>`${now}::timestamptz - interval '1 day'`)
    .execute()
}
