import type { ConsoleLanguage, DeviceKind, PairingSheets, Signs } from '@paume/contract'
import { CONSOLE_LANGUAGES } from '@paume/contract'
import type { Audit } from '../../audit/service.ts'
import type { Clock } from '../../clock.ts'
import { type Db, withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import type { Staff } from '../../routing.ts'
import { PACKS } from '../jurisdictions/packs.ts'
import { type LaneRow, lanesOfShops, missingDevices } from '../lanes.ts'
import type { DeviceAt, MerchantPorts } from '../ports.ts'
import type { ShopRow } from '../shop-rows.ts'
import type { Shops } from '../shops.ts'
import { pairingSheets, type Sheet } from './pairing-sheets.ts'
import { type Sign, signsPdf } from './signs.ts'

/** What is printed for shops. */
export type PaperWork = {
  /** The devices that the lanes of a shop lack; answers how many were made. */
  makeDevices(staff: Staff, shopIds: readonly string[]): Promise<number>
  pairingSheets(staff: Staff, ask: PairingSheets, origin: string): Promise<Buffer>
  signs(staff: Staff, ask: Signs, origin: string): Promise<Buffer>
}

type Parts = { db: Db; clock: Clock; audit: Audit; shops: Shops; ports: MerchantPorts }
/** Devices that one request prints sheets for: each needs a code, each code a row. */
const MOST_SHEETS = 1_000

export function createPaperWork({ db, clock, audit, shops, ports }: Parts): PaperWork {
  /** Devices of a shop with the lanes that they stand in; what a lane lacks is made. */
  const completed = async (shop: ShopRow) => {
    const lanes = await lanesOfShops(db, [shop.id])
    const there = await ports.devices.of(shop.id)
    let made = 0
    for (const lane of lanes) {
      let terminalId = there.find(({ laneId, kind }) => laneId === lane.id && kind === 'terminal')?.id
      for (const kind of missingDevices(lane, there)) {
        const name = kind === 'register' ? `${lane.name} register` : lane.name
        const tied = kind === 'register' && terminalId !== undefined ? { terminalId } : {}
        const id = await ports.devices.make({ kind, shopId: shop.id, laneId: lane.id, name, ...tied })
        if (kind === 'terminal') terminalId = id
        there.push({ id, kind, name, laneId: lane.id, isPaired: false })
        made += 1
      }
    }
    if (there.length > 0 && shop.state === 'planned') await withTransaction(db, (tx) => shops.began(tx, shop.id))
    return { lanes, devices: there, made }
  }
  const open = async (staff: Staff, shopIds: readonly string[]) => {
    const rows = await shops.ownAll(staff, shopIds)
    const closed = rows.find(({ state }) => state === 'closed')
    if (closed) throw new Failure('shop_state', { detail: `${closed.name} is closed.` })
    return rows
  }
  return {
    async makeDevices(staff, shopIds) {
      let made = 0
      for (const shop of await open(staff, shopIds)) made += (await completed(shop)).made
      return made
    },
    async pairingSheets(staff, { shopIds, paper, layout, language }, origin) {
      const sheets: Sheet[] = []
      const rows = await open(staff, shopIds)
      for (const shop of rows) {
        const { lanes, devices } = await completed(shop)
        for (const device of inLaneOrder(devices, lanes)) {
          if (device.isPaired) continue
          if (sheets.length >= MOST_SHEETS)
            throw new Failure('request_malformed', { detail: `At most ${MOST_SHEETS} sheets.` })
          const { code, expiresAt } = await ports.devices.sheetCode(device.id, staff.id)
          const lane = lanes.find(({ id }) => id === device.laneId)?.name ?? null
          const { name, kind } = device
          sheets.push({ shop, lane, device: { name, kind }, code, expiresAt, timeZone: shop.time_zone })
        }
      }
      await withTransaction(db, (tx) =>
        audit.append(tx, 'pairing_sheets_printed', { shops: rows.length, sheets: sheets.length, staffId: staff.id }),
      )
      return pairingSheets(sheets, { origin, paper, layout, language, madeAt: new Date(clock.nowMs()) })
    },
    async signs(staff, { shopIds, paper, languages }, origin) {
      const rows = await shops.ownAll(staff, shopIds)
      const madeAt = new Date(clock.nowMs())
      const signs = rows.map((shop): Sign => {
        return {
          shopId: shop.id,
          shop: shop.town === null ? shop.name : `${shop.name}, ${shop.town}`,
          merchant: shop.organisation_name,
          pack: PACKS[shop.jurisdiction],
          languages: languages ?? signLanguages(shop.languages),
        }
      })
      await withTransaction(db, async (tx) => {
        const ids = rows.map(({ id }) => id)
        await tx.updateTable('shops').set({ sign_printed_at: madeAt }).where('id', 'in', ids).execute()
        await audit.append(tx, 'signs_printed', { shops: rows.length, staffId: staff.id })
      })
      for (const row of rows) {
        ports.announce({ kind: 'shop', organisationId: row.organisation_id, shopId: row.id, id: row.id })
      }
      return signsPdf(signs, { origin, paper, madeAt })
    },
  }
}

/** Of a shop's languages those that signs are written in; English where there is none of them. */
function signLanguages(tags: readonly string[]): ConsoleLanguage[] {
  const short = new Set(tags.map((tag) => tag.split('-')[0]))
  const known = CONSOLE_LANGUAGES.filter((language) => short.has(language))
  return known.length > 0 ? known : ['en']
}

const KIND_ORDER: DeviceKind[] = ['kiosk', 'terminal', 'register', 'gate', 'door']
function inLaneOrder(devices: readonly DeviceAt[], lanes: readonly LaneRow[]): DeviceAt[] {
  const place = new Map(lanes.map(({ id }, index) => [id, index]))
  const at = ({ laneId }: DeviceAt) => (laneId === null ? lanes.length : (place.get(laneId) ?? lanes.length))
  return [...devices].sort(
    (one, other) => at(one) - at(other) || KIND_ORDER.indexOf(one.kind) - KIND_ORDER.indexOf(other.kind),
  )
}
