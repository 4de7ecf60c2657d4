import type {
  Page,
  ShopChange,
  ShopCreate,
  ShopDetails,
  ShopListed,
  ShopListQuery,
  ShopMap,
  ShopState,
} from '@paume/contract'
import { MOST_SHOPS_ON_MAP } from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, isUniqueViolation, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { pageOf } from '../list-page.ts'
import type { Staff } from '../routing.ts'
import { type Tenancy, worksAt } from '../tenancy.ts'
import { checksOf, mayBecome } from './checks.ts'
import { currencyOf, timeZoneNamed, timeZoneOf } from './import/names-of-places.ts'
import { isStrictEnough, jurisdictionOf, usState } from './jurisdictions/where.ts'
import type { Lanes } from './lanes.ts'
import { NEXT_STATES } from './live.ts'
import type { MerchantPorts } from './ports.ts'
import { filterShops, placeOfRow, SHOP_ORDER, type ShopRow, selectShops, viewShop } from './shop-rows.ts'

/** Shops as staff work with them. Everything is held to the person's own organisation and shops. */
export type Shops = {
  list(staff: Staff, query: ShopListQuery): Promise<Page<ShopListed>>
  map(staff: Staff, query: ShopListQuery): Promise<ShopMap>
  details(staff: Staff, id: string): Promise<ShopDetails>
  /** Throws `not_found`, and writes down who asked for somebody else's. */
  own(staff: Staff, id: string): Promise<ShopRow>
  /** Several at once, in the order in which they are asked for. */
  ownAll(staff: Staff, ids: readonly string[]): Promise<ShopRow[]>
  create(staff: Staff, shop: ShopCreate): Promise<string>
  change(staff: Staff, id: string, change: ShopChange): Promise<void>
  /** Throws `shop_state` where it cannot go there, or what the check list needs is missing. */
  setState(staff: Staff, id: string, state: ShopState): Promise<void>
  /** A planned shop is being installed from its first device on. */
  began(tx: Tx, id: string): Promise<void>
}

export type ShopParts = { db: Db; clock: Clock; audit: Audit; tenancy: Tenancy; lanes: Lanes; ports: MerchantPorts }

export function createShops(parts: ShopParts): Shops {
  const { db, tenancy, lanes, ports } = parts
  const own: Shops['own'] = async (staff, id) => {
    const row = await tenancy.own(staff, { kind: 'shop', id }, (reader, organisationId) =>
      selectShops(reader, { organisationId, shopIds: null }).where('shops.id', '=', id).executeTakeFirst(),
    )
    const foreign = staff.organisationId !== null && row.organisation_id !== staff.organisationId
    if (foreign || !worksAt(staff, id)) throw new Failure('not_found')
    return row
  }
  const tell = (row: Pick<ShopRow, 'id' | 'organisation_id'>) =>
    ports.announce({ kind: 'shop', organisationId: row.organisation_id, shopId: row.id, id: row.id })
  return {
    own,
    async ownAll(staff, ids) {
      const rows = await tenancy.within(staff, (tx) =>
        selectShops(tx, staff)
          .where('shops.id', 'in', [...ids])
          .execute(),
      )
      const found = new Map(rows.map((row) => [row.id, row]))
      // One that is missing is asked for by itself, so that a foreign one is written down.
      return Promise.all(ids.map((id) => found.get(id) ?? own(staff, id)))
    },
    async list(staff, query) {
      const page = await tenancy.within(staff, (tx) =>
        pageOf(tx, filterShops(selectShops(tx, staff), query), SHOP_ORDER, query),
      )
      const figures = await ports.devices.figures(page.items.map(({ id }) => id))
      return { ...page, items: page.items.map((row) => viewShop(row as unknown as ShopRow, figures.get(row.id))) }
    },
    async map(staff, query) {
      const rows = await tenancy.within(staff, (tx) =>
        filterShops(selectShops(tx, staff), query)
          .orderBy('shops.name')
          .limit(MOST_SHOPS_ON_MAP + 1)
          .execute(),
      )
      const shown = rows.slice(0, MOST_SHOPS_ON_MAP)
      const figures = await ports.devices.figures(shown.map(({ id }) => id))
      const shops = shown.map((row) => {
        const { id, name, number, town, region, country, state, format, devices, online } = viewShop(
          row,
          figures.get(row.id),
        )
        const { latitude_deg: latitudeDeg, longitude_deg: longitudeDeg } = row
        return { id, name, number, town, region, country, state, format, latitudeDeg, longitudeDeg, devices, online }
      })
      return { shops, more: rows.length - shown.length }
    },
    async details(staff, id) {
      const row = await own(staff, id)
      const attested = db
        .selectFrom('shop_attestations')
        .select('attested_at')
        .where('shop_id', '=', id)
        .where('withdrawn_at', 'is', null)
        .orderBy('attested_at', 'desc')
        .limit(1)
      const [figures, lanesThere, attestation] = await Promise.all([
        ports.devices.figures([id]),
        lanes.of(id),
        attested.executeTakeFirst(),
      ])
      const checks = await checksOf(row, attestation?.attested_at ?? null, ports)
      return {
        ...viewShop(row, figures.get(id)),
        brandId: row.brand_id,
        street: row.street,
        postalCode: row.postal_code,
        place: placeOfRow(row),
        timeZone: row.time_zone,
        languages: row.languages,
        currency: row.currency,
        phaseId: row.phase_id,
        createdAt: toTimestamp(row.created_at),
        liveAt: row.live_at === null ? null : toTimestamp(row.live_at),
        lanes: lanesThere,
        checks,
        mayBecome: NEXT_STATES[row.state].filter((state) => mayBecome(state, checks)),
      }
    },
    create: (staff, shop) => createShop(parts, staff, shop),
    async change(staff, id, change) {
      const row = await own(staff, id)
      await changeShop(parts, staff, row, change)
      tell(row)
    },
    async setState(staff, id, state) {
      const row = await own(staff, id)
      if (!NEXT_STATES[row.state].includes(state)) throw new Failure('shop_state')
      if (state === 'live' || state === 'ready') {
        const missing = (await checksOf(row, null, ports)).filter((item) => item.needed && !item.done)
        if (missing.length > 0) {
          throw new Failure('shop_state', { detail: `Not done yet: ${missing.map(({ check }) => check).join(', ')}.` })
        }
      }
      await writeState(parts, staff, row, state)
      tell(row)
    },
    async began(tx, id) {
      const change = tx
        .updateTable('shops')
        .set({ state: 'installing' })
        .where('id', '=', id)
        .where('state', '=', 'planned')
      await change.execute()
    },
  }
}

