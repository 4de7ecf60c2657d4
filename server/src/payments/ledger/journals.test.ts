import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AccountKind, type JournalKind, type Line, linesOf, type TransferKind } from './journals.ts'

const amount = fc.bigInt({ min: 1n, max: 100_000_000n })
const sum = (lines: Line[]) => lines.reduce((total, line) => total + line.amountMinor, 0n)
const balance = (lines: Line[], account: AccountKind) => sum(lines.filter((line) => line.account === account))

describe('journals', () => {
  it('sum to zero and hold no empty line, whatever the amounts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<TransferKind>('charge', 'refund'),
        fc.constantFrom<JournalKind>('hold', 'post', 'void'),
        amount,
        amount,
        (kind, journal, held, wish) => {
          const posted = kind === 'charge' ? (wish % held) + 1n : held
          const lines = linesOf({ kind, amountMinor: held }, journal, posted)
          expect(sum(lines)).toBe(0n)
          expect(lines.every((line) => line.amountMinor !== 0n)).toBe(true)
        },
      ),
    )
  })

  it('leave nothing authorised behind after a post or a void', () => {
    fc.assert(
      fc.property(amount, amount, fc.boolean(), (held, wish, voided) => {
        const charge = { kind: 'charge' as const, amountMinor: held }
        const posted = (wish % held) + 1n
        const lines = [...linesOf(charge, 'hold'), ...linesOf(charge, voided ? 'void' : 'post', posted)]
        expect(balance(lines, 'authorised_receivable')).toBe(0n)
        expect(balance(lines, 'authorised_payable')).toBe(0n)
        expect(balance(lines, 'processor_receivable')).toBe(voided ? 0n : posted)
        expect(balance(lines, 'merchant_payable')).toBe(voided ? 0n : -posted)
      }),
    )
  })

  it('give a failed refund back to the merchant whole', () => {
    const refund = { kind: 'refund' as const, amountMinor: 500n }
    const lines = [...linesOf(refund, 'hold'), ...linesOf(refund, 'void')]
    expect(balance(lines, 'merchant_payable')).toBe(0n)
    expect(balance(lines, 'refunds_in_transit')).toBe(0n)
  })

  it('refuse amounts that cannot be', () => {
    expect(() => linesOf({ kind: 'charge', amountMinor: 0n }, 'hold')).toThrow(RangeError)
    expect(() => linesOf({ kind: 'charge', amountMinor: 10n }, 'post', 11n)).toThrow(RangeError)
    expect(() => linesOf({ kind: 'charge', amountMinor: 10n }, 'post', 0n)).toThrow(RangeError)
    expect(() => linesOf({ kind: 'refund', amountMinor: 10n }, 'post', 9n)).toThrow(RangeError)
  })
})
