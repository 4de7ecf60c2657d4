import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cashOf, equalParts, likelyGiven, shareRefund } from './tender.ts'

const amount = fc.bigInt({ min: 0n, max: 100_000_000n })

describe('paying in parts', () => {
  it('splits evenly to the last minor unit', () => {
    expect(equalParts(1000n, 3)).toEqual([334n, 333n, 333n])
    fc.assert(
      fc.property(amount, fc.integer({ min: 1, max: 40 }), (whole, ways) => {
        const parts = equalParts(whole, ways)
        expect(parts).toHaveLength(ways)
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(whole)
        expect(parts[0]! - parts.at(-1)! <= 1n).toBe(true)
      }),
    )
  })

  it('splits what is left by one share at a time to the same end', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 1, max: 10 }), (whole, ways) => {
        let left = whole
        for (let open = ways; open > 0; open--) left -= equalParts(left, open)[0]!
        expect(left).toBe(0n)
      }),
    )
  })

  it('takes cash up to what is left, and gives the rest back', () => {
    expect(cashOf(1840n, 2000n)).toEqual({ paidMinor: 1840n, changeMinor: 160n })
    expect(cashOf(1840n, 1000n)).toEqual({ paidMinor: 1000n, changeMinor: 0n })
    fc.assert(
      fc.property(amount, amount, (left, given) => {
        const { paidMinor, changeMinor } = cashOf(left, given)
        expect(paidMinor + changeMinor).toBe(given)
        expect(paidMinor <= left && changeMinor >= 0n).toBe(true)
      }),
    )
  })

  it('offers notes that people give, by the digits of the currency', () => {
    expect(likelyGiven(1840n, 'EUR')).toEqual([2000n, 5000n, 10_000n])
    expect(likelyGiven(2000n, 'EUR')).toEqual([5000n, 10_000n])
    expect(likelyGiven(1840n, 'JPY')).toEqual([2000n, 5000n, 10_000n])
    expect(likelyGiven(1840n, 'KWD')).toEqual([5000n, 10_000n, 20_000n])
    fc.assert(
      fc.property(amount, fc.constantFrom('USD', 'JPY', 'KWD'), (left, currency) => {
        for (const given of likelyGiven(left, currency)) expect(given > left).toBe(true)
      }),
    )
  })
})

describe('giving back a sale that was paid in parts', () => {
  const part = fc.record({
    kind: fc.constantFrom('palm', 'cash', 'card'),
    leftMinor: fc.bigInt({ min: 0n, max: 10_000n }),
  })
  const parts = fc.array(part, { maxLength: 6 }).map((all) => all.map((each, at) => ({ ...each, id: `part ${at}` })))

  it('goes to the palm first, then to the rest in their order', () => {
    const paid = [
      { id: 'cash', kind: 'cash', leftMinor: 500n },
      { id: 'palm', kind: 'palm', leftMinor: 1000n },
    ]
    expect(shareRefund(paid, 800n)).toEqual([{ id: 'palm', amountMinor: 800n }])
    expect(shareRefund(paid, 1200n)).toEqual([
      { id: 'palm', amountMinor: 1000n },
      { id: 'cash', amountMinor: 200n },
    ])
    expect(shareRefund(paid, 1501n)).toBeNull()
  })

  it('is exact, and never more of a part than is left of it', () => {
    fc.assert(
      fc.property(parts, fc.bigInt({ min: 1n, max: 80_000n }), (paid, wish) => {
        const left = paid.reduce((sum, { leftMinor }) => sum + leftMinor, 0n)
        const shares = shareRefund(paid, wish)
        expect(shares === null).toBe(wish > left)
        if (shares === null) return
        expect(shares.reduce((sum, share) => sum + share.amountMinor, 0n)).toBe(wish)
        for (const { id, amountMinor } of shares)
          expect(amountMinor > 0n && amountMinor <= paid.find((each) => each.id === id)!.leftMinor).toBe(true)
      }),
    )
  })
})
