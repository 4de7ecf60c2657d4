import type { DevicePublicKey } from '@paume/contract'

const ECDSA_P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** A device's P-256 key. In a browser its private half cannot leave: not even this program can read it. */
export type DeviceKey = {
  publicKey: DevicePublicKey
  /** The WebCrypto handles, for a key store that can keep them (IndexedDB). */
  handles: CryptoKeyPair
  /** ECDSA with SHA-256; 64 bytes r‖s, as RFC 9421 §3.3.4 asks. */
  sign(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
}

/** Makes a new key whose private half is not extractable. */
export const createDeviceKey = async (): Promise<DeviceKey> =>
  deviceKeyOf(await crypto.subtle.generateKey(ECDSA_P256, false, ['sign', 'verify']))

/** Wraps handles that a store gave back. Throws a TypeError when they are no P-256 signing pair. */
export async function deviceKeyOf(handles: CryptoKeyPair): Promise<DeviceKey> {
  const { privateKey, publicKey } = handles
  const algorithm = privateKey.algorithm as EcKeyAlgorithm
  if (algorithm.name !== 'ECDSA' || algorithm.namedCurve !== 'P-256' || !privateKey.usages.includes('sign')) {
    throw new TypeError('a device key is an ECDSA P-256 key that may sign')
  }
  const { x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  if (!x || !y) throw new TypeError('the public half of the device key has no point')
  return {
    publicKey: { kty: 'EC', crv: 'P-256', x, y },
    handles,
    sign: async (data) =>
      new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, data)),
  }
}
