import { CURRENCIES } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocateMinor, decimalOf, shareOf } from './split.ts'

const currency = fc.constantFrom(...CURRENCIES, 'KWD')
const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })
const abs = (value: bigint) => (value < 0n ? -value : value)

describe('splitting money', () => {
  it('loses and makes nothing, and treats equals alike to the minor unit', () => {
    fc.assert(
      fc.property(
        amount,
        fc.array(fc.bigInt({ min: 0n, max: 10n ** 10n }), { minLength: 1, maxLength: 40 }),
        currency,
        (total, weights, code) => {
          const parts = allocateMinor(total, weights, code)
          expect(parts).toHaveLength(weights.length)
          expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(total)
          const whole = weights.reduce((sum, weight) => sum + weight, 0n)
          if (whole === 0n) return
          for (const [i, part] of parts.entries()) {
            if (weights[i] === 0n) expect(part).toBe(0n)
            // |part − total·weight/whole| ≤ 1, without fractions.
            expect(abs(part * whole - total * weights[i]!) <= whole).toBe(true)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('rounds a share to the nearest minor unit, halves away from zero', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 10_000 }), currency, (total, basisPoints, code) => {
        const share = shareOf(total, basisPoints, code)
        const exactTenThousandths = total * BigInt(basisPoints)
        expect(abs(share * 10_000n - exactTenThousandths) <= 5_000n).toBe(true)
        if (abs(exactTenThousandths) % 10_000n === 5_000n)
          expect(abs(share * 10_000n) > abs(exactTenThousandths)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
    expect(shareOf(10_000n, 290, 'EUR')).toBe(290n)
    expect(shareOf(50n, 100, 'EUR')).toBe(1n)
  })

  it('refuses what cannot be split', () => {
    expect(() => allocateMinor(1n, [], 'EUR')).toThrow(RangeError)
    expect(() => allocateMinor(1n, [-1n], 'EUR')).toThrow(RangeError)
    expect(allocateMinor(0n, [], 'EUR')).toEqual([])
    expect(allocateMinor(7n, [0n, 0n], 'EUR')).toEqual([7n, 0n])
  })

  it('shows amounts with the digits of their currency', () => {
    expect([decimalOf(-1_234n, 'EUR'), decimalOf(1_200n, 'JPY'), decimalOf(5n, 'USD')]).toEqual([
      '-12.34',
      '1200',
      '0.05',
    ])
    fc.assert(
      fc.property(amount, currency, (minor, code) => {
        expect(BigInt(decimalOf(minor, code).replace('.', ''))).toBe(minor)
      }),
    )
  })
})
