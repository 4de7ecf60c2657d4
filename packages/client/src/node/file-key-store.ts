import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type DeviceKey, deviceKeyOf } from '../device-key.ts'
import { KeyStoreUnavailable } from '../errors.ts'
import type { DeviceKeyStore } from '../key-store.ts'

const ECDSA_P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const
type Stored = { deviceId: string | null; privateJwk: JsonWebKey }

/** A key that a file can keep. Only programs without a browser's key store need one: whoever reads the file is the device. */
export const createExtractableDeviceKey = async (): Promise<DeviceKey> =>
  deviceKeyOf(await crypto.subtle.generateKey(ECDSA_P256, true, ['sign', 'verify']))

async function keyOf(privateJwk: JsonWebKey): Promise<DeviceKey> {
  const { d: _secret, key_ops: _ops, ...publicJwk } = privateJwk
  return deviceKeyOf({
    privateKey: await crypto.subtle.importKey('jwk', privateJwk, ECDSA_P256, true, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', { ...publicJwk, key_ops: ['verify'] }, ECDSA_P256, true, [
      'verify',
    ]),
  })
}

/** Keeps each identity as a JWK file `<folder>/<slot>.json`, readable by its owner only. */
export function fileKeyStore(folder: string): DeviceKeyStore {
  const fileOf = (slot: string) => {
    if (!/^[a-z0-9-]{1,40}$/.test(slot)) throw new TypeError('a slot is 1 to 40 of a-z, 0-9 and -')
    return join(folder, `${slot}.json`)
  }
  const unavailable = (file: string, cause: unknown) =>
    new KeyStoreUnavailable(`The device key file ${file} cannot be used.`, { cause })

  return {
    async load(slot) {
      const file = fileOf(slot)
      try {
        const stored = JSON.parse(await readFile(file, 'utf8')) as Stored
        return { deviceId: stored.deviceId, key: await keyOf(stored.privateJwk) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw unavailable(file, error)
      }
    },
    async save(slot, { deviceId, key }) {
      const file = fileOf(slot)
      try {
        const stored: Stored = { deviceId, privateJwk: await crypto.subtle.exportKey('jwk', key.handles.privateKey) }
        await mkdir(dirname(file), { recursive: true, mode: 0o700 })
        // Written beside and renamed: a crash leaves the old key or the new one, never half of one.
        await writeFile(`${file}.new`, JSON.stringify(stored), { mode: 0o600, flush: true })
        await rename(`${file}.new`, file)
      } catch (error) {
        throw unavailable(file, error)
      }
    },
    async erase(slot) {
      await rm(fileOf(slot), { force: true })
    },
  }
}
