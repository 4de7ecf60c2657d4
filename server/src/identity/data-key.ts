import { createCipheriv, createDecipheriv, createSecretKey, KeyObject, randomBytes } from 'node:crypto'
import type { GalleryKeys } from './gallery-keys.ts'

/** A key for the templates of one person, or of one registration. 32 bytes; lives in memory while it is used. */
export type DataKey = Buffer & { readonly __brand: 'DataKey' }

/** `keyedBy`: the gallery whose key wraps it. */
export type WrappedKey = { wrapped: Buffer; epoch: number; keyedBy: string }

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** AES-256-GCM: nonce | ciphertext | tag. `binding` says where the bytes belong; moved elsewhere they do not open. */
export function sealBytes(key: Buffer, plain: Uint8Array, binding: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(binding))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws when key, binding or a single bit is another. */
export function openBytes(key: Buffer | KeyObject, sealed: Buffer, binding: string): Buffer {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new Error('sealed bytes are too short')
  const secret = secretOf(key)
  const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(binding))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
  // In this mode the end holds no more bytes; it is where a wrong tag throws.
  decipher.final()
  return plain
}

/**
 * A key for `openBytes` to be used more than once. Node takes 18 µs to open a record with a key of bytes, 8 with one that is made a secret
 * first and 4 when it was one already: at the start of a node that adds up. Its copy of the key is wiped when it is collected.
 */
export const secretOf = (key: Buffer | KeyObject): KeyObject => (key instanceof KeyObject ? key : createSecretKey(key))

/** Makes data keys and wraps them under the newest key of a gallery; older epochs still unwrap. */
export function createKeyRing(galleryKeys: GalleryKeys) {
  const secrets = new Map<string, KeyObject>()
  const secret = (keyedBy: string, epoch: number): KeyObject => {
    const name = `${epoch} ${keyedBy}`
    const known = secrets.get(name) ?? secretOf(galleryKeys.wrapping(keyedBy, epoch))
    secrets.set(name, known)
    return known
  }
  const binding = (owner: string, epoch: number) => `paume data key ${owner} ${epoch}`
  return {
    /** Epoch of what is made now. */
    epoch: galleryKeys.epoch,
    make(owner: string, keyedBy: string): { key: DataKey } & WrappedKey {
      const key = randomBytes(32) as DataKey
      const { epoch } = galleryKeys
      return {
        key,
        wrapped: sealBytes(galleryKeys.wrapping(keyedBy, epoch), key, binding(owner, epoch)),
        epoch,
        keyedBy,
      }
    },
    /** Throws SecretsError when the tenant key of that epoch is not here: what it protects cannot be read. */
    unwrap(owner: string, { wrapped, epoch, keyedBy }: WrappedKey): DataKey {
      return openBytes(secret(keyedBy, epoch), wrapped, binding(owner, epoch)) as DataKey
    },
  }
}
export type KeyRing = ReturnType<typeof createKeyRing>
