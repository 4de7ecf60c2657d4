import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CRYPTO_VERSION, KEY_MATERIAL_BYTES, keyMaterialOf, localKeysOf, open, seal } from './cipher.ts'
import { createKeyVault } from './key-vault.ts'
import type { MessageHeader } from './messages.ts'

// The other side, as tills have it. Its cipher is no export of the package, so it is taken by its path.
const load = createRequire(import.meta.url)
const folder = load.resolve('@adyen/api-library').replace(/index\.js$/, '')
const { default: NexoCrypto } = load(`${folder}security/nexoCrypto.js`)

const PASSPHRASE = 'Schlüssel of the till'
const header = {
  MessageCategory: 'Payment',
  SaleID: 'POS',
  POIID: 'Paume-1',
  ServiceID: '1',
} as unknown as MessageHeader
const material = await keyMaterialOf(PASSPHRASE)
const key = { ...localKeysOf(material), identifier: 'mine', version: 3 }
const theirs = { Passphrase: PASSPHRASE, KeyIdentifier: 'mine', KeyVersion: 3, AdyenCryptoVersion: CRYPTO_VERSION }

describe('the encrypted local form', () => {
  it('is read by the library of tills, and reads what that library writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        expect(new NexoCrypto().decrypt(seal(text, header, key), theirs)).toBe(text)
        const written = NexoCrypto.encrypt(header, text, theirs)
        expect(open(written.NexoBlob, written.SecurityTrailer, key)).toBe(text)
      }),
      // Each asks the library to derive its keys twice.
      { numRuns: 15 },
    )
  })

  it('opens to nothing when any bit of blob, nonce or HMAC is another', () => {
    const good = seal('{"amount":1}', header, key)
    const parts = { NexoBlob: good.NexoBlob, Nonce: good.SecurityTrailer.Nonce, Hmac: good.SecurityTrailer.Hmac }
    fc.assert(
      fc.property(
        fc.constantFrom('NexoBlob', 'Nonce', 'Hmac') as fc.Arbitrary<keyof typeof parts>,
        fc.nat(),
        (part, at) => {
          const bytes = Buffer.from(parts[part], 'base64')
          const bit = at % (bytes.length * 8)
          bytes[bit >> 3]! ^= 1 << (bit & 7)
          const changed: typeof parts = { ...parts }
          changed[part] = bytes.toString('base64')
          const { NexoBlob, Nonce, Hmac } = changed
          expect(open(NexoBlob, { ...good.SecurityTrailer, Nonce, Hmac }, key)).toBeNull()
        },
      ),
      { numRuns: 300 },
    )
  })

  it('keeps its keys sealed to the row they are in', () => {
    expect(material.length).toBe(KEY_MATERIAL_BYTES)
    const vault = createKeyVault(Buffer.alloc(32, 1), Buffer.alloc(32, 2))
    const sealed = vault.seal('nxk_a', material)
    expect(vault.open('nxk_a', sealed)).toEqual(material)
    expect(sealed.includes(material.subarray(0, 16))).toBe(false)
    expect(() => vault.open('nxk_b', sealed)).toThrow()
    expect(() => vault.open('nxk_a', sealed.subarray(1))).toThrow()
    sealed[20]! ^= 1
    expect(() => vault.open('nxk_a', sealed)).toThrow()
  })
})
