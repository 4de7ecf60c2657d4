import { sql } from 'kysely'
import type { Db, Tx } from '../../database.ts'
import { countLanes, lanesOfShops } from '../lanes.ts'
import { plain } from '../plain.ts'
import type { StandingShop } from './compare.ts'
import { shopKey } from './read-file.ts'
import type { ReadRow } from './wanted.ts'

type Reader = Pick<Db | Tx, 'selectFrom'>

const selectStanding = (db: Reader, organisationId: string) =>
  db
    .selectFrom('shops')
    .leftJoin('brands', 'brands.id', 'shops.brand_id')
    .leftJoin('rollout_phases', 'rollout_phases.id', 'shops.phase_id')
    .selectAll('shops')
    .select(['brands.name as brand', 'rollout_phases.name as phase'])
    .where('shops.organisation_id', '=', organisationId)

/** Shops of an organisation as a list would write them. */
export async function standingShops(
  db: Reader,
  organisationId: string,
  ids: readonly string[] | { numbers: readonly string[]; names: readonly string[] },
): Promise<StandingShop[]> {
  const all = selectStanding(db, organisationId)
  const rows = await (Array.isArray(ids)
    ? all.where('shops.id', 'in', ['', ...ids])
    : all.where(({ or, eb }) => {
        const { numbers, names } = ids as { numbers: readonly string[]; names: readonly string[] }
        return or([
          eb(sql<string>`lower(shops.number)`, '=', sql<string>`any(${[...numbers]})`),
          eb(sql<string>`lower(shops.name)`, '=', sql<string>`any(${[...names]})`),
        ])
      })
  ).execute()
  const lanes = await lanesOfShops(
    db as Db,
    rows.map(({ id }) => id),
  )
  const lanesOf = Map.groupBy(lanes, ({ shop_id }) => shop_id)
  return rows.map((row) => ({
    id: row.id,
    everLive: row.ever_live,
    fields: {
      number: row.number,
      name: row.name,
      brand: row.brand,
      phase: row.phase,
      street: row.street,
      town: row.town,
      region: row.region,
      postalCode: row.postal_code,
      country: row.country,
      latitudeDeg: row.latitude_deg,
      longitudeDeg: row.longitude_deg,
      timeZone: row.time_zone,
      currency: row.currency,
      languages: row.languages,
      jurisdiction: row.jurisdiction,
      format: row.format,
      ...countLanes(lanesOf.get(row.id) ?? []),
    },
  }))
}

export type Found = { kind: 'none' } | { kind: 'one'; shop: StandingShop } | { kind: 'several' }

/** Finds the shop that each row is about: by number, or where the row has none by name and town. */
export async function finderFor(
  db: Reader,
  organisationId: string,
  rows: readonly ReadRow[],
): Promise<(row: ReadRow) => Found> {
  const numbers = rows.flatMap(({ wanted }) => wanted.number?.toLowerCase() ?? [])
  const names = rows.flatMap(({ wanted }) => (wanted.number === undefined ? (wanted.name?.toLowerCase() ?? []) : []))
  if (numbers.length + names.length === 0) return () => ({ kind: 'none' })
  const shops = await standingShops(db, organisationId, { numbers, names })
  const byNumber = new Map(
    shops.flatMap((shop) => (shop.fields.number ? [[shop.fields.number.toLowerCase(), shop]] : [])),
  )
  const byName = Map.groupBy(shops, ({ fields: { name, town } }) => shopKey({ name: name ?? '', town: town ?? '' }))
  const byNameAlone = Map.groupBy(shops, ({ fields }) => plain(fields.name ?? ''))
  return ({ wanted }) => {
    if (wanted.number !== undefined) {
      const shop = byNumber.get(wanted.number.toLowerCase()) as StandingShop | undefined
      return shop === undefined ? { kind: 'none' } : { kind: 'one', shop }
    }
    const { name = '', town } = wanted
    const found = (town === undefined ? byNameAlone.get(plain(name)) : byName.get(shopKey({ name, town }))) ?? []
    if (found.length > 1) return { kind: 'several' }
    return found[0] === undefined ? { kind: 'none' } : { kind: 'one', shop: found[0] }
  }
}
