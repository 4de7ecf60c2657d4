import { TAX_MODES } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taxOf } from './tax.ts'
import { ticketOf } from './ticket.ts'

const line = fc.record({
  unitMinor: fc.bigInt({ min: 1n, max: 100_000n }),
  quantity: fc.integer({ min: 1, max: 50 }),
  taxBasisPoints: fc.constantFrom(0, 250, 550, 800, 825, 2000, 10_000),
})
const lines = fc.array(line, { maxLength: 25 })

describe('tax', () => {
  it('is taken out of prices that hold it, or added to them, half a minor unit up', () => {
    const sandwiches = [{ unitMinor: 780n, quantity: 3, taxBasisPoints: 800 }]
    expect(taxOf(sandwiches, 'inclusive')).toEqual({
      subtotalMinor: 2340n,
      taxMinor: 173n,
      totalMinor: 2340n,
      rates: [{ taxBasisPoints: 800, netMinor: 2167n, taxMinor: 173n }],
    })
    expect(taxOf(sandwiches, 'exclusive')).toMatchObject({ subtotalMinor: 2340n, taxMinor: 187n, totalMinor: 2527n })
    expect(taxOf([{ unitMinor: 10n, quantity: 1, taxBasisPoints: 500 }], 'exclusive').taxMinor).toBe(1n)
    expect(taxOf([], 'inclusive')).toEqual({ subtotalMinor: 0n, taxMinor: 0n, totalMinor: 0n, rates: [] })
  })

  it('is exact whatever is sold: net and tax of every rate are the total, nothing is rounded away', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom(...TAX_MODES), (sold, mode) => {
        const { subtotalMinor, taxMinor, totalMinor, rates } = taxOf(sold, mode)
        const cost = sold.reduce((sum, { unitMinor, quantity }) => sum + unitMinor * BigInt(quantity), 0n)
        expect(subtotalMinor).toBe(cost)
        expect(rates.reduce((sum, rate) => sum + rate.netMinor + rate.taxMinor, 0n)).toBe(totalMinor)
        expect(totalMinor).toBe(mode === 'inclusive' ? cost : cost + taxMinor)
        for (const { taxBasisPoints, netMinor, taxMinor: tax } of rates) {
          // Never off by more than half a minor unit from the exact tax of the net amount (a whole one where both are rounded).
          const off = tax * 10_000n - netMinor * BigInt(taxBasisPoints)
          expect(off <= 10_000n && off >= -10_000n).toBe(true)
        }
      }),
    )
  })

  it('does not hang on the order of lines, or on how they are written down', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom(...TAX_MODES), (sold, mode) => {
        expect(taxOf([...sold].reverse(), mode)).toEqual(taxOf(sold, mode))
        const single = sold.flatMap((each) => Array.from({ length: each.quantity }, () => ({ ...each, quantity: 1 })))
        expect(taxOf(single, mode)).toEqual(taxOf(sold, mode))
      }),
    )
  })

  it('is in the ticket as it is on the screen, in whole minor units of any currency', () => {
    fc.assert(
      fc.property(
        lines,
        fc.constantFrom(...TAX_MODES),
        fc.constantFrom('USD', 'JPY', 'KWD'),
        (sold, mode, currency) => {
          const named = sold.map((each, at) => ({ ...each, key: String(at), item: null, name: `line ${at}` }))
          const { totalMinor, taxes } = ticketOf(named, mode, currency)
          expect(taxes.reduce((sum, tax) => sum + tax.netMinor + tax.taxMinor, 0)).toBe(totalMinor)
          expect(BigInt(totalMinor)).toBe(taxOf(sold, mode).totalMinor)
        },
      ),
    )
  })
})
