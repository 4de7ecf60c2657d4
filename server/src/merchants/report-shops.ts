import { type QueryExecutorProvider, sql } from 'kysely'

/** A shop by what reports call it, and by whose calendar its days run. */
export type NamedShop = {
  id: string
  name: string
  organisation: { id: string; name: string }
  brand: { id: string; name: string } | null
  timeZone: string
}

/** Shops of one organisation, or of all of them, closed ones too. */
export async function namedShops(db: QueryExecutorProvider, organisationId: string | null): Promise<NamedShop[]> {
  const { rows } = await sql<{
    id: string
    name: string
    zone: string
    organisation_id: string
    organisation_name: string
    brand_id: string | null
    brand_name: string | null
  }>`
    select s.id, s.name, s.time_zone as zone, o.id as organisation_id, o.name as organisation_name,
           b.id as brand_id, b.name as brand_name
      from shops s join organisations o on o.id = s.organisation_id left join brands b on b.id = s.brand_id
     where ${organisationId}::text is null or s.organisation_id = ${organisationId}
     order by s.name, s.id`.execute(db)
  return rows.map(({ id, name, zone, organisation_id, organisation_name, brand_id, brand_name }) => ({
    id,
    name,
    organisation: { id: organisation_id, name: organisation_name },
    brand: brand_id === null ? null : { id: brand_id, name: brand_name! },
    timeZone: zone,
  }))
}

/** The organisation of each shop; unknown ones are missing. */
export async function organisationsOfShops(
  db: QueryExecutorProvider,
  shopIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; organisation_id: string }>`
    select id, organisation_id from shops where id = any(${[...shopIds]}::text[])`.execute(db)
  return new Map(rows.map(({ id, organisation_id }) => [id, organisation_id]))
}
