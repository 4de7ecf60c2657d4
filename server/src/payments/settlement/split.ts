import { CURRENCY_DIGITS, type Currency } from '@paume/contract'
import { allocate, dinero, halfAwayFromZero, multiply, toDecimal, toSnapshot, transformScale } from 'dinero.js/bigint'

const digitsOf = (currency: string) => BigInt(CURRENCY_DIGITS[currency as Currency] ?? 2)

const money = (amountMinor: bigint, currency: string) =>
  dinero({ amount: amountMinor, currency: { code: currency, base: 10n, exponent: digitsOf(currency) } })

/** `basisPoints` of 10,000 of an amount, to the nearest minor unit, halves away from zero. */
export function shareOf(amountMinor: bigint, basisPoints: number, currency: string): bigint {
  const share = multiply(money(amountMinor, currency), { amount: BigInt(basisPoints), scale: 4n })
  return toSnapshot(transformScale(share, digitsOf(currency), halfAwayFromZero)).amount
}

/**
 * Splits a total by weights (≥ 0) so that the parts sum to it exactly: no part is more than one minor unit off its exact share, and a
 * weight of zero gets nothing. All weights zero: the first part gets everything.
 */
export function allocateMinor(totalMinor: bigint, weights: readonly bigint[], currency: string): bigint[] {
  if (weights.some((weight) => weight < 0n)) throw new RangeError('weights are zero or more')
  if (weights.length === 0) {
    if (totalMinor !== 0n) throw new RangeError('there is nobody to give it to')
    return []
  }
  if (weights.every((weight) => weight === 0n)) return weights.map((_, i) => (i === 0 ? totalMinor : 0n))
  const sign = totalMinor < 0n ? -1n : 1n
  return allocate(money(sign * totalMinor, currency), [...weights]).map((part) => sign * toSnapshot(part).amount)
}

/** The amount as people write it, with the digits of its currency: `-12.34`, `1200` (JPY), `0.500` (KWD). */
export const decimalOf = (amountMinor: bigint, currency: string): string => toDecimal(money(amountMinor, currency))
