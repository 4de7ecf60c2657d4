import { type DriftReport, FEWEST_FOR_DRIFT, SIMILARITY_FROM_NATS } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { medianFrom } from './histogram.ts'
import type { Days } from './periods.ts'
import type { DevicePort, ReportShop } from './ports.ts'

/** How closely those who were identified matched, week by week, by device and model. Weeks with few hovers show their number only. */
export async function readDrift(
  db: QueryExecutorProvider,
  devices: DevicePort,
  shops: readonly ReportShop[],
  { from, to }: Days,
): Promise<DriftReport['series']> {
  const { rows } = await sql<{ device_id: string; shop_id: string; model: string; week: string; buckets: bigint[] }>`
    select device_id, shop_id, model, week::text as week, buckets from report_similarity
     where shop_id = any(${shops.map(({ id }) => id)}::text[])
       and week between ${from}::date - 6 and ${to}::date
     order by week`.execute(db)
  const nameOf = await devices.namesOf([...new Set(rows.map(({ device_id }) => device_id))])
  const shopOf = new Map(shops.map(({ id, name }) => [id, { id, name }]))
  const series = Map.groupBy(rows, ({ device_id, shop_id, model }) => `${device_id} ${shop_id} ${model}`)
  return [...series.values()]
    .map((ofIt) => ({
      device: { id: ofIt[0]!.device_id, name: nameOf.get(ofIt[0]!.device_id) ?? ofIt[0]!.device_id },
      shop: shopOf.get(ofIt[0]!.shop_id)!,
      model: ofIt[0]!.model,
      weeks: ofIt.map(({ week, buckets }) => weekOf(week, buckets.map(Number))),
    }))
    .sort((a, b) => (a.shop.name + a.device.name < b.shop.name + b.device.name ? -1 : 1))
}

function weekOf(week: string, counts: readonly number[]) {
  const hovers = counts.reduce((sum, count) => sum + count, 0)
  if (hovers < FEWEST_FOR_DRIFT) return { week, hovers, shares: null, median: null }
  return {
    week,
    hovers,
    shares: counts.map((count) => count / hovers),
    median: medianFrom(SIMILARITY_FROM_NATS, counts),
  }
}
