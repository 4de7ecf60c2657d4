import type { TaxMode } from '@paume/contract'

export interface Taxed {
  unitMinor: bigint
  quantity: number
  taxBasisPoints: number
}
/** What is taxed at one rate. */
export interface RateSum {
  taxBasisPoints: number
  netMinor: bigint
  taxMinor: bigint
}
export interface TaxSum {
  /** As the prices say: with the tax in an inclusive shop, without it in an exclusive one. */
  subtotalMinor: bigint
  taxMinor: bigint
  totalMinor: bigint
  /** Lowest rate first; net and tax of all of them are exactly the total. */
  rates: RateSum[]
}

const WHOLE = 10_000n
const roundedHalfUp = (numerator: bigint, denominator: bigint) => (2n * numerator + denominator) / (2n * denominator)

/** The tax is worked out once for each rate over all its lines, not line by line: what is rounded is rounded once. */
export function taxOf(lines: readonly Taxed[], mode: TaxMode): TaxSum {
  const costs = new Map<number, bigint>()
  for (const { taxBasisPoints, unitMinor, quantity } of lines)
    costs.set(taxBasisPoints, (costs.get(taxBasisPoints) ?? 0n) + unitMinor * BigInt(quantity))
  const rates = [...costs]
    .sort(([one], [other]) => one - other)
    .map(([taxBasisPoints, cost]): RateSum => {
      const rate = BigInt(taxBasisPoints)
      if (mode === 'exclusive') return { taxBasisPoints, netMinor: cost, taxMinor: roundedHalfUp(cost * rate, WHOLE) }
      const netMinor = roundedHalfUp(cost * WHOLE, WHOLE + rate)
      return { taxBasisPoints, netMinor, taxMinor: cost - netMinor }
    })
  const sum = (of: (rate: RateSum) => bigint) => rates.reduce((total, rate) => total + of(rate), 0n)
  return {
    subtotalMinor: [...costs.values()].reduce((total, cost) => total + cost, 0n),
    taxMinor: sum(({ taxMinor }) => taxMinor),
    totalMinor: sum(({ netMinor, taxMinor }) => netMinor + taxMinor),
    rates,
  }
}
