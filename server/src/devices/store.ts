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

/** False when this device has used the nonce before. */
export async function spendNonce(db: Db, deviceId: string, nonce: string, expiresAt: Date): Promise<boolean> {
  const result = await db
    .insertInto('device_nonces')
    .values({ device_id: deviceId, nonce, expires_at: expiresAt })
    .onConflict((on) => on.columns(['device_id', 'nonce']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

export async function pruneExpired(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('device_nonces').where('expires_at', '<', now).execute()
  // Kept for a day after they ended, so that a late try hears “expired” or “used” instead of “unknown”.
  await db
    .deleteFrom('device_pairings')
    .where('expires_at', '<', sql<Date>`${now}::timestamptz - interval '1 day'`)
    .execute()
}
