import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DeviceKey, deviceKeyOf } from '../device-key.ts'
import { KeyStoreUnavailable } from '../errors.ts'
import type { DeviceKeyStore } from '../key-store.ts'

const ECDSA_P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const
type Plain = { deviceId: string | null; privateJwk: JsonWebKey }
/** AES-256-GCM under a key that scrypt makes of the secret. */
type Sealed = { deviceId: string | null; sealed: { v: 1; salt: string; iv: string; tag: string; ciphertext: string } }

/** Bits of a file's mode that let somebody else than its owner do something. */
const OTHERS = 0o077

/** A key that a file can keep. Only programs without a browser's key store need one: whoever reads the file is the device. */
export const createExtractableDeviceKey = async (): Promise<DeviceKey> =>
  deviceKeyOf(await crypto.subtle.generateKey(ECDSA_P256, true, ['sign', 'verify']))

/** From here on not even this program can read the private half. */
async function keyOf(privateJwk: JsonWebKey): Promise<DeviceKey> {
  const { d: _secret, key_ops: _ops, ...publicJwk } = privateJwk
  return deviceKeyOf({
    privateKey: await crypto.subtle.importKey('jwk', privateJwk, ECDSA_P256, false, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', { ...publicJwk, key_ops: ['verify'] }, ECDSA_P256, true, [
      'verify',
    ]),
  })
}

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const decode = (text: string) => Buffer.from(text, 'base64url')

function seal(deviceId: string | null, jwk: JsonWebKey, secret: Uint8Array): Sealed {
  const [salt, iv] = [randomBytes(16), randomBytes(12)]
  const cipher = createCipheriv('aes-256-gcm', scryptSync(secret, salt, 32), iv)
  cipher.setAAD(Buffer.from(deviceId ?? ''))
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(jwk)), cipher.final()])
  const sealed = { v: 1, salt: encode(salt), iv: encode(iv), tag: encode(cipher.getAuthTag()) } as const
  return { deviceId, sealed: { ...sealed, ciphertext: encode(ciphertext) } }
}

function open({ deviceId, sealed }: Sealed, secret: Uint8Array): JsonWebKey {
  const decipher = createDecipheriv('aes-256-gcm', scryptSync(secret, decode(sealed.salt), 32), decode(sealed.iv))
  decipher.setAAD(Buffer.from(deviceId ?? ''))
  decipher.setAuthTag(decode(sealed.tag))
  return JSON.parse(Buffer.concat([decipher.update(decode(sealed.ciphertext)), decipher.final()]).toString())
}

/**
 * Keeps each identity as a file `<folder>/<slot>.json`, for its owner only: a file that others may read is refused. With a `secret`
 * (that the system keeps elsewhere, in a TPM say) the private half is sealed under it; without one it stands in the file as a JWK.
 */
export function fileKeyStore(folder: string, { secret }: { secret?: Uint8Array } = {}): DeviceKeyStore {
  const fileOf = (slot: string) => {
    if (!/^[a-z0-9-]{1,40}$/.test(slot)) throw new TypeError('a slot is 1 to 40 of a-z, 0-9 and -')
    return join(folder, `${slot}.json`)
  }
  const unavailable = (file: string, cause: unknown) =>
    new KeyStoreUnavailable(`The device key file ${file} cannot be used.`, { cause })
  const jwkOf = (stored: Plain | Sealed): JsonWebKey => {
    if (!('sealed' in stored)) return stored.privateJwk
    if (secret === undefined) throw new Error('the key is sealed, and there is no secret to open it with')
    return open(stored, secret)
  }

  return {
    async load(slot) {
      const file = fileOf(slot)
      try {
        const { mode } = await stat(file)
        // Windows has no such bits; what they say there means nothing.
        if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
          throw new Error('others than its owner may read it; chmod 600')
        }
        const stored = JSON.parse(await readFile(file, 'utf8')) as Plain | Sealed
        return { deviceId: stored.deviceId, key: await keyOf(jwkOf(stored)) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw unavailable(file, error)
      }
    },
    async save(slot, { deviceId, key }) {
      const file = fileOf(slot)
      try {
        const privateJwk = await crypto.subtle.exportKey('jwk', key.handles.privateKey)
        const stored = secret === undefined ? { deviceId, privateJwk } : seal(deviceId, privateJwk, secret)
        await mkdir(folder, { recursive: true, mode: 0o700 })
        // Written beside and renamed: a crash leaves the old key or the new one, never half of one.
        await writeFile(`${file}.new`, JSON.stringify(stored), { mode: 0o600, flush: true })
        await chmod(`${file}.new`, 0o600)
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
