import { type FalseRefusalsReport, HOVER_OUTCOMES } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { addInto } from './histogram.ts'
import { asked, countsOf } from './hover-figures.ts'
import type { DevicePort, ReportShop, ShopPeriod } from './ports.ts'

type Cell = { outcomes: number[]; followed: number }
const empty = (): Cell => ({ outcomes: HOVER_OUTCOMES.map(() => 0), followed: 0 })
const wordsOf = ({ outcomes, followed }: Cell) => ({ ...countsOf(outcomes), refusedThenIdentified: followed })

/** Refusals that were followed by a success within the same payment, by device and by the hour on the shop's wall. */
export async function readFalseRefusals(
  db: QueryExecutorProvider,
  devices: DevicePort,
  shops: readonly ReportShop[],
  periods: readonly ShopPeriod[],
): Promise<FalseRefusalsReport['devices']> {
  const { rows } = await sql<{
    device_id: string
    shop_id: string
    hour: number
    outcomes: bigint[]
    followed: bigint
  }>`
    with slots as materialized (
      select s.device_id, s.shop_id, extract(hour from s.slot at time zone asked.zone)::int as hour, s.outcomes,
             s.refused_then_identified
        from ${asked(periods)} join report_slot s on s.shop_id = asked.shop_id and s.slot >= asked.starts_at and s.slot < asked.ends_at
    ), counted as (
      select device_id, shop_id, hour, place, sum(n)::bigint as n
        from slots cross join unnest(outcomes) with ordinality o (n, place) group by 1, 2, 3, 4
    ), followed as (
      select device_id, shop_id, hour, sum(refused_then_identified)::bigint as n from slots group by 1, 2, 3
    )
    select device_id, shop_id, hour, array_agg(counted.n order by place) as outcomes, min(followed.n) as followed
      from counted join followed using (device_id, shop_id, hour) group by 1, 2, 3`.execute(db)
  const nameOf = await devices.namesOf([...new Set(rows.map(({ device_id }) => device_id))])
  const shopOf = new Map(shops.map(({ id, name }) => [id, { id, name }]))
  const byDevice = Map.groupBy(rows, ({ device_id, shop_id }) => `${device_id} ${shop_id}`)
  const lines = [...byDevice.values()].flatMap((cells) => {
    const { device_id: id, shop_id } = cells[0]!
    const hours = Array.from({ length: 24 }, empty)
    const whole = empty()
    for (const { hour, outcomes, followed } of cells) {
      for (const cell of [hours[hour]!, whole]) {
        addInto(cell.outcomes, outcomes)
        cell.followed += Number(followed)
      }
    }
    const words = wordsOf(whole)
    // Devices on which nobody held a hand: kiosks count registrations only.
    if (words.hovers === 0) return []
    const tries = words.identified + words.refusedThenIdentified
    const rate = words.identified === 0 ? null : words.refusedThenIdentified / tries
    const device = { id, name: nameOf.get(id) ?? id }
    return [{ device, shop: shopOf.get(shop_id)!, ...words, rate, hours: hours.map(wordsOf) }]
  })
  return lines.sort((a, b) => (b.rate ?? -1) - (a.rate ?? -1) || b.hovers - a.hovers)
}
