import { MAX_AMOUNT_MINOR } from '@paume/contract'

/** Digits typed as on a till: they fill from the right, so `2340` is 23.40. What would exceed the limit is not taken. */
export function typeDigit(typedMinor: bigint, digit: string): bigint {
  const next = digit === '00' ? typedMinor * 100n : typedMinor * 10n + BigInt(digit)
  return next > BigInt(MAX_AMOUNT_MINOR) ? typedMinor : next
}
export const eraseDigit = (typedMinor: bigint): bigint => typedMinor / 10n
