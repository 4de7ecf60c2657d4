import type { DeviceKind, Lane, LaneCreate, LaneKind } from '@paume/contract'
import { MOST_LANES } from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import type { Clock } from '../clock.ts'
import { type Db, isUniqueViolation, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import type { DeviceAt, DevicePort } from './ports.ts'

/** What stands in a lane of each kind. */
const DEVICES_OF: Record<LaneKind, DeviceKind> = { till: 'terminal', gate: 'gate', kiosk: 'kiosk', door: 'door' }
const LANE_NAMES: Record<LaneKind, string> = { till: 'Till', gate: 'Gate', kiosk: 'Kiosk', door: 'Door' }

export type LaneRow = { id: string; shop_id: string; name: string; kind: LaneKind; register: boolean; position: number }
/** How many lanes of each kind; `registers` counts tills with a register of ours. */
export type LaneCounts = { tills: number; registers: number; gates: number; kiosks: number }

export const lanesOfShops = (db: Pick<Db, 'selectFrom'>, shopIds: readonly string[]): Promise<LaneRow[]> =>
  db
    .selectFrom('lanes')
    .select(['id', 'shop_id', 'name', 'kind', 'register', 'position'])
    .where('shop_id', 'in', ['', ...shopIds])
    .orderBy('shop_id')
    .orderBy('position')
    .execute()

export const countLanes = (lanes: readonly LaneRow[]): LaneCounts => ({
  tills: lanes.filter(({ kind }) => kind === 'till').length,
  registers: lanes.filter(({ register }) => register).length,
  gates: lanes.filter(({ kind }) => kind === 'gate').length,
  kiosks: lanes.filter(({ kind }) => kind === 'kiosk').length,
})

type NewLane = LaneRow & { created_at?: Date }

/** The lanes that are missing to what is wanted, named onwards: "Till 3" follows "Till 2". None is ever taken away by a list. */
export function missingLanes(
  shopId: string,
  there: readonly LaneRow[],
  wanted: Partial<LaneCounts>,
  nowMs: number,
): NewLane[] {
  const made: NewLane[] = []
  const taken = new Set(there.map(({ name }) => name.toLowerCase()))
  let registers = Math.max(0, (wanted.registers ?? 0) - there.filter(({ register }) => register).length)
  for (const [kind, count] of [
    ['kiosk', wanted.kiosks],
    ['till', wanted.tills],
    ['gate', wanted.gates],
  ] as const) {
    const have = there.filter((lane) => lane.kind === kind).length
    for (let number = 1, missing = Math.max(0, (count ?? 0) - have); missing > 0; number++) {
      const name = `${LANE_NAMES[kind]} ${number}`
      if (taken.has(name.toLowerCase())) continue
      taken.add(name.toLowerCase())
      const register = kind === 'till' && registers-- > 0
      const position = there.length + made.length
      made.push({ id: newId('lane', nowMs), shop_id: shopId, name, kind, register, position })
      missing -= 1
    }
  }
  return made
}

/** Devices that a lane lacks: the one of its kind, and the register beside a till. */
export function missingDevices(lane: LaneRow, devices: readonly DeviceAt[]): DeviceKind[] {
  const here = devices.filter(({ laneId }) => laneId === lane.id)
  const due = [DEVICES_OF[lane.kind], ...(lane.register ? (['register'] as const) : [])]
  return due.filter((kind) => !here.some((device) => device.kind === kind))
}

export type Lanes = {
  of(shopId: string): Promise<Lane[]>
  /** Throws `name_taken`. */
  add(shopId: string, lane: LaneCreate): Promise<void>
  /** Throws `not_found`, `name_taken`. */
  rename(shopId: string, laneId: string, name: string): Promise<void>
  /** Throws `not_found`, `still_in_use` while a device stands there. */
  remove(shopId: string, laneId: string): Promise<void>
}

type Parts = { db: Db; clock: Clock; audit: Audit; devices: DevicePort }

export function createLanes({ db, clock, audit, devices }: Parts): Lanes {
  const change = async (shopId: string, laneId: string, event: string, work: (tx: Tx) => Promise<{ done: bigint }>) => {
    try {
      await withTransaction(db, async (tx) => {
        if ((await work(tx)).done !== 1n) throw new Failure('not_found')
        await audit.append(tx, event, { shopId, laneId })
      })
    } catch (error) {
      if (isUniqueViolation(error, 'lanes_name')) throw new Failure('name_taken', {}, { cause: error })
      throw error
    }
  }
  return {
    async of(shopId) {
      const [lanes, there] = await Promise.all([lanesOfShops(db, [shopId]), devices.of(shopId)])
      return lanes.map(({ id, name, kind, register }) => {
        return { id, name, kind, register, devices: there.filter(({ laneId }) => laneId === id).length }
      })
    },
    async add(shopId, { name, kind, register = false }) {
      const id = newId('lane', clock.nowMs())
      await change(shopId, id, 'lane_added', async (tx) => {
        const there = await lanesOfShops(tx, [shopId])
        if (there.length >= MOST_LANES)
          throw new Failure('request_malformed', { detail: `At most ${MOST_LANES} lanes.` })
        const position = (there.at(-1)?.position ?? -1) + 1
        const row = { id, shop_id: shopId, name, kind, register: register && kind === 'till', position }
        const result = await tx.insertInto('lanes').values(row).executeTakeFirst()
        return { done: result.numInsertedOrUpdatedRows ?? 0n }
      })
    },
    rename: (shopId, laneId, name) =>
      change(shopId, laneId, 'lane_renamed', async (tx) => {
        const lane = tx.updateTable('lanes').set({ name }).where('id', '=', laneId).where('shop_id', '=', shopId)
        return { done: (await lane.executeTakeFirst()).numUpdatedRows }
      }),
    async remove(shopId, laneId) {
      const there = await devices.of(shopId)
      if (there.some((device) => device.laneId === laneId)) throw new Failure('still_in_use')
      await change(shopId, laneId, 'lane_removed', async (tx) => {
        const lane = tx.deleteFrom('lanes').where('id', '=', laneId).where('shop_id', '=', shopId)
        return { done: (await lane.executeTakeFirst()).numDeletedRows }
      })
    },
  }
}

/** Names and shops of lanes; unknown ones are missing. */
export async function namedLanes(
  db: Pick<Db, 'selectFrom'>,
  laneIds: readonly string[],
): Promise<Map<string, { name: string; shopId: string }>> {
  if (laneIds.length === 0) return new Map()
  const rows = db
    .selectFrom('lanes')
    .select(['id', 'name', 'shop_id'])
    .where('id', 'in', [...laneIds])
  return new Map((await rows.execute()).map(({ id, name, shop_id }) => [id, { name, shopId: shop_id }]))
}
