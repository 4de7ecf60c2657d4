import { createPublicKey, type KeyObject } from 'node:crypto'
import { SIGNATURE_SKEW_MS } from '@paume/contract'
import { batched } from '../batch.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../database.ts'
import { Failure } from '../failure.ts'
import type { AuthenticatedDevice } from '../routing.ts'
import { type SignedRequest, verifySignature } from './signature.ts'
import { findDevice, type NewNonce, spendNonces } from './store.ts'

/** Keys kept at hand; a shop floor has far fewer devices. */
const MOST_KEYS = 10_000
/** Nonces written in one statement. */
const MOST_NONCES = 64

/**
 * Who made a request. The key of a device that was seen before is at hand and its signature is checked with that; whether the device
 * may still do anything, and with this key, is read from the database every time, together with the nonce that is spent there.
 */
export function createAuthentication({ db, clock }: { db: Db; clock: Clock }) {
  const keys = new Map<string, { text: string; key: KeyObject }>()
  const spend = batched((nonces: NewNonce[]) => spendNonces(db, nonces), {
    most: MOST_NONCES,
    keyOf: ({ deviceId, nonce }) => `${deviceId} ${nonce}`,
  })

  const remember = (deviceId: string, text: string): KeyObject => {
    const key = createPublicKey({ key: JSON.parse(text), format: 'jwk' })
    if (keys.size >= MOST_KEYS) keys.delete(keys.keys().next().value!)
    keys.set(deviceId, { text, key })
    return key
  }
  const keyOf = async (deviceId: string): Promise<KeyObject> => {
    const known = keys.get(deviceId)
    if (known !== undefined) return known.key
    const row = await findDevice(db, deviceId)
    if (row === undefined || row.public_key === null) throw new Failure('device_unknown')
    if (row.state === 'revoked') throw new Failure('device_revoked')
    return remember(deviceId, JSON.stringify(row.public_key))
  }

  /** By the key at hand or, where the signature does not fit that one, by the key that the device was paired with since. */
  const verify = async (request: SignedRequest) => {
    let tried: { deviceId: string; text: string } | undefined
    const atHand = (deviceId: string) => {
      const known = keys.get(deviceId)
      if (known !== undefined) tried = { deviceId, text: known.text }
      return keyOf(deviceId)
    }
    try {
      return await verifySignature(request, atHand, clock.nowMs())
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'signature_invalid' || tried === undefined) throw error
      const row = await findDevice(db, tried.deviceId)
      const text = JSON.stringify(row?.public_key ?? null)
      if (text === 'null' || text === tried.text) throw error
      remember(tried.deviceId, text)
      return verifySignature(request, keyOf, clock.nowMs())
    }
  }

  /** Throws the codes of `verifySignature`, `device_unknown`, `device_revoked`, `signature_replayed`. */
  return async function authenticate(request: SignedRequest): Promise<AuthenticatedDevice> {
    const { deviceId, nonce, createdMs } = await verify(request)
    // A nonce need be remembered only while its signature would still be believed.
    const spent = await spend({ deviceId, nonce, expiresAt: new Date(createdMs + 2 * SIGNATURE_SKEW_MS) })
    const { device } = spent
    if (device === null || device.public_key === null) {
      keys.delete(deviceId)
      throw new Failure('device_unknown')
    }
    if (device.state === 'revoked') {
      keys.delete(deviceId)
      throw new Failure('device_revoked')
    }
    const text = JSON.stringify(device.public_key)
    if (text !== keys.get(deviceId)?.text) {
      // Paired again with another key since.
      remember(deviceId, text)
      await verifySignature(request, keyOf, clock.nowMs())
    }
    if (!spent.fresh) throw new Failure('signature_replayed')
    return {
      id: device.id,
      kind: device.kind,
      shopId: device.shop_id,
      organisationId: device.organisation_id,
      terminalId: device.terminal_id,
    }
  }
}
