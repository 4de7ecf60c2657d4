import { createPublicKey, type KeyObject } from 'node:crypto'
import { KEY_OVERLAP_MS, SIGNATURE_SKEW_MS } from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import { batched } from '../batch.ts'
import type { Clock } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { AuthenticatedDevice } from '../routing.ts'
import { type SignedRequest, type VerifiedSignature, verifySignature } from './signature.ts'
import { findDevice, type KeyedDevice, type NewNonce, spendNonces } from './store.ts'

/** Keys kept at hand; a shop floor has far fewer devices. */
const MOST_KEYS = 10_000
/** Nonces written in one statement. */
const MOST_NONCES = 64

type Key = { text: string; key: KeyObject }
type Verified = { signature: VerifiedSignature; text: string }

/**
 * Who made a request. The key of a device that was seen before is at hand and its signature is checked with that; whether the device
 * may still do anything, and with this key, is read from the database every time, together with the nonce that is spent there.
 */
export function createAuthentication({ db, clock, audit }: { db: Db; clock: Clock; audit: Audit }) {
  const keys = new Map<string, Key>()
  const spend = batched((nonces: NewNonce[]) => spendNonces(db, nonces), {
    most: MOST_NONCES,
    keyOf: ({ deviceId, nonce }) => `${deviceId} ${nonce}`,
  })

  const remember = (deviceId: string, text: string): Key => {
    const key = { text, key: createPublicKey({ key: JSON.parse(text), format: 'jwk' }) }
    if (keys.size >= MOST_KEYS) keys.delete(keys.keys().next().value!)
    keys.set(deviceId, key)
    return key
  }
  /** Keys by which the device may sign: the one in force, the one to come, and for a minute the one before. */
  const textsOf = (row: Omit<KeyedDevice, 'id'>): string[] => {
    const overlap = row.previous_key_until !== null && row.previous_key_until.getTime() > clock.nowMs()
    return [row.public_key, row.next_public_key, overlap ? row.previous_public_key : null]
      .filter((key) => key !== null)
      .map((key) => JSON.stringify(key))
  }
  const keyOf = async (deviceId: string): Promise<Key> => {
    const known = keys.get(deviceId)
    if (known !== undefined) return known
    const row = await findDevice(db, deviceId)
    if (row === undefined || row.public_key === null) throw new Failure('device_unknown')
    if (row.state === 'revoked') throw new Failure('device_revoked')
    return remember(deviceId, JSON.stringify(row.public_key))
  }
  const verifyBy = async (request: SignedRequest, find: (deviceId: string) => Promise<Key>): Promise<Verified> => {
    let text = ''
    const signature = await verifySignature(
      request,
      async (deviceId) => {
        const found = await find(deviceId)
        text = found.text
        return found.key
      },
      clock.nowMs(),
    )
    return { signature, text }
  }

  /** By the key at hand or, where the signature does not fit that one, by another that the device may sign with. */
  const verify = async (request: SignedRequest): Promise<Verified> => {
    let tried: { deviceId: string; text: string } | undefined
    const atHand = async (deviceId: string) => {
      const key = await keyOf(deviceId)
      tried = { deviceId, text: key.text }
      return key
    }
    try {
      return await verifyBy(request, atHand)
    } catch (error) {
      if (!isInvalid(error) || tried === undefined) throw error
      const { deviceId, text } = tried
      const row = await findDevice(db, deviceId)
      for (const other of row === undefined ? [] : textsOf(row)) {
        if (other === text) continue
        try {
          return await verifyBy(request, async () => remember(deviceId, other))
        } catch (again) {
          if (!isInvalid(again)) throw again
        }
      }
      throw error
    }
  }

  /** The first request that the key to come has signed brings it into force, whatever becomes of the request. */
  const promote = (deviceId: string, text: string) =>
    withTransaction(db, async (tx) => {
      const row = await tx
        .selectFrom('devices')
        .select(['public_key', 'next_public_key'])
        .where('id', '=', deviceId)
        .forUpdate()
        .executeTakeFirst()
      if (row === undefined || row.next_public_key === null || JSON.stringify(row.next_public_key) !== text) return
      await tx
        .updateTable('devices')
        .set({
          public_key: text,
          next_public_key: null,
          previous_public_key: JSON.stringify(row.public_key),
          previous_key_until: new Date(clock.nowMs() + KEY_OVERLAP_MS),
          key_since: new Date(clock.nowMs()),
        })
        .where('id', '=', deviceId)
        .execute()
      await audit.append(tx, 'device_key_rotated', { deviceId })
    })

  /** Throws the codes of `verifySignature`, `device_unknown`, `device_revoked`, `signature_replayed`. */
  return async function authenticate(request: SignedRequest): Promise<AuthenticatedDevice> {
    const { signature, text } = await verify(request)
    const { deviceId, nonce, createdMs } = signature
    // A nonce need be remembered only while its signature would still be believed.
    const { device, fresh } = await spend({ deviceId, nonce, expiresAt: new Date(createdMs + 2 * SIGNATURE_SKEW_MS) })
    if (device === null || device.public_key === null) {
      keys.delete(deviceId)
      throw new Failure('device_unknown')
    }
    if (device.state === 'revoked') {
      keys.delete(deviceId)
      throw new Failure('device_revoked')
    }
    if (!textsOf(device).includes(text)) {
      // Paired again with another key since, or the time of the one before is over.
      await verifyBy(request, async () => remember(deviceId, JSON.stringify(device.public_key)))
    }
    if (!fresh) throw new Failure('signature_replayed')
    if (device.next_public_key !== null && JSON.stringify(device.next_public_key) === text)
      await promote(deviceId, text)
    return {
      id: device.id,
      kind: device.kind,
      shopId: device.shop_id,
      organisationId: device.organisation_id,
      terminalId: device.terminal_id,
    }
  }
}

const isInvalid = (error: unknown) => error instanceof Failure && error.code === 'signature_invalid'
