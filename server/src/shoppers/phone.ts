import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { Failure } from '../failure.ts'
import type { Branded } from '../ids.ts'

/** A phone number in E.164 form. */
export type PhoneNumber = Branded<string, 'PhoneNumber'>

/** Kinds that never get a text message. */
const DEAF_TYPES = new Set(['FIXED_LINE', 'PREMIUM_RATE', 'TOLL_FREE', 'SHARED_COST', 'PAGER', 'UAN', 'VOICEMAIL'])

/** Reads a number in E.164 or in the national form of `country`. Throws `phone_invalid`. */
export function parsePhone(text: string, country: string): PhoneNumber {
  const home = isSupportedCountry(country) ? (country as CountryCode) : undefined
  const parsed = parsePhoneNumberFromString(text, home)
  const type = parsed?.getType()
  if (
    parsed === undefined ||
    !parsed.isValid() ||
    parsed.ext !== undefined ||
    (type !== undefined && DEAF_TYPES.has(type))
  ) {
    throw new Failure('phone_invalid')
  }
  return parsed.number as unknown as PhoneNumber
}

/** All a screen shows of a number. */
export const phoneHint = (phone: PhoneNumber): string => `…${phone.slice(-2)}`

export type PhoneVault = {
  /** To find a number again without being able to read it. */
  hmac(phone: PhoneNumber): string
  seal(phone: PhoneNumber, owner: string): Buffer
  open(sealed: Buffer, owner: string): PhoneNumber
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Numbers lie in the database as AES-256-GCM, bound to the row they belong to, beside a keyed HMAC. */
export function createPhoneVault(sealKey: Buffer, lookupKey: Buffer): PhoneVault {
  return {
    hmac: (phone) => createHmac('sha256', lookupKey).update(phone).digest('hex'),
    seal(phone, owner) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(owner))
      return Buffer.concat([nonce, cipher.update(phone, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed, owner) {
      const decipher = createDecipheriv('aes-256-gcm', sealKey, sealed.subarray(0, NONCE_BYTES)).setAAD(
        Buffer.from(owner),
      )
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
      const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
      return Buffer.concat([text, decipher.final()]).toString('utf8') as PhoneNumber
    },
  }
}
