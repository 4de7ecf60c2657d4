import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** What opens an account at Stripe. */
export type StripeAccountKeys = { publishable: string; secret: string; webhook: string[] }

const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Where sealed keys belong: moved to another owner's row they do not open. */
const bindingOf = (owner: string) => Buffer.from(`paume processor keys ${owner}`)

/** AES-256-GCM: nonce | ciphertext | tag. */
export function sealKeys(key: Buffer, owner: string, keys: StripeAccountKeys): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bindingOf(owner))
  return Buffer.concat([nonce, cipher.update(JSON.stringify(keys), 'utf8'), cipher.final(), cipher.getAuthTag()])
}

/** Throws when the key, the owner or a single bit is another. */
export function openKeys(key: Buffer, owner: string, sealed: Buffer): StripeAccountKeys {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new Error('sealed keys are too short')
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES)).setAAD(bindingOf(owner))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const plain = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  return JSON.parse(plain.toString('utf8')) as StripeAccountKeys
}
