import { HOVER_OUTCOMES, type Percentile, REFUSED_OUTCOMES } from '@paume/contract'
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import { addInto, DURATION_PLACES, percentileOf } from './histogram.ts'
import type { ShopPeriod } from './ports.ts'

/** Counts by the place of an outcome in `HOVER_OUTCOMES`, and durations by bucket. */
export type HoverFigures = { outcomes: number[]; totalMs: number[] }

export const noHovers = (): HoverFigures => ({
  outcomes: HOVER_OUTCOMES.map(() => 0),
  totalMs: Array.from({ length: DURATION_PLACES }, () => 0),
})

/** The shops' periods as a table, for queries of what is kept by shop. */
export const asked = (periods: readonly ShopPeriod[]): RawBuilder<unknown> => sql`
  unnest(${periods.map(({ shopId }) => shopId)}::text[], ${periods.map(({ timeZone }) => timeZone)}::text[],
         ${periods.map(({ from }) => from)}::timestamptz[], ${periods.map(({ to }) => to)}::timestamptz[])
    asked (shop_id, zone, starts_at, ends_at)`

/** Hovers by shop, and by the hour of the shops' clocks. */
export async function hoverFigures(
  db: QueryExecutorProvider,
  periods: readonly ShopPeriod[],
): Promise<{ byShop: Map<string, HoverFigures>; byHour: number[][] }> {
  const slots = sql`
    ${asked(periods)} join report_slot s on s.shop_id = asked.shop_id and s.slot >= asked.starts_at and s.slot < asked.ends_at`
  const [outcomes, durations] = await Promise.all([
    sql<{ shop_id: string | null; hour: number | null; place: bigint; count: bigint }>`
      select asked.shop_id, extract(hour from s.slot at time zone asked.zone)::int as hour, place, sum(n)::bigint as count
        from ${slots} cross join unnest(s.outcomes) with ordinality counted (n, place)
       where n > 0
       group by grouping sets ((1, 3), (2, 3))`.execute(db),
    sql<{ shop_id: string; place: bigint; count: bigint }>`
      select asked.shop_id, place, sum(n)::bigint as count
        from ${slots} cross join unnest(s.total_ms) with ordinality counted (n, place)
       where n > 0
       group by 1, 2`.execute(db),
  ])
  const byShop = new Map<string, HoverFigures>()
  const byHour = Array.from({ length: 24 }, () => HOVER_OUTCOMES.map(() => 0))
  const ofShop = (shopId: string) => {
    const figures = byShop.get(shopId) ?? noHovers()
    byShop.set(shopId, figures)
    return figures
  }
  for (const { shop_id, hour, place, count } of outcomes.rows) {
    const counts = shop_id === null ? byHour[hour!]! : ofShop(shop_id).outcomes
    counts[Number(place) - 1] = Number(count)
  }
  for (const { shop_id, place, count } of durations.rows) ofShop(shop_id).totalMs[Number(place) - 1] = Number(count)
  return { byShop, byHour }
}

export function sumOfHovers(all: Iterable<HoverFigures>): HoverFigures {
  const sum = noHovers()
  for (const { outcomes, totalMs } of all) {
    addInto(sum.outcomes, outcomes)
    addInto(sum.totalMs, totalMs)
  }
  return sum
}

const of = (outcomes: readonly number[], names: readonly (typeof HOVER_OUTCOMES)[number][]) =>
  names.reduce((sum, name) => sum + outcomes[HOVER_OUTCOMES.indexOf(name)]!, 0)

/** Counts of outcomes in the words of the contract. */
export const countsOf = (outcomes: readonly number[]): { hovers: number; identified: number; refused: number } => ({
  hovers: outcomes.reduce((sum, count) => sum + count, 0),
  identified: of(outcomes, ['identified']),
  refused: of(outcomes, REFUSED_OUTCOMES),
})

export const percentilesOf = (totalMs: readonly number[]): { p50: Percentile; p95: Percentile } => ({
  p50: percentileOf(totalMs, 0.5),
  p95: percentileOf(totalMs, 0.95),
})
