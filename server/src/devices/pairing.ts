import { randomBytes } from 'node:crypto'
import { type DeviceKind, type DevicePublicKey, PAIRING_TTL_MS, SHEET_TTL_MS } from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import type { Clock } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { createRateLimiter } from '../rate-limit.ts'
import type { Guesser, Guessing } from './guessing.ts'
import { newPairingCode, pairingCodeHmac } from './pairing-code.ts'
import type { Devices, NewDevice } from './service.ts'
import { assertOnCurve } from './signature.ts'
import { findDevice, lockPairingByCode, type PairingRow, pairDevice } from './store.ts'

export type IssuedCode = { code: string; expiresAt: Date }
export type Pairing = {
  /** A new device asks and shows the code. */
  begin(
    kind: DeviceKind,
    publicKey: DevicePublicKey,
    from: string,
  ): Promise<{ pairingId: string; code: string; expiresAt: Date }>
  /** Staff bind a shown code to a shop, which is theirs: the caller has seen to that. Answers the new device's id. */
  approve(code: string, device: Omit<NewDevice, 'kind'>, staffId: string | null): Promise<string>
  /** How the pairing a device waits for stands; answers the device's id. Throws `pairing_pending` while nobody has approved. */
  poll(pairingId: string): Promise<string>
  /**
   * A code for a device that was made beforehand, or that is to get a new key; codes given for it before are good no more.
   * `sheet`: to be printed, good for 14 days.
   */
  issue(deviceId: string, to?: { for: 'now' | 'sheet'; by: string | null }): Promise<IssuedCode>
  /** Takes back the codes of a device that were not used. Answers how many. */
  withdraw(deviceId: string, staffId: string | null): Promise<number>
  /** Until when a code waits for the device; null: none does. */
  codeUntil(deviceId: string): Promise<Date | null>
  /** A device uses such a code; answers its id. `from` names the caller's address for the guess limit. */
  redeem(code: string, kind: DeviceKind, publicKey: DevicePublicKey, from: string): Promise<string>
}

/** New devices that ask from one address: nobody unpacks more at once, and each leaves a row. */
const BEGINS_PER_ADDRESS = { events: 30, windowMs: 60_000 }

type Options = { db: Db; clock: Clock; audit: Audit; devices: Devices; guessing: Guessing; codeKey: Buffer }

