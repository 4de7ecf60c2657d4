import { type QueryExecutorProvider, sql } from 'kysely'
import type { Tx } from '../../database.ts'
import type { ChargeWish } from '../ports.ts'
import { DAY_MS, HOUR_MS, since } from './counting.ts'

/** Where a shop stands, degrees (WGS 84): north and east are positive. */
export type Place = { latitudeDeg: number; longitudeDeg: number }

export interface Places {
  /** In the transaction. Shops whose place nobody told are missing. */
  placesOf(tx: QueryExecutorProvider, shopIds: readonly string[]): Promise<ReadonlyMap<string, Place>>
}

/** Mean radius of the Earth (IUGG), km. */
const EARTH_RADIUS_KM = 6371.0088
/** Places are told for a door, and a shop has several: so much nearer than told two shops may be, km. */
const SLACK_KM = 1

const rad = (deg: number) => (deg * Math.PI) / 180

/** Along the surface (haversine), km. */
export function distanceKm(a: Place, b: Place): number {
  const halfLatitude = Math.sin(rad(b.latitudeDeg - a.latitudeDeg) / 2)
  const halfLongitude = Math.sin(rad(b.longitudeDeg - a.longitudeDeg) / 2)
  const chord = halfLatitude ** 2 + Math.cos(rad(a.latitudeDeg)) * Math.cos(rad(b.latitudeDeg)) * halfLongitude ** 2
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, chord)))
}

/** When a palm paid last in a shop. */
export type Visit = { shopId: string; at: Date }

/** Where else this palm paid in the last 24 hours, shops of every organisation: the limit is about the hand. */
export async function visitsElsewhere(tx: Tx, wish: ChargeWish): Promise<Visit[]> {
  const { rows } = await sql<Visit>`
    select shop_id as "shopId", max(authorising_at) as at from payment
     where shopper_id = ${wish.shopperId} and authorising_at > ${since(wish, DAY_MS)} and id <> ${wish.paymentId}
       and shop_id <> ${wish.shopId}
     group by shop_id`.execute(tx)
  return rows
}

/** Whether one of the visits was in a shop that nobody could have come from since at that speed. Only shops with a place are looked at. */
export async function tooFarTooSoon(
  tx: Tx,
  places: Places,
  wish: ChargeWish,
  visits: readonly Visit[],
  kmPerHour: number,
): Promise<boolean> {
  if (visits.length === 0) return false
  const known = await places.placesOf(tx, [wish.shopId, ...visits.map(({ shopId }) => shopId)])
  const here = known.get(wish.shopId)
  if (here === undefined) return false
  return visits.some(({ shopId, at }) => {
    const there = known.get(shopId)
    if (there === undefined) return false
    // Two nodes' clocks may differ: what lies ahead counts like what lies as far back.
    const hours = Math.abs(wish.now.getTime() - at.getTime()) / HOUR_MS
    return distanceKm(there, here) - SLACK_KM > kmPerHour * hours
  })
}
