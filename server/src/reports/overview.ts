import { HOVER_OUTCOMES, type Overview, type OverviewQuery, type PaymentReason } from '@paume/contract'
import { type Clock, toTimestamp } from '../clock.ts'
import type { Staff } from '../routing.ts'
import type { Tenancy } from '../tenancy.ts'
import { countsOf, percentilesOf, sumOfHovers } from './hover-figures.ts'
import { periodsOf, shopsFor } from './periods.ts'
import type { PaymentCount, PaymentPort, ShopPort } from './ports.ts'
import { brandFigures, countOf, moneyOf, readFigures, shopFigures } from './shop-figures.ts'

export type OverviewParts = { clock: Clock; tenancy: Tenancy; shops: ShopPort; payments: PaymentPort }

/** A day of all shops that somebody may see: read anew each time, nothing of it is kept. Throws `not_found`. */
export async function readOverview(parts: OverviewParts, staff: Staff, query: OverviewQuery): Promise<Overview> {
  const { day = null, ...where } = query
  const now = new Date(parts.clock.nowMs())
  const shops = await shopsFor(parts.shops, staff, where)
  return parts.tenancy.within(staff, async (tx) => {
    const { periods, days } = await periodsOf(tx, shops, day === null ? 'today' : { from: day, to: day }, now)
    const figures = await readFigures(tx, parts.payments, periods)
    const all = sumOfHovers(figures.hovers.values())
    const { payments } = figures
    return {
      day,
      days,
      madeAt: toTimestamp(now),
      hovers: {
        total: countsOf(all.outcomes).hovers,
        byOutcome: HOVER_OUTCOMES.map((outcome, place) => ({ outcome, count: all.outcomes[place]! })),
        ...percentilesOf(all.totalMs),
      },
      payments: {
        approved: countOf(payments, 'approved'),
        declined: countOf(payments, 'declined'),
        cancelled: countOf(payments, 'cancelled'),
        expired: countOf(payments, 'expired'),
        byReason: reasonsOf(payments),
      },
      money: moneyOf(figures.money),
      hours: figures.hoversByHour.map((outcomes, hour) => {
        const then = payments.filter((one) => one.hour === hour)
        return { hour, ...countsOf(outcomes), approved: countOf(then, 'approved'), declined: countOf(then, 'declined') }
      }),
      shops: shopFigures(shops, figures),
      brands: brandFigures(shops, figures),
    }
  })
}

/** Why payments were not paid, most frequent first. */
function reasonsOf(counts: readonly PaymentCount[]): { reason: PaymentReason; count: number }[] {
  const unpaid = counts.filter(({ state, reason }) => state !== 'approved' && reason !== null)
  return [...Map.groupBy(unpaid, ({ reason }) => reason as PaymentReason)]
    .map(([reason, ofIt]) => ({ reason, count: ofIt.reduce((sum, { count }) => sum + count, 0) }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
}