async function writeState(
  { db, clock, audit }: ShopParts,
  staff: Staff,
  row: ShopRow,
  state: ShopState,
): Promise<void> {
  const live = state === 'live' ? { live_at: row.live_at ?? new Date(clock.nowMs()), ever_live: true } : {}
  await withTransaction(db, async (tx) => {
    const change = tx.updateTable('shops').set({ state, ...live })
    const { numUpdatedRows } = await change.where('id', '=', row.id).where('state', '=', row.state).executeTakeFirst()
    if (numUpdatedRows !== 1n) throw new Failure('shop_state')
    await audit.append(tx, 'shop_state_set', { shopId: row.id, from: row.state, to: state, staffId: staff.id })
  })
}

const malformed = (path: string, message: string) =>
  new Failure('request_malformed', { problems: [{ path: `body/${path}`, message }] })

/** What follows from a shop's address has to fit it. Throws `jurisdiction_too_lax`, `request_malformed`. */
function checkedRules(
  shop: Pick<ShopRow, 'country' | 'region' | 'town' | 'postal_code' | 'jurisdiction' | 'time_zone'>,
) {
  const { country, town, jurisdiction } = shop
  const region = country === 'US' && shop.region !== null ? usState(shop.region) : shop.region
  if (country === 'US' && shop.region !== null && region === null) throw malformed('region', 'is no state')
  const place = { country, region, town, postalCode: shop.postal_code }
  if (!isStrictEnough(jurisdiction, place)) throw new Failure('jurisdiction_too_lax', { detail: jurisdictionOf(place) })
  const timeZone = timeZoneNamed(shop.time_zone)
  if (timeZone === null) throw malformed('timeZone', 'is no time zone')
  return { region, time_zone: timeZone }
}

async function requireOfOrganisation(tx: Tx, organisationId: string, shop: ShopChange): Promise<void> {
  for (const [table, id] of [
    ['brands', shop.brandId],
    ['rollout_phases', shop.phaseId],
  ] as const) {
    if (id === undefined || id === null) continue
    const found = tx.selectFrom(table).select('id').where('id', '=', id).where('organisation_id', '=', organisationId)
    if ((await found.executeTakeFirst()) === undefined) throw new Failure('not_found')
  }
}

