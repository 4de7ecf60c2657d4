import { LONGEST_PERIOD_DAYS } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { Failure } from '../failure.ts'
import type { Staff } from '../routing.ts'
import { worksAt } from '../tenancy.ts'
import type { ReportShop, ShopPeriod, ShopPort } from './ports.ts'

export type Where = { organisationId?: string; brandId?: string; shopId?: string }
/** Days of the calendar, both of them counting. */
export type Days = { from: string; to: string }

const DAY_MS = 86_400_000
/** Of a report when nobody says. */
const DAYS_BY_DEFAULT = 28

/** The shops that somebody asks about and may see. Throws `not_found` for one that is not among them. */
export async function shopsFor(port: ShopPort, staff: Staff, where: Where): Promise<ReportShop[]> {
  const all = await port.shopsOf(staff.organisationId)
  const seen = all.filter(
    ({ id, organisation }) =>
      (staff.organisationId === null || organisation.id === staff.organisationId) && worksAt(staff, id),
  )
  const wanted = seen.filter(
    ({ id, brand, organisation }) =>
      (where.shopId === undefined || id === where.shopId) &&
      (where.brandId === undefined || brand?.id === where.brandId) &&
      (where.organisationId === undefined || organisation.id === where.organisationId),
  )
  if (wanted.length === 0 && Object.values(where).some((asked) => asked !== undefined)) throw new Failure('not_found')
  return wanted
}

/** When those days begin and end in each shop; `today` is each shop's own. */
export async function periodsOf(
  db: QueryExecutorProvider,
  shops: readonly ReportShop[],
  days: Days | 'today',
  now: Date,
): Promise<{ periods: ShopPeriod[]; days: string[] }> {
  const zones = [...new Set(shops.map(({ timeZone }) => timeZone))]
  const today = sql`(${now}::timestamptz at time zone zone)::date`
  const [first, last] = days === 'today' ? [today, today] : [sql`${days.from}::date`, sql`${days.to}::date`]
  const { rows } = await sql<{ zone: string; day: string; from: Date; to: Date }>`
    select zone, first::text as day, first::timestamp at time zone zone as from, (last + 1)::timestamp at time zone zone as to
      from unnest(${zones}::text[]) zone cross join lateral (select ${first} as first, ${last} as last) day`.execute(db)
  const byZone = new Map(rows.map((row) => [row.zone, row]))
  const periods = shops.map(({ id, timeZone }) => {
    const { from, to } = byZone.get(timeZone)!
    return { shopId: id, timeZone, from, to }
  })
  return { periods, days: [...new Set(rows.map(({ day }) => day))].sort() }
}

/** The days of a report. Throws `request_malformed` when they are none, the wrong way round or too many. */
export function daysOf({ from, to }: Partial<Days>, now: Date): Days {
  const last = to ?? now.toISOString().slice(0, 10)
  const lastMs = Date.parse(`${last}T00:00:00Z`)
  const first = from ?? new Date(lastMs - (DAYS_BY_DEFAULT - 1) * DAY_MS).toISOString().slice(0, 10)
  const length = (lastMs - Date.parse(`${first}T00:00:00Z`)) / DAY_MS + 1
  if (!(length >= 1 && length <= LONGEST_PERIOD_DAYS))
    throw new Failure('request_malformed', {
      detail: `A period has from 1 to ${LONGEST_PERIOD_DAYS} days, the first before the last.`,
    })
  return { from: first, to: last }
}
