import { sql } from 'kysely'
import { type Db, withTransaction } from '../database.ts'
import type { SimilarityCounts, SlotCounts } from './tally.ts'

/** Adds counts to what stands there, of this node and of others. Rows are taken in one order, so that two nodes do not wait for each other in a circle. */
export async function addCounts(
  db: Db,
  { slots, similarities }: { slots: readonly SlotCounts[]; similarities: readonly SimilarityCounts[] },
): Promise<void> {
  if (slots.length === 0 && similarities.length === 0) return
  await withTransaction(db, async (tx) => {
    const rows = slots.map(({ slotMs, stages, ...slot }) => ({
      ...slot,
      slot: new Date(slotMs).toISOString(),
      ...stages,
    }))
    await sql`
      insert into report_slot as standing
        (device_id, shop_id, organisation_id, slot, outcomes, refused_then_identified, steps,
         total_ms, open_ms, analyse_ms, search_ms, authorise_ms)
      select "deviceId", "shopId", "organisationId", slot, outcomes, "refusedThenIdentified", steps,
             "total", "open", "analyse", "search", "authorise"
        from json_to_recordset(${JSON.stringify(rows)}) counted (
          "deviceId" text, "shopId" text, "organisationId" text, slot timestamptz, outcomes bigint[],
          "refusedThenIdentified" bigint, steps bigint[], "total" bigint[], "open" bigint[], "analyse" bigint[], "search" bigint[],
          "authorise" bigint[])
       order by "deviceId", slot, "shopId"
      on conflict (device_id, slot, shop_id) do update set
        outcomes = report_add(standing.outcomes, excluded.outcomes),
        refused_then_identified = standing.refused_then_identified + excluded.refused_then_identified,
        steps = report_add(standing.steps, excluded.steps),
        total_ms = report_add(standing.total_ms, excluded.total_ms),
        open_ms = report_add(standing.open_ms, excluded.open_ms),
        analyse_ms = report_add(standing.analyse_ms, excluded.analyse_ms),
        search_ms = report_add(standing.search_ms, excluded.search_ms),
        authorise_ms = report_add(standing.authorise_ms, excluded.authorise_ms)`.execute(tx)
    if (similarities.length === 0) return
    await sql`
      insert into report_similarity as standing (device_id, shop_id, organisation_id, model, week, buckets)
      select "deviceId", "shopId", "organisationId", model, week, buckets
        from json_to_recordset(${JSON.stringify(similarities)}) counted (
          "deviceId" text, "shopId" text, "organisationId" text, model text, week date, buckets bigint[])
       order by "deviceId", week, model, "shopId"
      on conflict (device_id, week, model, shop_id) do update set
        buckets = report_add(standing.buckets, excluded.buckets)`.execute(tx)
  })
}
