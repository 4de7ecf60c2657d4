import { CURRENCIES, MAX_AMOUNT_MINOR } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalOf, minorOf } from './amounts.ts'

describe('amounts of a nexo message', () => {
  it('come through exactly, there and back, in every currency', () => {
    const amounts = fc.integer({ min: 0, max: MAX_AMOUNT_MINOR })
    fc.assert(
      fc.property(amounts, fc.constantFrom(...CURRENCIES), (amountMinor, currency) => {
        const read = JSON.parse(JSON.stringify(decimalOf(amountMinor, currency)))
        expect(minorOf(read, currency)).toBe(amountMinor)
      }),
      { numRuns: 2_000 },
    )
  })

  it('are read by the digits of the currency', () => {
    expect(minorOf(10.99, 'USD')).toBe(1099)
    expect(minorOf(0.29, 'EUR')).toBe(29)
    expect(minorOf(1.1, 'USD')).toBe(110)
    expect(minorOf(500, 'JPY')).toBe(500)
    expect(decimalOf(1, 'USD')).toBe(0.01)
    expect(decimalOf(500, 'JPY')).toBe(500)
  })

  it('with fractions of a minor unit, signs, exponents or too many digits are refused', () => {
    for (const amount of [
      10.999,
      -1,
      1e21,
      1e-7,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      0.1 + 0.2,
      999_999_999_999_999,
    ]) {
      expect(minorOf(amount, 'USD'), String(amount)).toBeNull()
    }
    expect(minorOf(0.5, 'JPY')).toBeNull()
  })
})
