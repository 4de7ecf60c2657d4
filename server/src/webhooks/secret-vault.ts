import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const IV_BYTES = 12
const TAG_BYTES = 16

/** Keeps the secrets of endpoints so that the database alone signs nothing. AES-256-GCM, bound to the endpoint's id. */
export type SecretVault = {
  seal(endpointId: string, secret: string): Buffer
  /** Throws when the row was altered or belongs to another endpoint. */
  open(endpointId: string, sealed: Buffer): string
}

/** `key`: 32 bytes, from the installation's secrets. */
export function createSecretVault(key: Buffer): SecretVault {
  return {
    seal(endpointId, secret) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(endpointId))
      return Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    open(endpointId, sealed) {
      if (sealed.length < IV_BYTES + TAG_BYTES) throw new Error('sealed secret of an endpoint: too short')
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES))
      decipher.setAAD(Buffer.from(endpointId)).setAuthTag(sealed.subarray(-TAG_BYTES))
      const plain = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
      return plain.toString('utf8')
    },
  }
}
