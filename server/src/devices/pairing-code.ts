import { createHmac, randomInt } from 'node:crypto'

/** Consonants without look-alikes, no vowels so that no words arise (RFC 8628, section 6.1). 20^8 codes: about 35 bits. */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ'

/** A new code as it is shown: XXXX-XXXX. */
export function newPairingCode(): string {
  const letters = Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}

/** What is kept of a code. */
export const pairingCodeHmac = (key: Buffer, code: string): string =>
  createHmac('sha256', key).update(code.replace('-', '')).digest('hex')
