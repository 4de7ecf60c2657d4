import { type QueryExecutorProvider, sql } from 'kysely'

/** Shops where anybody ever paid or tried to. */
export async function usedShops(db: QueryExecutorProvider, shopIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${[...shopIds]}::text[]) id where exists (select 1 from payment p where p.shop_id = id)`.execute(
    db,
  )
  return new Set(rows.map(({ id }) => id))
}

/** When the first payment of a shop was approved; null: none was. */
export async function firstPaidAt(db: QueryExecutorProvider, shopId: string): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(created_at) as at from payment where shop_id = ${shopId} and state = 'approved'`.execute(db)
  return rows[0]?.at ?? null
}
