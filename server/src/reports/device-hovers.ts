import { HOVER_OUTCOMES } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { countsOf } from './hover-figures.ts'

/** Hovers of devices since then, to the quarter of an hour; who had none is missing. */
export async function hoversSince(
  db: QueryExecutorProvider,
  deviceIds: readonly string[],
  since: Date,
): Promise<Map<string, { hovers: number; refused: number }>> {
  const { rows } = await sql<{ device_id: string; place: bigint; count: bigint }>`
    select s.device_id, place, sum(n)::bigint as count
      from report_slot s cross join unnest(s.outcomes) with ordinality counted (n, place)
     where s.device_id = any(${[...deviceIds]}::text[]) and s.slot > ${since}::timestamptz - interval '15 minutes' and n > 0
     group by 1, 2`.execute(db)
  const found = new Map<string, { hovers: number; refused: number }>()
  for (const [id, places] of Map.groupBy(rows, ({ device_id }) => device_id)) {
    const outcomes = HOVER_OUTCOMES.map(() => 0)
    for (const { place, count } of places) outcomes[Number(place) - 1] = Number(count)
    const { hovers, refused } = countsOf(outcomes)
    found.set(id, { hovers, refused })
  }
  return found
}
