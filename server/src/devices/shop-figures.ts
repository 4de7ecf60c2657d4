import type { DeviceKind } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Db } from '../database.ts'
import { ONLINE_MS } from './store.ts'

export type ShopFigures = { made: number; paired: number; online: number; cameras: number; camerasSeen: number }

/** Devices of shops that are not revoked, counted. A register has no camera. Shops without devices are missing. */
export async function shopFigures(
  db: QueryExecutorProvider,
  shopIds: readonly string[],
  now: Date,
): Promise<Map<string, ShopFigures>> {
  if (shopIds.length === 0) return new Map()
  const since = new Date(now.getTime() - ONLINE_MS)
  const { rows } = await sql<Record<keyof ShopFigures, bigint> & { shopId: string }>`
    select shop_id as "shopId", count(*) as made, count(*) filter (where state = 'paired') as paired,
           count(*) filter (where state = 'paired' and last_seen_at > ${since}) as online,
           count(*) filter (where kind <> 'register') as cameras,
           count(*) filter (where kind <> 'register' and camera in ('ready', 'synthetic')) as "camerasSeen"
      from devices where shop_id = any(${[...shopIds]}) and state <> 'revoked' group by shop_id`.execute(db)
  return new Map(
    rows.map(({ shopId, made, paired, online, cameras, camerasSeen }) => [
      shopId,
      {
        made: Number(made),
        paired: Number(paired),
        online: Number(online),
        cameras: Number(cameras),
        camerasSeen: Number(camerasSeen),
      },
    ]),
  )
}

/** Devices of a shop that are not revoked, in the order in which they were made. */
export async function devicesOfShop(
  db: Pick<Db, 'selectFrom'>,
  shopId: string,
): Promise<{ id: string; kind: DeviceKind; name: string; laneId: string | null; isPaired: boolean }[]> {
  const rows = await db
    .selectFrom('devices')
    .select(['id', 'kind', 'name', 'lane_id', 'state'])
    .where('shop_id', '=', shopId)
    .where('state', '!=', 'revoked')
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(({ id, kind, name, lane_id, state }) => ({
    id,
    kind,
    name,
    laneId: lane_id,
    isPaired: state === 'paired',
  }))
}
