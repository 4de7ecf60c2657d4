import { type ReportName, type ReportQuery, SIMILARITY_FROM_NATS } from '@paume/contract'
import { sql } from 'kysely'
import { toTimestamp } from '../clock.ts'
import type { Staff } from '../routing.ts'
import { readDrift } from './drift.ts'
import { readFalseRefusals } from './false-refusals.ts'
import { readFunnel } from './funnel.ts'
import type { OverviewParts } from './overview.ts'
import { daysOf, periodsOf, shopsFor } from './periods.ts'
import type { DevicePort } from './ports.ts'
import type { AnyReport } from './report-table.ts'
import { brandFigures, moneyOf, readFigures, shopFigures } from './shop-figures.ts'

/** Of one question of a report, ms. */
const LONGEST_MS = 60_000

export type ReportParts = OverviewParts & { devices: DevicePort }

/** One report over a period, for what somebody may see. Throws `not_found`, `request_malformed`. */
export async function readReport(
  { clock, tenancy, shops: places, payments, devices }: ReportParts,
  staff: Staff,
  name: ReportName,
  query: Pick<ReportQuery, 'organisationId' | 'brandId' | 'shopId' | 'from' | 'to'>,
): Promise<AnyReport> {
  const { from, to, ...where } = query
  const now = new Date(clock.nowMs())
  const days = daysOf({ ...(from && { from }), ...(to && { to }) }, now)
  const shops = await shopsFor(places, staff, where)
  const head = { ...days, madeAt: toTimestamp(now) }
  return tenancy.within(staff, async (tx): Promise<AnyReport> => {
    // A year of a whole chain is read at once, seldom, and by few.
    await sql`set local statement_timeout = ${sql.lit(LONGEST_MS)}`.execute(tx)
    await sql`set local work_mem = '32MB'`.execute(tx)
    if (name === 'drift') {
      const series = await readDrift(tx, devices, shops, days)
      return { name, report: { ...head, bucketsFrom: [...SIMILARITY_FROM_NATS], series } }
    }
    const { periods } = await periodsOf(tx, shops, days, now)
    switch (name) {
      case 'funnel':
        return { name, report: { ...head, ...(await readFunnel(tx, payments, shops, periods)) } }
      case 'false-refusals':
        return { name, report: { ...head, devices: await readFalseRefusals(tx, devices, shops, periods) } }
      case 'shops': {
        const figures = await readFigures(tx, payments, periods)
        const lines = { shops: shopFigures(shops, figures), brands: brandFigures(shops, figures) }
        return { name, report: { ...head, money: moneyOf(figures.money), ...lines } }
      }
    }
  })
}