const columnsOf = (shop: ShopChange) => ({
  ...(shop.name === undefined ? {} : { name: shop.name }),
  ...(shop.number === undefined ? {} : { number: shop.number }),
  ...(shop.brandId === undefined ? {} : { brand_id: shop.brandId }),
  ...(shop.phaseId === undefined ? {} : { phase_id: shop.phaseId }),
  ...(shop.street === undefined ? {} : { street: shop.street }),
  ...(shop.town === undefined ? {} : { town: shop.town }),
  ...(shop.region === undefined ? {} : { region: shop.region }),
  ...(shop.postalCode === undefined ? {} : { postal_code: shop.postalCode }),
  ...(shop.country === undefined ? {} : { country: shop.country }),
  ...(shop.place === undefined
    ? {}
    : { latitude_deg: shop.place?.latitudeDeg ?? null, longitude_deg: shop.place?.longitudeDeg ?? null }),
  ...(shop.timeZone === undefined ? {} : { time_zone: shop.timeZone }),
  ...(shop.languages === undefined ? {} : { languages: shop.languages }),
  ...(shop.currency === undefined ? {} : { currency: shop.currency }),
  ...(shop.jurisdiction === undefined ? {} : { jurisdiction: shop.jurisdiction }),
  ...(shop.format === undefined ? {} : { format: shop.format }),
})

async function unlessTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUniqueViolation(error, 'shops_number')) throw new Failure('shop_number_taken', {}, { cause: error })
    throw error
  }
}

async function createShop({ db, clock, audit, ports }: ShopParts, staff: Staff, shop: ShopCreate): Promise<string> {
  const organisationId = staff.organisationId ?? shop.organisationId
  if (organisationId === undefined) throw malformed('organisationId', 'is needed')
  if (shop.organisationId !== undefined && shop.organisationId !== organisationId) throw new Failure('not_found')
  if (staff.shopIds !== null) throw new Failure('permission_missing')
  const { country, town = null, postalCode = null } = shop
  const region = country === 'US' && shop.region ? usState(shop.region) : (shop.region ?? null)
  const currency = shop.currency ?? currencyOf(country)
  const zone = shop.timeZone ?? timeZoneOf(country, region)
  if (currency === null) throw malformed('currency', 'is needed for this country')
  if (zone === null) throw malformed('timeZone', 'is needed for this place')
  const jurisdiction = shop.jurisdiction ?? jurisdictionOf({ country, region, town, postalCode })
  const address = { country, region: shop.region ?? null, town, postal_code: postalCode }
  const rules = checkedRules({ ...address, jurisdiction, time_zone: zone })
  const id = newId('shop', clock.nowMs())
  await unlessTaken(() =>
    withTransaction(db, async (tx) => {
      const found = await tx
        .selectFrom('organisations')
        .select(['id', 'languages'])
        .where('id', '=', organisationId)
        .executeTakeFirst()
      if (found === undefined) throw new Failure('not_found')
      await requireOfOrganisation(tx, organisationId, shop)
      const fields = { languages: found.languages, ...columnsOf(shop), currency, jurisdiction, ...rules }
      await tx
        .insertInto('shops')
        .values({ id, organisation_id: organisationId, name: shop.name, country, ...fields })
        .execute()
      await ports.payments.agreeCalendar(tx, organisationId, rules.time_zone)
      await audit.append(tx, 'shop_created', { shopId: id, organisationId, staffId: staff.id })
    }),
  )
  ports.announce({ kind: 'shop', organisationId, shopId: id, id })
  return id
}

async function changeShop({ db, audit }: ShopParts, staff: Staff, row: ShopRow, change: ShopChange): Promise<void> {
  if (Object.keys(change).length === 0) return
  const columns = columnsOf(change)
  if (row.ever_live && change.currency !== undefined && change.currency !== row.currency) {
    throw new Failure('shop_state', { detail: 'A shop that was live keeps its currency.' })
  }
  const rules = checkedRules({ ...row, ...columns })
  await unlessTaken(() =>
    withTransaction(db, async (tx) => {
      await requireOfOrganisation(tx, row.organisation_id, change)
      await tx
        .updateTable('shops')
        .set({ ...columns, ...rules })
        .where('id', '=', row.id)
        .execute()
      const fields = Object.keys(change).sort().join(' ')
      await audit.append(tx, 'shop_changed', { shopId: row.id, fields, staffId: staff.id })
    }),
  )
}
