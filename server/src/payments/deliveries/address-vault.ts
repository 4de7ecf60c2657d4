import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

/** Addresses lie in the database as AES-256-GCM, bound to the delivery they belong to, beside a keyed HMAC. */
export type AddressVault = {
  hmac(recipient: string): string
  seal(address: string, deliveryId: string): Buffer
  /** Throws when the key, the delivery or a single bit is another. */
  open(sealed: Buffer, deliveryId: string): string
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

export function createAddressVault(sealKey: Buffer, lookupKey: Buffer): AddressVault {
  return {
    hmac: (recipient) => createHmac('sha256', lookupKey).update(recipient).digest('hex'),
    seal(address, deliveryId) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(deliveryId))
      return Buffer.concat([nonce, cipher.update(address, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed, deliveryId) {
      const nonce = sealed.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(deliveryId))
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
      const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
      return Buffer.concat([text, decipher.final()]).toString('utf8')
    },
  }
}
