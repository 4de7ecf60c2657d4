import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AccountKind, type JournalKind, type Line, linesOf, ONE_STEP_KINDS, type TwoStepKind } from './journals.ts'

const amount = fc.bigInt({ min: 1n, max: 100_000_000n })
const sum = (lines: Line[]) => lines.reduce((total, line) => total + line.amountMinor, 0n)
const balance = (lines: Line[], account: AccountKind) => sum(lines.filter((line) => line.account === account))

describe('journals', () => {
  it('sum to zero and hold no empty line, whatever the amounts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<TwoStepKind>('charge', 'refund', 'dispute', 'payout'),
        fc.constantFrom<JournalKind>('hold', 'post', 'void'),
        amount,
        amount,
        (kind, journal, held, wish) => {
          const posted = kind === 'charge' || kind === 'dispute' ? (wish % held) + 1n : held
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

  it('post a charge above its hold only as far as the processor goes', () => {
    fc.assert(
      fc.property(amount, amount, amount, (held, more, over) => {
        const charge = { kind: 'charge' as const, amountMinor: held }
        const posted = held + more
        const lines = [...linesOf(charge, 'hold'), ...linesOf(charge, 'post', posted, posted)]
        expect(sum(lines)).toBe(0n)
        expect(balance(lines, 'authorised_receivable')).toBe(0n)
        expect(balance(lines, 'merchant_payable')).toBe(-posted)
        expect(() => linesOf(charge, 'post', posted + over, posted)).toThrow(RangeError)
      }),
    )
  })

  it('take a disputed charge from the merchant at once, and give back what of it is won', () => {
    fc.assert(
      fc.property(amount, amount, fc.boolean(), (held, wish, won) => {
        const dispute = { kind: 'dispute' as const, amountMinor: held }
        const open = linesOf(dispute, 'hold')
        expect([balance(open, 'merchant_payable'), balance(open, 'processor_receivable')]).toEqual([held, -held])
        const lost = (wish % held) + 1n
        const lines = [...open, ...linesOf(dispute, won ? 'void' : 'post', lost)]
        expect([balance(lines, 'disputed_receivable'), balance(lines, 'disputed_payable')]).toEqual([0n, 0n])
        expect(balance(lines, 'merchant_payable')).toBe(won ? 0n : lost)
        expect(balance(lines, 'processor_receivable')).toBe(won ? 0n : -lost)
      }),
    )
  })

  it('write fees and adjustments at once, signed', () => {
    expect(linesOf({ kind: 'processor_fee', amountMinor: -7n }, 'post')).toEqual([
      { account: 'processor_fees', amountMinor: -7n },
      { account: 'processor_receivable', amountMinor: 7n },
    ])
    for (const kind of ONE_STEP_KINDS) {
      const lines = linesOf({ kind, amountMinor: 30n }, 'post')
      expect(sum(lines)).toBe(0n)
      expect(() => linesOf({ kind, amountMinor: 30n }, 'hold')).toThrow(RangeError)
      expect(() => linesOf({ kind, amountMinor: 0n }, 'post')).toThrow(RangeError)
    }
  })

  it('raise charges only, and give a reserve back only', () => {
    expect(linesOf({ kind: 'charge', amountMinor: 5n }, 'raise')).toEqual(
      linesOf({ kind: 'charge', amountMinor: 5n }, 'hold'),
    )
    for (const kind of ['refund', 'dispute', 'payout', 'reserve'] as const) {
      expect(() => linesOf({ kind, amountMinor: 5n }, 'raise')).toThrow(RangeError)
    }
    expect(() => linesOf({ kind: 'reserve', amountMinor: 5n }, 'post')).toThrow(RangeError)
    expect(() => linesOf({ kind: 'payout', amountMinor: 5n }, 'post', 4n)).toThrow(RangeError)
  })

  it('refuse amounts that cannot be', () => {
    expect(() => linesOf({ kind: 'charge', amountMinor: 0n }, 'hold')).toThrow(RangeError)
    expect(() => linesOf({ kind: 'charge', amountMinor: 10n }, 'post', 11n)).toThrow(RangeError)
    expect(() => linesOf({ kind: 'charge', amountMinor: 10n }, 'post', 0n)).toThrow(RangeError)
    expect(() => linesOf({ kind: 'refund', amountMinor: 10n }, 'post', 9n)).toThrow(RangeError)
  })
})