export function createPairing({ db, clock, audit, devices, guessing, codeKey }: Options): Pairing {
  const begins = createRateLimiter(clock, BEGINS_PER_ADDRESS)
  const now = () => new Date(clock.nowMs())

  type NewPairing = Pick<PairingRow, 'device_id' | 'kind' | 'made_for' | 'made_by'> & { public_key: string | null }
  const insert = async (row: NewPairing, ttlMs: number, tx: Db | Tx = db) => {
    for (;;) {
      const code = newPairingCode()
      const id = `prg_${randomBytes(16).toString('base64url')}`
      const expiresAt = new Date(clock.nowMs() + ttlMs)
      const values = { id, code_hmac: pairingCodeHmac(codeKey, code), expires_at: expiresAt, used_at: null, ...row }
      // A code that is taken must not end the transaction that it is drawn in.
      const [made] = await tx
        .insertInto('device_pairings')
        .values({ ...values, made_at: now() })
        .onConflict((on) => on.column('code_hmac').doNothing())
        .execute()
      if (made?.numInsertedOrUpdatedRows === 1n) return { pairingId: id, code, expiresAt }
    }
  }

  /** The pairing a code stands for, locked and still good. */
  const take = async (tx: Tx, code: string): Promise<PairingRow> => {
    const row = await lockPairingByCode(tx, pairingCodeHmac(codeKey, code))
    if (row === undefined) throw new Failure('pairing_code_unknown')
    if (row.used_at !== null) throw new Failure('pairing_code_used')
    if (row.revoked_at !== null) throw new Failure('pairing_code_revoked')
    if (row.expires_at.getTime() <= clock.nowMs()) throw new Failure('pairing_code_expired')
    return row
  }
  /** Does it unless whoever tries is locked out, and counts a code that was not there. */
  const guarded = async <T>(guesser: Guesser, work: () => Promise<T>): Promise<T> => {
    await guessing.check(guesser)
    try {
      return await work()
    } catch (error) {
      if (error instanceof Failure && error.code === 'pairing_code_unknown') await guessing.wrong(guesser)
      throw error
    }
  }
  const bind = async (tx: Tx, pairingId: string, deviceId: string, key: DevicePublicKey, staffId: string | null) => {
    const result = await pairDevice(tx, deviceId, key, now())
    if (result.numUpdatedRows !== 1n) throw new Failure('device_revoked')
    await tx
      .updateTable('device_pairings')
      .set({ used_at: now(), device_id: deviceId })
      .where('id', '=', pairingId)
      .execute()
    await audit.append(tx, 'device_paired', { deviceId, staffId })
  }
  const withdraw = async (tx: Tx, deviceId: string): Promise<number> => {
    const { numUpdatedRows } = await tx
      .updateTable('device_pairings')
      .set({ revoked_at: now() })
      .where('device_id', '=', deviceId)
      .where('used_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now())
      .executeTakeFirst()
    return Number(numUpdatedRows)
  }

  return {
    async begin(kind, publicKey, from) {
      begins.take(from)
      assertOnCurve(publicKey)
      const row = { device_id: null, kind, public_key: JSON.stringify(publicKey), made_for: 'now', made_by: null }
      return insert(row as NewPairing, PAIRING_TTL_MS)
    },
    approve: (code, device, staffId) =>
      guarded({ kind: 'staff', id: staffId }, async () => {
        const pairing = await withTransaction(db, (tx) => take(tx, code))
        if (pairing.public_key === null) throw new Failure('pairing_code_unknown')
        const planned = await devices.plan({ ...device, kind: pairing.kind })
        // Device and pairing come together or not at all: who is second finds the code used and leaves nothing behind.
        await withTransaction(db, async (tx) => {
          const row = await take(tx, code)
          await devices.add(tx, planned)
          await bind(tx, row.id, planned.id, row.public_key!, staffId)
        })
        return planned.id
      }),
    async poll(pairingId) {
      const row = await db.selectFrom('device_pairings').selectAll().where('id', '=', pairingId).executeTakeFirst()
      if (row === undefined || row.public_key === null) throw new Failure('pairing_code_unknown')
      if (row.used_at !== null && row.device_id !== null) return row.device_id
      if (row.expires_at.getTime() <= clock.nowMs()) throw new Failure('pairing_code_expired')
      throw new Failure('pairing_pending')
    },
    async issue(deviceId, to = { for: 'now', by: null }) {
      const device = await findDevice(db, deviceId)
      if (device === undefined) throw new Failure('not_found')
      if (device.state === 'revoked') throw new Failure('device_revoked')
      return withTransaction(db, async (tx) => {
        await withdraw(tx, deviceId)
        const row = { device_id: deviceId, kind: device.kind, public_key: null, made_for: to.for, made_by: to.by }
        const issued = await insert(row, to.for === 'sheet' ? SHEET_TTL_MS : PAIRING_TTL_MS, tx)
        await audit.append(tx, 'pairing_code_issued', { deviceId, for: to.for, staffId: to.by })
        return issued
      })
    },
    withdraw: (deviceId, staffId) =>
      withTransaction(db, async (tx) => {
        const codes = await withdraw(tx, deviceId)
        if (codes > 0) await audit.append(tx, 'pairing_code_withdrawn', { deviceId, staffId })
        return codes
      }),
    async codeUntil(deviceId) {
      const row = await db
        .selectFrom('device_pairings')
        .select('expires_at')
        .where('device_id', '=', deviceId)
        .where('public_key', 'is', null)
        .where('used_at', 'is', null)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now())
        .executeTakeFirst()
      return row?.expires_at ?? null
    },
    redeem: (code, kind, publicKey, from) =>
      guarded({ kind: 'address', address: from }, () => {
        assertOnCurve(publicKey)
        return withTransaction(db, async (tx) => {
          const row = await take(tx, code)
          // A code that waits for staff cannot be redeemed by somebody who read it off a screen.
          if (row.device_id === null) throw new Failure('pairing_code_unknown')
          if (row.kind !== kind) throw new Failure('device_wrong_kind')
          await bind(tx, row.id, row.device_id, publicKey, row.made_by)
          return row.device_id
        })
      }),
  }
}
