import { type QueryExecutorProvider, sql } from 'kysely'

/** People at work whose rights reach a shop: those of the whole organisation, and those of that shop. */
export async function peopleAt(db: QueryExecutorProvider, organisationId: string, shopId: string): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from staff_person
     where organisation_id = ${organisationId} and state = 'active'
       and (shop_ids is null or ${shopId} = any(shop_ids))`.execute(db)
  return Number(rows[0]!.count)
}
