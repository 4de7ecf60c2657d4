import { randomBytes } from 'node:crypto'
import { ID_PREFIXES, type IdKind } from '@paume/contract'

/** Crockford's base 32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A ULID: 48 bits of time in ms, 80 random bits. */
export function ulid(nowMs: number): string {
  let value = (BigInt(nowMs) << 80n) | BigInt(`0x${randomBytes(10).toString('hex')}`)
  let text = ''
  for (let i = 0; i < 26; i++) {
    text = ALPHABET[Number(value & 31n)] + text
    value >>= 5n
  }
  return text
}

/** A new identifier of the contract's form, e.g. `pay_01J…`. */
export const newId = (kind: IdKind, nowMs: number): string => `${ID_PREFIXES[kind]}_${ulid(nowMs)}`

/** Identifiers that must not be mixed up carry a brand. They are plain strings at run time. */
export type Branded<T, B extends string> = T & { readonly __brand: B }
export type ShopperId = Branded<string, 'ShopperId'>
export type TerminalId = Branded<string, 'TerminalId'>
