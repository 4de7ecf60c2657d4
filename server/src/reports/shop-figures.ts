import type { BrandFigures, Currency, PeriodMoney, ShopFigures } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'
import { countsOf, type HoverFigures, hoverFigures, noHovers, percentilesOf, sumOfHovers } from './hover-figures.ts'
import type { MoneySum, PaymentCount, PaymentPort, ReportShop, ShopPeriod } from './ports.ts'

/** Everything that is added up by shop, once read. */
export type Figures = {
  hovers: Map<string, HoverFigures>
  hoversByHour: number[][]
  payments: PaymentCount[]
  money: MoneySum[]
}

export async function readFigures(
  db: QueryExecutorProvider,
  payments: PaymentPort,
  periods: readonly ShopPeriod[],
): Promise<Figures> {
  const [hovers, counts, money] = await Promise.all([
    hoverFigures(db, periods),
    payments.counts(db, periods),
    payments.money(db, periods),
  ])
  return { hovers: hovers.byShop, hoversByHour: hovers.byHour, payments: counts, money }
}

/** By currency, largest first. */
export function moneyOf(sums: readonly MoneySum[]): PeriodMoney[] {
  const byCurrency = Map.groupBy(sums, ({ currency }) => currency)
  return [...byCurrency]
    .map(([currency, ofIt]) => {
      const chargedMinor = ofIt.reduce((sum, one) => sum + one.chargedMinor, 0n)
      const refundedMinor = ofIt.reduce((sum, one) => sum + one.refundedMinor, 0n)
      return {
        currency: currency as Currency,
        chargedMinor: Number(chargedMinor),
        refundedMinor: Number(refundedMinor),
        netMinor: Number(chargedMinor - refundedMinor),
        charges: ofIt.reduce((sum, one) => sum + one.charges, 0),
        refunds: ofIt.reduce((sum, one) => sum + one.refunds, 0),
      }
    })
    .sort((a, b) => b.chargedMinor - a.chargedMinor || (a.currency < b.currency ? -1 : 1))
}

export const countOf = (counts: readonly PaymentCount[], state: PaymentCount['state']): number =>
  counts.reduce((sum, one) => sum + (one.state === state ? one.count : 0), 0)

/** What is the same of a shop, a brand and all of them. */
function sums(shopIds: ReadonlySet<string>, { hovers, payments, money }: Figures) {
  const ofThem = sumOfHovers([...shopIds].map((id) => hovers.get(id) ?? noHovers()))
  const counts = payments.filter(({ shopId }) => shopIds.has(shopId))
  return {
    ...countsOf(ofThem.outcomes),
    ...percentilesOf(ofThem.totalMs),
    approved: countOf(counts, 'approved'),
    declined: countOf(counts, 'declined'),
    money: moneyOf(money.filter(({ shopId }) => shopIds.has(shopId))),
  }
}

const busiestFirst = (a: { hovers: number; approved: number }, b: { hovers: number; approved: number }) =>
  b.hovers - a.hovers || b.approved - a.approved

/** One line a shop, busiest first. */
export const shopFigures = (shops: readonly ReportShop[], figures: Figures): ShopFigures[] => {
  const payments = Map.groupBy(figures.payments, ({ shopId }) => shopId)
  const money = Map.groupBy(figures.money, ({ shopId }) => shopId)
  return shops
    .map(({ id, name, organisation, brand, timeZone }) => ({
      shop: { id, name },
      organisation,
      brand,
      timeZone,
      ...sums(new Set([id]), { ...figures, payments: payments.get(id) ?? [], money: money.get(id) ?? [] }),
    }))
    .sort(busiestFirst)
}

/** One line a brand of an organisation, and one for its shops without a brand. */
export function brandFigures(shops: readonly ReportShop[], figures: Figures): BrandFigures[] {
  const byBrand = Map.groupBy(shops, ({ organisation, brand }) => `${organisation.id} ${brand?.id ?? ''}`)
  return [...byBrand.values()]
    .map((ofIt) => ({
      brand: ofIt[0]!.brand,
      organisation: ofIt[0]!.organisation,
      shops: ofIt.length,
      ...sums(new Set(ofIt.map(({ id }) => id)), figures),
    }))
    .sort(busiestFirst)
}
