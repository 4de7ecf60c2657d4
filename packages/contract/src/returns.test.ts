import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { returnedSum } from './returns.ts'

const RUNS = 2_000
const line = fc.record({
  name: fc.constant('Tea'),
  quantity: fc.integer({ min: 1, max: 6 }),
  unitMinor: fc.integer({ min: 1, max: 99_999 }),
  taxBasisPoints: fc.constantFrom(0, 250, 800, 825, 2_000, 10_000),
})
/** A ticket as a register may have rounded it: down, half up, up. */
const ticket = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 6 }),
    taxMode: fc.constantFrom('inclusive' as const, 'exclusive' as const),
    rounding: fc.constantFrom(Math.floor, Math.round, Math.ceil),
  })
  .map(({ lines, taxMode, rounding }) => {
    const rates = [...new Set(lines.map(({ taxBasisPoints }) => taxBasisPoints))]
    const taxes = rates.map((rate) => {
      const cost = lines
        .filter(({ taxBasisPoints }) => taxBasisPoints === rate)
        .reduce((sum, { unitMinor, quantity }) => sum + unitMinor * quantity, 0)
      const taxMinor = rounding(taxMode === 'exclusive' ? (cost * rate) / 10_000 : (cost * rate) / (10_000 + rate))
      return { taxBasisPoints: rate, netMinor: taxMode === 'exclusive' ? cost : cost - taxMinor, taxMinor }
    })
    return { lines, taxMode, taxes }
  })

it('what comes back piece by piece, in any order, is the total of the ticket and its tax, exactly', () => {
  fc.assert(
    fc.property(ticket, fc.infiniteStream(fc.nat()), (sold, dice) => {
      const left = sold.lines.map(({ quantity }) => quantity)
      const counts = sold.lines.map(() => 0)
      let givenMinor = 0n
      const taxMinor = new Map<number, bigint>()
      while (left.some((pieces) => pieces > 0)) {
        const open = left.flatMap((pieces, place) => (pieces > 0 ? [place] : []))
        const place = open[dice.next().value % open.length]!
        const pieces = 1 + (dice.next().value % left[place]!)
        const after = counts.map((count, at) => (at === place ? count + pieces : count))
        const { linesMinor, taxes } = returnedSum(sold, counts, after)
        const cost = BigInt(sold.lines[place]!.unitMinor * pieces)
        // In a shop whose prices hold the tax a piece costs what its label said; elsewhere the tax comes on top, never below.
        if (sold.taxMode === 'inclusive') expect(linesMinor).toBe(cost)
        else expect(linesMinor >= cost).toBe(true)
        for (const rate of taxes) {
          expect(rate.netMinor >= 0n && rate.taxMinor >= 0n).toBe(true)
          taxMinor.set(rate.taxBasisPoints, (taxMinor.get(rate.taxBasisPoints) ?? 0n) + rate.taxMinor)
        }
        givenMinor += linesMinor
        counts[place]! += pieces
        left[place]! -= pieces
      }
      expect(givenMinor).toBe(sold.taxes.reduce((sum, rate) => sum + BigInt(rate.netMinor) + BigInt(rate.taxMinor), 0n))
      for (const rate of sold.taxes) expect(taxMinor.get(rate.taxBasisPoints) ?? 0n).toBe(BigInt(rate.taxMinor))
    }),
    { numRuns: RUNS },
  )
})

it('the tax of a piece is its share of what the ticket says, not worked out anew', () => {
  const sold = {
    taxMode: 'exclusive' as const,
    lines: [{ name: 'Pen', quantity: 3, unitMinor: 10, taxBasisPoints: 500 }],
    taxes: [{ taxBasisPoints: 500, netMinor: 30, taxMinor: 2 }],
  }
  const backs = [0, 1, 2].map((count) => returnedSum(sold, [count], [count + 1]).linesMinor)
  expect(backs).toEqual([11n, 10n, 11n])
})
