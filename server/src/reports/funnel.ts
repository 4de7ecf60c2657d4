import type { FunnelReport } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { asked } from './hover-figures.ts'
import type { PaymentPort, ReportShop, ShopPeriod } from './ports.ts'
import { ENROLMENT_STEPS } from './tally.ts'

export type FunnelCounts = FunnelReport['total']
const none = (): FunnelCounts => ({ offered: 0, consented: 0, enrolled: 0, first_use: 0, repeat: 0 })

/** From the first offer to the second payment, shop by shop. */
export async function readFunnel(
  db: QueryExecutorProvider,
  payments: PaymentPort,
  shops: readonly ReportShop[],
  periods: readonly ShopPeriod[],
): Promise<Pick<FunnelReport, 'total' | 'shops'>> {
  const [steps, uses] = await Promise.all([
    sql<{ shop_id: string; place: bigint; count: bigint }>`
      select asked.shop_id, place, sum(n)::bigint as count
        from ${asked(periods)} join report_slot s on s.shop_id = asked.shop_id and s.slot >= asked.starts_at and s.slot < asked.ends_at
       cross join unnest(s.steps) with ordinality counted (n, place)
       where n > 0 group by 1, 2`.execute(db),
    payments.uses(db, periods),
  ])
  const byShop = new Map(shops.map(({ id }) => [id, none()]))
  for (const { shop_id, place, count } of steps.rows) {
    byShop.get(shop_id)![ENROLMENT_STEPS[Number(place) - 1]!] = Number(count)
  }
  for (const { shopId, first, second } of uses) {
    Object.assign(byShop.get(shopId)!, { first_use: first, repeat: second })
  }
  const total = none()
  for (const counts of byShop.values()) {
    for (const step of Object.keys(total) as (keyof FunnelCounts)[]) total[step] += counts[step]
  }
  const lines = shops.map(({ id, name, organisation, brand }) => ({
    shop: { id, name },
    organisation,
    brand,
    ...byShop.get(id)!,
  }))
  return { total, shops: lines.sort((a, b) => b.offered - a.offered || b.first_use - a.first_use) }
}
