import { createCipheriv, createDecipheriv, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { MessageHeader, SecurityTrailer } from './messages.ts'

/** The three keys of the encrypted local form, cut from one derivation in this order. */
export type LocalKeys = { hmacKey: Buffer; cipherKey: Buffer; iv: Buffer }

export type SecuredMessage = { MessageHeader: MessageHeader; NexoBlob: string; SecurityTrailer: SecurityTrailer }

// The form of Adyen's terminals, "Protect local communications": PBKDF2-HMAC-SHA-1, 4,000 rounds, a fixed salt.
const SALT = 'AdyenNexoV1Salt'
const ROUNDS = 4_000
const HMAC_KEY_BYTES = 32
const CIPHER_KEY_BYTES = 32
const IV_BYTES = 16
export const KEY_MATERIAL_BYTES = HMAC_KEY_BYTES + CIPHER_KEY_BYTES + IV_BYTES
/** The only version there is. */
export const CRYPTO_VERSION = 1

const derive = promisify(pbkdf2)

/** 80 bytes from a passphrase. Characters beyond Latin-1 lose their upper bits, as tills do it. */
export const keyMaterialOf = (passphrase: string): Promise<Buffer> =>
  derive(Buffer.from(passphrase, 'latin1'), SALT, ROUNDS, KEY_MATERIAL_BYTES, 'sha1')

export const localKeysOf = (material: Buffer): LocalKeys => ({
  hmacKey: material.subarray(0, HMAC_KEY_BYTES),
  cipherKey: material.subarray(HMAC_KEY_BYTES, HMAC_KEY_BYTES + CIPHER_KEY_BYTES),
  iv: material.subarray(HMAC_KEY_BYTES + CIPHER_KEY_BYTES, KEY_MATERIAL_BYTES),
})

const mixed = (iv: Buffer, nonce: Buffer) => Buffer.from(iv.map((byte, i) => byte ^ nonce[i]!))
const macOf = (keys: LocalKeys, plain: Buffer) => createHmac('sha256', keys.hmacKey).update(plain).digest()

/** AES-256-CBC under the derived IV xor a nonce, HMAC-SHA-256 over the clear text. `nonce` is given by tests only. */
export function seal(
  text: string,
  header: MessageHeader,
  key: LocalKeys & { identifier: string; version: number },
  nonce: Buffer = randomBytes(IV_BYTES),
): SecuredMessage {
  const plain = Buffer.from(text, 'utf8')
  const cipher = createCipheriv('aes-256-cbc', key.cipherKey, mixed(key.iv, nonce))
  return {
    MessageHeader: header,
    NexoBlob: Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64'),
    SecurityTrailer: {
      AdyenCryptoVersion: CRYPTO_VERSION,
      KeyIdentifier: key.identifier,
      KeyVersion: key.version,
      Nonce: nonce.toString('base64'),
      Hmac: macOf(key, plain).toString('base64'),
    },
  }
}

/**
 * The clear text, or null. Wrong key, altered blob, wrong padding and wrong HMAC are one and the same answer: telling them apart
 * would let somebody without the key read blobs byte by byte.
 */
export function open(blob: string, trailer: SecurityTrailer, keys: LocalKeys): string | null {
  const nonce = Buffer.from(trailer.Nonce, 'base64')
  const mac = Buffer.from(trailer.Hmac, 'base64')
  if (nonce.length !== IV_BYTES || trailer.AdyenCryptoVersion !== CRYPTO_VERSION) return null
  try {
    const decipher = createDecipheriv('aes-256-cbc', keys.cipherKey, mixed(keys.iv, nonce))
    const plain = Buffer.concat([decipher.update(Buffer.from(blob, 'base64')), decipher.final()])
    const wanted = macOf(keys, plain)
    return mac.length === wanted.length && timingSafeEqual(mac, wanted) ? plain.toString('utf8') : null
  } catch {
    return null
  }
}
