import type { ShopListed, ShopListQuery } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'
import type { Db } from '../database.ts'
import { containing, type ListOrder } from '../list-page.ts'
import type { Staff } from '../routing.ts'
import { notLiveReason } from './live.ts'
import type { DeviceFigures } from './ports.ts'

type Reader = QueryExecutorProvider & Pick<Db, 'selectFrom'>

export const SHOP_ORDER: ListOrder = {
  columns: {
    name: { by: 'shops.name', type: 'text' },
    number: { by: 'shops.number', type: 'text' },
    town: { by: 'shops.town', type: 'text' },
    state: { by: 'shops.state', type: 'text' },
    brand: { by: 'brands.name', type: 'text' },
    phase: { by: 'rollout_phases.name', type: 'text' },
    createdAt: { by: 'shops.created_at', type: 'timestamptz' },
  },
  id: 'shops.id',
}

/** Shops with all that stands beside them; only those that this person works for. */
export function selectShops(db: Reader, staff: Pick<Staff, 'organisationId' | 'shopIds'>) {
  return db
    .selectFrom('shops')
    .innerJoin('organisations', 'organisations.id', 'shops.organisation_id')
    .leftJoin('brands', 'brands.id', 'shops.brand_id')
    .leftJoin('rollout_phases', 'rollout_phases.id', 'shops.phase_id')
    .selectAll('shops')
    .select(['organisations.name as organisation_name', 'organisations.state as organisation_state'])
    .select(['brands.name as brand_name', 'rollout_phases.name as phase_name'])
    .$if(staff.organisationId !== null, (own) =>
      own.where('shops.organisation_id', '=', staff.organisationId as string),
    )
    .$if(staff.shopIds !== null, (own) => own.where('shops.id', 'in', ['', ...(staff.shopIds as readonly string[])]))
}
export type ShopRow = Awaited<ReturnType<ReturnType<typeof selectShops>['execute']>>[number]

/** The filters of a list. */
export function filterShops(shops: ReturnType<typeof selectShops>, query: ShopListQuery) {
  const words = query.q?.trim()
  return shops
    .$if(!!words, (all) =>
      all.where(({ eb, or }) =>
        or(
          (['shops.name', 'shops.number', 'shops.town', 'shops.street', 'brands.name'] as const).map((column) =>
            eb(column, 'ilike', containing(words as string)),
          ),
        ),
      ),
    )
    .$if(query.state !== undefined, (all) => all.where('shops.state', '=', query.state!))
    .$if(query.format !== undefined, (all) => all.where('shops.format', '=', query.format!))
    .$if(query.brandId !== undefined, (all) => all.where('shops.brand_id', '=', query.brandId!))
    .$if(query.phaseId !== undefined, (all) => all.where('shops.phase_id', '=', query.phaseId!))
    .$if(query.country !== undefined, (all) => all.where('shops.country', '=', query.country!))
    .$if(query.region !== undefined, (all) => all.where('shops.region', '=', query.region!))
    .$if(query.jurisdiction !== undefined, (all) => all.where('shops.jurisdiction', '=', query.jurisdiction!))
    .$if(query.organisationId !== undefined, (all) => all.where('shops.organisation_id', '=', query.organisationId!))
    .$if(query.rolloutId !== undefined, (all) => all.where('shops.import_id', '=', query.rolloutId!))
}

export const placeOfRow = ({ latitude_deg: latitudeDeg, longitude_deg: longitudeDeg }: ShopRow) =>
  latitudeDeg === null || longitudeDeg === null ? null : { latitudeDeg, longitudeDeg }

export const standingOf = (row: ShopRow) => ({
  organisationState: row.organisation_state,
  state: row.state,
  jurisdiction: row.jurisdiction,
  signJurisdiction: row.sign_jurisdiction,
  signVersion: row.sign_version,
})

const named = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? id })

export function viewShop(row: ShopRow, figures: DeviceFigures | undefined): ShopListed {
  return {
    id: row.id,
    name: row.name,
    number: row.number,
    organisation: { id: row.organisation_id, name: row.organisation_name },
    brand: named(row.brand_id, row.brand_name),
    phase: named(row.phase_id, row.phase_name),
    town: row.town,
    region: row.region,
    country: row.country,
    format: row.format,
    state: row.state,
    jurisdiction: row.jurisdiction,
    place: placeOfRow(row),
    notLive: notLiveReason(standingOf(row)),
    devices: figures?.made ?? 0,
    online: figures?.online ?? 0,
  }
}
