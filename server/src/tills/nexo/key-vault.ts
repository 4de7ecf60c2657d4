import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

/** Keeps what tills are known by, so that the database alone lets nobody in. */
export type KeyVault = {
  hmacOf(apiKey: string): Buffer
  /** Derived keys or a login, sealed for the row `id`. */
  seal(id: string, material: Buffer): Buffer
  /** Throws when the row was altered or belongs to another id. */
  open(id: string, sealed: Buffer): Buffer
}

const IV_BYTES = 12
const TAG_BYTES = 16

/** `hmacKey` and `sealKey`: 32 bytes each, from the installation's secrets. AES-256-GCM bound to the row's id. */
export function createKeyVault(hmacKey: Buffer, sealKey: Buffer): KeyVault {
  return {
    hmacOf: (apiKey) => createHmac('sha256', hmacKey).update(apiKey).digest(),
    seal(id, material) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealKey, iv).setAAD(Buffer.from(id))
      return Buffer.concat([iv, cipher.update(material), cipher.final(), cipher.getAuthTag()])
    },
    open(id, sealed) {
      if (sealed.length <= IV_BYTES + TAG_BYTES) throw new Error('sealed key of a till: wrong length')
      const decipher = createDecipheriv('aes-256-gcm', sealKey, sealed.subarray(0, IV_BYTES))
      decipher.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(-TAG_BYTES))
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
    },
  }
}
