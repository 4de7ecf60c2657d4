import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { newId } from '../../ids.ts'
import { lanesOfShops, missingLanes } from '../lanes.ts'
import { standingShops } from './standing.ts'
import type { ShopBefore, WantedShop } from './wanted.ts'

/** Rows that go to the database in one statement: larger ones would run into its time limit. */
const ROWS_A_STATEMENT = 2_000

type Row = {
  row: number
  outcome: 'new' | 'change'
  shop_id: string | null
  wanted: WantedShop
  before: ShopBefore | null
}
type Import = { id: string; organisation_id: string }

/** Rows of an import in portions, in the order of the file. */
export async function* rowsToWrite(tx: Tx, importId: string, applied: boolean): AsyncGenerator<Row[]> {
  for (let after = 0; ; ) {
    const rows = await tx
      .selectFrom('shop_import_rows')
      .select(['row', 'outcome', 'shop_id', 'wanted', 'before'])
      .where('import_id', '=', importId)
      .where('row', '>', after)
      .where('outcome', 'in', ['new', 'change'])
      .where('applied', '=', applied)
      .orderBy('row')
      .limit(ROWS_A_STATEMENT)
      .execute()
    if (rows.length === 0) return
    yield rows as Row[]
    after = rows.at(-1)!.row
  }
}

/** Brands or phases by their names in small letters; those that are missing are made. */
async function namedIds(
  tx: Tx,
  organisationId: string,
  names: readonly string[],
  of: 'brands' | 'rollout_phases',
  nowMs: number,
) {
  const wanted = new Map(names.map((name) => [name.toLowerCase(), name]))
  const kind = of === 'brands' ? 'brand' : 'phase'
  const fresh = [...wanted.values()].map((name) => ({ id: newId(kind, nowMs), organisation_id: organisationId, name }))
  if (fresh.length > 0) {
    await sql`
      insert into ${sql.table(of)} (id, organisation_id, name)
      select r.id, ${organisationId}, r.name from jsonb_to_recordset(${JSON.stringify(fresh)}::jsonb) as r(id text, name text)
      on conflict do nothing`.execute(tx)
  }
  const there = await tx.selectFrom(of).select(['id', 'name']).where('organisation_id', '=', organisationId).execute()
  return new Map(there.map(({ id, name }) => [name.toLowerCase(), id]))
}

/** Writes what the rows of a checked list say. Throws `rollout_stale` when a shop is not any more what the list was compared with. */
export async function applyRows(
  tx: Tx,
  of: Import,
  nowMs: number,
): Promise<{ made: number; changed: number; timeZone: string | null }> {
  let [made, changed] = [0, 0]
  let timeZone: string | null = null
  for await (const rows of rowsToWrite(tx, of.id, false)) {
    const names = (key: 'brand' | 'phase') => [...new Set(rows.flatMap(({ wanted }) => wanted[key] ?? []))]
    const ids = {
      brands: await namedIds(tx, of.organisation_id, names('brand'), 'brands', nowMs),
      phases: await namedIds(tx, of.organisation_id, names('phase'), 'rollout_phases', nowMs),
    }
    const fresh = rows.filter(({ outcome }) => outcome === 'new')
    const old = rows.filter(({ outcome }) => outcome === 'change')
    await insertShops(tx, of, fresh, ids, nowMs)
    await changeShops(tx, of, old, ids, nowMs)
    await sql`update shop_import_rows set applied = true where import_id = ${of.id} and row = any(${rows.map(({ row }) => row)})`.execute(
      tx,
    )
    made += fresh.length
    changed += old.length
    timeZone ??= fresh[0]?.wanted.timeZone ?? null
  }
  return { made, changed, timeZone }
}

type Ids = { brands: Map<string, string>; phases: Map<string, string> }

const FIELDS =
  'id text, "number" text, name text, brand_id text, phase_id text, street text, town text, region text, postal_code text, country text, latitude_deg double precision, longitude_deg double precision, time_zone text, currency text, languages text[], jurisdiction text, format text'

/** The columns of a shop that the fields of a list go to. */
export function columnsOfFields(fields: ShopBefore, ids: Ids): Record<string, unknown> {
  const named = (name: string | null | undefined, of: Map<string, string>) =>
    name === undefined ? undefined : name === null ? null : (of.get(name.toLowerCase()) ?? null)
  return {
    number: fields.number,
    name: fields.name,
    brand_id: named(fields.brand, ids.brands),
    phase_id: named(fields.phase, ids.phases),
    street: fields.street,
    town: fields.town,
    region: fields.region,
    postal_code: fields.postalCode,
    country: fields.country,
    latitude_deg: fields.latitudeDeg,
    longitude_deg: fields.longitudeDeg,
    time_zone: fields.timeZone,
    currency: fields.currency,
    languages: fields.languages,
    jurisdiction: fields.jurisdiction,
    format: fields.format,
  }
}

