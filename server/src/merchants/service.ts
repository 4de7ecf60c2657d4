import type { Currency, FlashPolicy, Jurisdiction, NotLiveReason, ShopPlace, ShopState } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Audit } from '../audit/service.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { PACKS } from './jurisdictions/packs.ts'
import { namedLanes } from './lanes.ts'
import { notLiveReason } from './live.ts'
import type { GalleryChoice } from './tables.ts'

export type Shop = {
  id: string
  name: string
  currency: string
  languages: string[]
  country: string
  /** The policy of its organisation. */
  flash: FlashPolicy
  /** IANA. */
  timeZone: string
  brandId: string | null
  jurisdiction: Jurisdiction
  state: ShopState
  /** Why its devices serve nobody now; null: they may. */
  notLive: NotLiveReason | null
  organisation: { id: string; name: string }
}

/** A shop that is there from the start. */
export type SeedShop = Pick<Shop, 'id' | 'name' | 'currency' | 'languages' | 'country'> &
  Partial<{
    timeZone: string
    jurisdiction: Jurisdiction
    number: string
    street: string
    town: string
    region: string
    postalCode: string
    place: Place
  }>

/** Degrees, WGS 84. */
export type Place = NonNullable<ShopPlace['place']>

export type Merchants = {
  shop(shopId: string): Promise<Shop | null>
  shops(): Promise<Shop[]>
  /**
   * Adds an organisation with its shops, at work and with their signs attested by nobody: for the demo of a sandbox and for tests. What
   * is already there under the same id stays as it is.
   */
  add(tx: Tx, organisation: { id: string; name: string }, shops: readonly SeedShop[]): Promise<void>
  organisationExists(organisationId: string): Promise<boolean>
  /** Throws `not_found`. */
  setFlash(organisationId: string, flash: FlashPolicy): Promise<void>
  /** Whether its terminals look in the network's gallery besides its own. Throws `not_found`. */
  galleryOf(organisationId: string): Promise<GalleryChoice>
  /** An organisation's agreement to the network's gallery, or its withdrawal. Throws `not_found`. */
  setGallery(tx: Tx, organisationId: string, gallery: GalleryChoice, at: Date): Promise<void>
  /** Throws `not_found`. */
  setPlace(shopId: string, place: Place | null): Promise<void>
  /** Null: nobody said. Throws `not_found`. */
  placeOf(shopId: string): Promise<Place | null>
  /** Lanes by identifier, with the shop they are of; unknown ones are missing. */
  lanesOf(laneIds: readonly string[]): Promise<Map<string, { name: string; shopId: string }>>
  /** Brands of shops; shops without one are missing. */
  brandsOf(shopIds: readonly string[]): Promise<Map<string, string>>
  /** Null: there is no such brand. */
  organisationOfBrand(brandId: string): Promise<string | null>
  /** In a transaction of the caller; shops without a place are missing. */
  placesOf(tx: QueryExecutorProvider, shopIds: readonly string[]): Promise<Map<string, Place>>
}

