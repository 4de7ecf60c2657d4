import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromStripeAmount, toStripeAmount } from './amounts.ts'

const refused = expect.objectContaining({ kind: 'refused', reason: 'amount_invalid' })
const notExact = expect.objectContaining({ kind: 'refused', reason: 'amount_not_exact' })

describe('an amount for Stripe', () => {
  it('is the same number in currencies of two decimals and of none', () => {
    expect(toStripeAmount(2340n, 'USD')).toBe(2340)
    expect(toStripeAmount(500n, 'JPY')).toBe(500)
    expect(toStripeAmount(99_999_999n, 'EUR')).toBe(99_999_999)
  })

  it('of three decimals must end in zero and is never rounded', () => {
    expect(toStripeAmount(5_120n, 'KWD')).toBe(5_120)
    for (const amountMinor of [5_123n, 1n]) expect(() => toStripeAmount(amountMinor, 'KWD')).toThrow(notExact)
    expect(() => toStripeAmount(5_125n, 'TND')).toThrow(notExact)
  })

  it('of forint and New Taiwan dollar keeps its two decimals: only payouts of them are whole', () => {
    expect(toStripeAmount(1_045n, 'HUF')).toBe(1_045)
    expect(toStripeAmount(80_045n, 'TWD')).toBe(80_045)
  })

  it('of the króna and the Ugandan shilling has two zeros more; the ariary is sent whole', () => {
    expect(toStripeAmount(5n, 'ISK')).toBe(500)
    expect(fromStripeAmount(500, 'isk')).toBe(5n)
    expect(toStripeAmount(1_000n, 'UGX')).toBe(100_000)
    expect(toStripeAmount(1_200n, 'MGA')).toBe(12)
    expect(() => toStripeAmount(1_210n, 'MGA')).toThrow(notExact)
  })

  it('is more than nothing and has eight digits at most', () => {
    for (const amountMinor of [0n, -1n, 100_000_000n]) expect(() => toStripeAmount(amountMinor, 'USD')).toThrow(refused)
    expect(() => toStripeAmount(1_000_000n, 'ISK')).toThrow(refused)
    expect(toStripeAmount(1_500_000_000n, 'IDR')).toBe(1_500_000_000)
    expect(() => toStripeAmount(1_000_000_000_000n, 'IDR')).toThrow(refused)
  })

  it('comes back as it went, whatever the currency', () => {
    const currency = fc.constantFrom('USD', 'EUR', 'JPY', 'KRW', 'ISK', 'UGX', 'MGA', 'KWD', 'BHD')
    fc.assert(
      fc.property(currency, fc.bigInt({ min: 1n, max: 90_000_000n }), (code, amountMinor) => {
        let sent: number
        try {
          sent = toStripeAmount(amountMinor, code)
        } catch (error) {
          expect((error as { reason: string }).reason).toMatch(/^amount_(invalid|not_exact)$/)
          return
        }
        expect(fromStripeAmount(sent, code.toLowerCase())).toBe(amountMinor)
        expect(fromStripeAmount(-sent, code)).toBe(-amountMinor)
      }),
    )
  })
})
