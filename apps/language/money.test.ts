import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalOf, formatMoney, percentOf } from './money.ts'

const plain = (line: string) => line.replace(/[\u00a0\u202f]/g, ' ')

describe('money', () => {
  it('writes amounts as each language does', () => {
    expect(plain(formatMoney(2340n, 'EUR', 'en'))).toBe('€23.40')
    expect(plain(formatMoney(2340n, 'EUR', 'fr'))).toBe('23,40 €')
    expect(plain(formatMoney(2340n, 'JPY', 'en'))).toBe('¥2,340')
    expect(plain(formatMoney(5, 'USD', 'en'))).toBe('$0.05')
    expect(plain(formatMoney(1250, 'KWD', 'en'))).toBe('KWD 1.250')
    expect(plain(formatMoney(5n, 'BHD', 'fr'))).toBe('0,005 BHD')
    expect(plain(formatMoney(-5n, 'USD', 'en'))).toBe('-$0.05')
  })

  it('is exact for every amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (amountMinor) => {
        const [whole, cents] = decimalOf(amountMinor, 'EUR').replace('-', '').split('.')
        const back = BigInt(whole) * 100n + BigInt(cents)
        expect(amountMinor < 0n ? -back : back).toBe(amountMinor)
      }),
    )
  })

  it('rounds a percentage half up', () => {
    expect(percentOf(2340n, 10)).toBe(234n)
    expect(percentOf(2345n, 10)).toBe(235n)
    expect(percentOf(1n, 15)).toBe(0n)
    expect(percentOf(10n, 5)).toBe(1n)
  })
})