export function createMerchants(db: Db, audit: Audit): Merchants {
  const all = () =>
    db
      .selectFrom('shops')
      .innerJoin('organisations', 'organisations.id', 'shops.organisation_id')
      .select(['shops.id', 'shops.name', 'shops.currency', 'shops.languages', 'shops.country', 'shops.state'])
      .select(['shops.time_zone as timeZone', 'shops.brand_id as brandId', 'shops.jurisdiction'])
      .select(['shops.sign_jurisdiction as signJurisdiction', 'shops.sign_version as signVersion'])
      .select(['organisations.id as organisationId', 'organisations.name as organisationName', 'organisations.flash'])
      .select('organisations.state as organisationState')
  type Row = Awaited<ReturnType<ReturnType<typeof all>['execute']>>[number]
  const toShop = (row: Row): Shop => {
    const { organisationId, organisationName, organisationState, signJurisdiction, signVersion, ...shop } = row
    return {
      ...shop,
      notLive: notLiveReason({ ...shop, organisationState, signJurisdiction, signVersion }),
      organisation: { id: organisationId, name: organisationName },
    }
  }
  return {
    async shop(shopId) {
      const row = await all().where('shops.id', '=', shopId).executeTakeFirst()
      return row === undefined ? null : toShop(row)
    },
    async shops() {
      return (await all().orderBy('shops.id').execute()).map(toShop)
    },
    async organisationExists(organisationId) {
      const found = db.selectFrom('organisations').select('id').where('id', '=', organisationId)
      return (await found.executeTakeFirst()) !== undefined
    },
    setFlash: (organisationId, flash) =>
      withTransaction(db, async (tx) => {
        const change = tx.updateTable('organisations').set({ flash }).where('id', '=', organisationId)
        if ((await change.executeTakeFirst()).numUpdatedRows !== 1n) throw new Failure('not_found')
        await audit.append(tx, 'organisation_flash_set', { organisationId, flash })
      }),
    async galleryOf(organisationId) {
      const row = await db
        .selectFrom('organisations')
        .select('gallery')
        .where('id', '=', organisationId)
        .executeTakeFirst()
      if (row === undefined) throw new Failure('not_found')
      return row.gallery
    },
    async setGallery(tx, organisationId, gallery, at) {
      const change = tx
        .updateTable('organisations')
        .set({ gallery, gallery_agreed_at: gallery === 'network' ? at : null })
        .where('id', '=', organisationId)
      if ((await change.executeTakeFirst()).numUpdatedRows !== 1n) throw new Failure('not_found')
      await audit.append(tx, 'organisation_gallery_set', { organisationId, gallery })
    },
    setPlace: (shopId, place) =>
      withTransaction(db, async (tx) => {
        const change = tx
          .updateTable('shops')
          .set({ latitude_deg: place?.latitudeDeg ?? null, longitude_deg: place?.longitudeDeg ?? null })
          .where('id', '=', shopId)
        if ((await change.executeTakeFirst()).numUpdatedRows !== 1n) throw new Failure('not_found')
        await audit.append(tx, 'shop_place_set', { shopId, known: place !== null })
      }),
    async placeOf(shopId) {
      const shop = db.selectFrom('shops').select('id').where('id', '=', shopId)
      if ((await shop.executeTakeFirst()) === undefined) throw new Failure('not_found')
      return (await placesOf(db, [shopId])).get(shopId) ?? null
    },
    placesOf,
    lanesOf: (laneIds) => namedLanes(db, laneIds),
    async brandsOf(shopIds) {
      if (shopIds.length === 0) return new Map()
      const rows = await db
        .selectFrom('shops')
        .select(['id', 'brand_id'])
        .where('id', 'in', [...shopIds])
        .execute()
      return new Map(rows.flatMap(({ id, brand_id }) => (brand_id === null ? [] : [[id, brand_id]])))
    },
    async organisationOfBrand(brandId) {
      const brand = db.selectFrom('brands').select('organisation_id').where('id', '=', brandId)
      return (await brand.executeTakeFirst())?.organisation_id ?? null
    },
    async add(tx, organisation, shops) {
      await tx
        .insertInto('organisations')
        .values(organisation)
        .onConflict((on) => on.column('id').doNothing())
        .execute()
      for (const shop of shops) {
        const { timeZone, jurisdiction: named, place, postalCode, currency, ...rest } = shop
        const jurisdiction = named ?? 'us_other'
        await tx
          .insertInto('shops')
          .values({
            ...rest,
            currency: currency as Currency,
            organisation_id: organisation.id,
            jurisdiction,
            time_zone: timeZone ?? 'UTC',
            postal_code: postalCode ?? null,
            latitude_deg: place?.latitudeDeg ?? null,
            longitude_deg: place?.longitudeDeg ?? null,
            state: 'live',
            ever_live: true,
            sign_jurisdiction: jurisdiction,
            sign_version: PACKS[jurisdiction].version,
          })
          // A shop that was there before signs had to be attested has none.
          .onConflict((on) =>
            on
              .column('id')
              .doUpdateSet({ sign_jurisdiction: (of) => of.ref('shops.jurisdiction'), sign_version: 1 })
              .where('shops.sign_version', 'is', null)
              .where(({ not, exists, selectFrom }) =>
                not(exists(selectFrom('shop_attestations').select('id').whereRef('shop_id', '=', 'shops.id'))),
              ),
          )
          .execute()
      }
    },
  }
}

async function placesOf(db: QueryExecutorProvider, shopIds: readonly string[]): Promise<Map<string, Place>> {
  const { rows } = await sql<Place & { id: string }>`
    select id, latitude_deg as "latitudeDeg", longitude_deg as "longitudeDeg" from shops
     where id = any(${[...shopIds]}) and latitude_deg is not null`.execute(db)
  return new Map(rows.map(({ id, ...place }) => [id, place]))
}
