import { createHmac } from 'node:crypto'
import { deriveKey, type Secrets } from './secrets.ts'

/**
 * What an organisation knows a shopper by: `psn_` and 26 characters. The same shopper has another one at every organisation, and without
 * our key nobody can tell that two of them are one person, nor get from one to the identifier that the network knows a shopper by.
 */
export type PseudonymOf = (organisationId: string, shopperId: string) => string

const PURPOSE = 'pseudonyms of shoppers'
/** Crockford's base 32, as identifiers are written. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 26 characters of 5 bits: 130 bits of the HMAC, as long as an identifier. */
const CHARACTERS = 26

/** The key stays as long as the secrets' contact key does: with another one every shopper is a stranger to every organisation. */
export function createPseudonyms({ contactKey }: Pick<Secrets, 'contactKey'>): PseudonymOf {
  const key = deriveKey(contactKey, PURPOSE)
  return (organisationId, shopperId) => {
    if (organisationId === '' || shopperId === '') throw new Error('invariant broken: nobody has no pseudonym')
    // A line break stands in no identifier: no two pairs read alike.
    const digest = createHmac('sha256', key).update(`${organisationId}\n${shopperId}`).digest()
    let value = BigInt(`0x${digest.subarray(0, 17).toString('hex')}`) >> 6n
    let text = ''
    for (let i = 0; i < CHARACTERS; i++) {
      text = ALPHABET[Number(value & 31n)] + text
      value >>= 5n
    }
    return `psn_${text}`
  }
}
