import { randomBytes } from 'node:crypto'
import { type DeviceKind, type DevicePublicKey, PAIRING_TTL_MS } from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import type { Clock } from '../clock.ts'
import { type Db, isUniqueViolation, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { createRateLimiter } from '../rate-limit.ts'
import { newPairingCode, pairingCodeHmac } from './pairing-code.ts'
import type { Devices, NewDevice } from './service.ts'
import { assertOnCurve } from './signature.ts'
import { findDevice, lockPairingByCode, type PairingRow, pairDevice } from './store.ts'

export type Pairing = {
  /** A new device asks and shows the code. */
  begin(
    kind: DeviceKind,
    publicKey: DevicePublicKey,
    from: string,
  ): Promise<{ pairingId: string; code: string; expiresAt: Date }>
  /** The operator binds a shown code to a shop; answers the new device's id. */
  approve(code: string, device: Omit<NewDevice, 'kind'>, from: string): Promise<string>
  /** How the pairing a device waits for stands; answers the device's id. Throws `pairing_pending` while nobody has approved. */
  poll(pairingId: string): Promise<string>
  /** A code for a device that the operator made beforehand, or that is to get a new key. */
  issue(deviceId: string): Promise<{ code: string; expiresAt: Date }>
  /** A device uses such a code; answers its id. `from` names the caller's address for the guess limit. */
  redeem(code: string, kind: DeviceKind, publicKey: DevicePublicKey, from: string): Promise<string>
}

/** Wrong codes from one address, and from all together, before guessing has to wait. 35 bits of code need far more than this. */
const GUESSES_PER_ADDRESS = { events: 10, windowMs: 60_000 }
/** New devices that ask from one address: nobody unpacks more at once, and each leaves a row. */
const BEGINS_PER_ADDRESS = { events: 30, windowMs: 60_000 }
const GUESSES_ALTOGETHER = { events: 100, windowMs: 60_000 }

type Options = { db: Db; clock: Clock; audit: Audit; devices: Devices; codeKey: Buffer }

export function createPairing({ db, clock, audit, devices, codeKey }: Options): Pairing {
  const perAddress = createRateLimiter(clock, GUESSES_PER_ADDRESS)
  const begins = createRateLimiter(clock, BEGINS_PER_ADDRESS)
  const altogether = createRateLimiter(clock, GUESSES_ALTOGETHER)

  const insert = async (row: { device_id: string | null; kind: DeviceKind; public_key: string | null }) => {
    for (;;) {
      const code = newPairingCode()
      const id = `prg_${randomBytes(16).toString('base64url')}`
      const expiresAt = new Date(clock.nowMs() + PAIRING_TTL_MS)
      const values = { id, code_hmac: pairingCodeHmac(codeKey, code), expires_at: expiresAt, used_at: null, ...row }
      try {
        await db.insertInto('device_pairings').values(values).execute()
        return { pairingId: id, code, expiresAt }
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
      }
    }
  }

  /** The pairing a code stands for, locked and still good; counts a wrong guess. */
  const take = async (tx: Tx, code: string, from: string): Promise<PairingRow> => {
    const row = await lockPairingByCode(tx, pairingCodeHmac(codeKey, code))
    if (row === undefined) {
      perAddress.take(from)
      altogether.take('all')
      throw new Failure('pairing_code_unknown')
    }
    if (row.used_at !== null) throw new Failure('pairing_code_used')
    if (row.expires_at.getTime() <= clock.nowMs()) throw new Failure('pairing_code_expired')
    return row
  }
  const markUsed = (tx: Tx, id: string, deviceId: string) =>
    tx
      .updateTable('device_pairings')
      .set({ used_at: new Date(clock.nowMs()), device_id: deviceId })
      .where('id', '=', id)
      .execute()
  const bind = async (tx: Tx, pairingId: string, deviceId: string, key: DevicePublicKey) => {
    const result = await pairDevice(tx, deviceId, key)
    if (result.numUpdatedRows !== 1n) throw new Failure('device_revoked')
    await markUsed(tx, pairingId, deviceId)
    await audit.append(tx, 'device_paired', { deviceId })
  }
  const guessesLeft = (from: string) => {
    perAddress.check(from)
    altogether.check('all')
  }

  return {
    async begin(kind, publicKey, from) {
      begins.take(from)
      assertOnCurve(publicKey)
      return insert({ device_id: null, kind, public_key: JSON.stringify(publicKey) })
    },
    async approve(code, device, from) {
      guessesLeft(from)
      const pairing = await withTransaction(db, (tx) => take(tx, code, from))
      if (pairing.public_key === null) throw new Failure('pairing_code_unknown')
      const planned = await devices.plan({ ...device, kind: pairing.kind })
      // Device and pairing come together or not at all: who is second finds the code used and leaves nothing behind.
      await withTransaction(db, async (tx) => {
        const row = await take(tx, code, from)
        await devices.add(tx, planned)
        await bind(tx, row.id, planned.id, row.public_key!)
      })
      return planned.id
    },
    async poll(pairingId) {
      const row = await db.selectFrom('device_pairings').selectAll().where('id', '=', pairingId).executeTakeFirst()
      if (row === undefined || row.public_key === null) throw new Failure('pairing_code_unknown')
      if (row.used_at !== null && row.device_id !== null) return row.device_id
      if (row.expires_at.getTime() <= clock.nowMs()) throw new Failure('pairing_code_expired')
      throw new Failure('pairing_pending')
    },
    async issue(deviceId) {
      const device = await findDevice(db, deviceId)
      if (device === undefined) throw new Failure('not_found')
      if (device.state === 'revoked') throw new Failure('device_revoked')
      return insert({ device_id: deviceId, kind: device.kind, public_key: null })
    },
    async redeem(code, kind, publicKey, from) {
      guessesLeft(from)
      assertOnCurve(publicKey)
      return withTransaction(db, async (tx) => {
        const row = await take(tx, code, from)
        // A code that waits for an operator cannot be redeemed by somebody who read it off a screen.
        if (row.device_id === null) throw new Failure('pairing_code_unknown')
        if (row.kind !== kind) throw new Failure('device_wrong_kind')
        await bind(tx, row.id, row.device_id, publicKey)
        return row.device_id
      })
    },
  }
}