async function insertShops(tx: Tx, of: Import, rows: Row[], ids: Ids, nowMs: number): Promise<void> {
  if (rows.length === 0) return
  const shops = rows.map((row) => ({ row: row.row, id: newId('shop', nowMs), ...columnsOfFields(row.wanted, ids) }))
  const text = JSON.stringify(shops)
  const columns = sql.raw(
    FIELDS.split(', ')
      .map((each) => each.split(' ')[0])
      .join(', '),
  )
  const inserted = await sql<{ id: string }>`
    insert into shops (${columns}, organisation_id, import_id)
    select ${columns}, ${of.organisation_id}, ${of.id} from jsonb_to_recordset(${text}::jsonb) as r(${sql.raw(FIELDS)})
    on conflict do nothing returning id`.execute(tx)
  // Somebody made a shop of that number meanwhile.
  if (inserted.rows.length !== rows.length) throw new Failure('rollout_stale')
  await sql`
    update shop_import_rows i set shop_id = r.id from jsonb_to_recordset(${text}::jsonb) as r(row int, id text)
     where i.import_id = ${of.id} and i.row = r.row`.execute(tx)
  await insertLanes(
    tx,
    rows.flatMap(({ wanted }, at) => missingLanes(shops[at]!.id, [], wanted, nowMs)),
  )
}

async function insertLanes(tx: Tx, lanes: ReturnType<typeof missingLanes>): Promise<void> {
  for (let from = 0; from < lanes.length; from += ROWS_A_STATEMENT) {
    const part = JSON.stringify(lanes.slice(from, from + ROWS_A_STATEMENT))
    await sql`
      insert into lanes (id, shop_id, name, kind, register, position)
      select id, shop_id, name, kind, register, position from jsonb_to_recordset(${part}::jsonb)
        as r(id text, shop_id text, name text, kind text, register boolean, position int)`.execute(tx)
  }
}

async function changeShops(tx: Tx, of: Import, rows: Row[], ids: Ids, nowMs: number): Promise<void> {
  if (rows.length === 0) return
  await requireStanding(tx, of, rows, 'before')
  for (const { shop_id, wanted } of rows) await setColumns(tx, shop_id as string, columnsOfFields(wanted, ids))
  const lanes = Map.groupBy(
    await lanesOfShops(
      tx,
      rows.map(({ shop_id }) => shop_id as string),
    ),
    ({ shop_id }) => shop_id,
  )
  await insertLanes(
    tx,
    rows.flatMap(({ shop_id, wanted }) =>
      missingLanes(shop_id as string, lanes.get(shop_id as string) ?? [], wanted, nowMs),
    ),
  )
}

/** Locks the shops of these rows and holds them against what the rows say they are. */
export async function requireStanding(tx: Tx, of: Import, rows: Row[], as: 'before' | 'wanted'): Promise<void> {
  const shopIds = rows.map(({ shop_id }) => shop_id as string)
  await sql`select 1 from shops where id = any(${shopIds}) for update`.execute(tx)
  const there = new Map((await standingShops(tx, of.organisation_id, shopIds)).map((shop) => [shop.id, shop.fields]))
  for (const { shop_id, [as]: fields } of rows) {
    const now = there.get(shop_id as string)
    // Lanes may have come and gone since; nothing is lost by that.
    const isAsItWas =
      now &&
      Object.entries(fields ?? {}).every(([key, value]) => LANES.has(key) || equal(now[key as keyof ShopBefore], value))
    if (!isAsItWas)
      throw new Failure(as === 'before' ? 'rollout_stale' : 'rollout_undo_blocked', { detail: shop_id as string })
  }
}

const LANES = new Set(['tills', 'registers', 'gates', 'kiosks'])
const equal = (one: unknown, other: unknown): boolean =>
  typeof one === 'string' && typeof other === 'string'
    ? one.toLowerCase() === other.toLowerCase()
    : JSON.stringify(one ?? null) === JSON.stringify(other ?? null)

export async function setColumns(tx: Tx, shopId: string, columns: Record<string, unknown>): Promise<void> {
  const set: RawBuilder<unknown>[] = Object.entries(columns)
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => sql`${sql.ref(column)} = ${value}`)
  if (set.length > 0) await sql`update shops set ${sql.join(set)} where id = ${shopId}`.execute(tx)
}
