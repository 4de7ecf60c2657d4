import {
  type CameraState,
  type DeviceDetails,
  type DeviceHistory,
  type DeviceListed,
  type DeviceListQuery,
  MOST_COUNTED,
  MOST_ROWS_A_PAGE,
  type Page,
} from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { type Clock, toTimestamp } from '../clock.ts'
import type { Db } from '../database.ts'
import { containing, type ListOrder, pageOf } from '../list-page.ts'
import type { Staff } from '../routing.ts'
import type { Tenancy } from '../tenancy.ts'
import type { Commands } from './commands.ts'
import type { Fleet } from './fleet.ts'
import type { Pairing } from './pairing.ts'
import type { FleetPorts } from './ports.ts'
import type { ShopOf } from './service.ts'
import { resolveSettings } from './settings/resolve.ts'
import { type DeviceRow, ONLINE_MS } from './store.ts'

const ORDER: ListOrder = {
  columns: {
    name: { by: 'name', type: 'text' },
    kind: { by: 'kind', type: 'text' },
    shop: { by: 'shop_id', type: 'text' },
    state: { by: 'state', type: 'text' },
    lastSeenAt: { by: 'last_seen_at', type: 'timestamptz' },
    appVersion: { by: 'app_version', type: 'text' },
    camera: { by: 'camera', type: 'text' },
    clockSkewMs: { by: 'clock_skew_ms', type: 'bigint' },
    lastHoverAt: { by: 'last_hover_at', type: 'timestamptz' },
    failureRate: { by: 'failure_rate', type: 'double precision' },
  },
}
/** What the history tells of, ms. */
const HISTORY_MS = 86_400_000

export type FleetView = {
  list(staff: Staff, query: DeviceListQuery): Promise<Page<DeviceListed>>
  /** All that fit, up to `MOST_COUNTED`, in the order of the list. */
  all(staff: Staff, query: Omit<DeviceListQuery, 'limit' | 'after'>): Promise<DeviceListed[]>
  details(staff: Staff, id: string): Promise<DeviceDetails>
  history(staff: Staff, id: string): Promise<DeviceHistory>
}

type Parts = {
  db: Db
  clock: Clock
  tenancy: Tenancy
  ports: FleetPorts
  shopOf: ShopOf
  fleet: Fleet
  commands: Commands
  pairing: Pick<Pairing, 'codeUntil'>
}

export function createFleetView({ db, clock, tenancy, ports, shopOf, fleet, commands, pairing }: Parts): FleetView {
  const onlineSince = () => new Date(clock.nowMs() - ONLINE_MS)
  const at = (time: Date | null) => (time === null ? null : toTimestamp(time))

  const select = (reader: Pick<Db, 'selectFrom'>, { organisationId, shopIds }: Staff, query: DeviceListQuery) => {
    const wanted = {
      kind: query.kind,
      state: query.state,
      camera: query.camera,
      app_version: query.appVersion,
      shop_id: query.shopId,
    }
    let devices = reader.selectFrom('devices').selectAll()
    if (organisationId !== null) devices = devices.where('organisation_id', '=', organisationId)
    if (query.organisationId !== undefined) devices = devices.where('organisation_id', '=', query.organisationId)
    if (shopIds !== null) devices = devices.where(sql<boolean>`shop_id = any(${[...shopIds]})`)
    for (const [column, value] of Object.entries(wanted)) {
      if (value !== undefined) devices = devices.where(column as 'kind', '=', value as DeviceRow['kind'])
    }
    if (query.lost !== undefined) devices = devices.where('lost_at', query.lost ? 'is not' : 'is', null)
    if (query.online === true) devices = devices.where('last_seen_at', '>', onlineSince()).where('state', '=', 'paired')
    if (query.online === false) {
      devices = devices.where(
        sql<boolean>`(coalesce(last_seen_at, '-infinity') <= ${onlineSince()} or state <> 'paired')`,
      )
    }
    if (query.q !== undefined) {
      const words = containing(query.q)
      devices = devices.where((is) => is.or([is('name', 'ilike', words), is('id', 'ilike', words)]))
    }
    return devices
  }
  const listed = async (rows: readonly DeviceRow[]): Promise<DeviceListed[]> => {
    const shopIds = [...new Set(rows.map((row) => row.shop_id))]
    const [shops, lanes] = await Promise.all([
      Promise.all(shopIds.map(async (id) => [id, await shopOf(id)] as const)),
      ports.lanesOf([...new Set(rows.flatMap((row) => row.lane_id ?? []))]),
    ])
    const shopBy = new Map(shops)
    return rows.map((row) => {
      const shop = shopBy.get(row.shop_id)!
      return {
        id: row.id,
        kind: row.kind,
        name: row.name,
        shop: { id: shop.id, name: shop.name },
        organisation: shop.organisation,
        lane: row.lane_id === null ? null : { id: row.lane_id, name: lanes.get(row.lane_id)?.name ?? '' },
        state: row.state,
        online: row.state === 'paired' && row.last_seen_at !== null && row.last_seen_at > onlineSince(),
        lost: row.lost_at !== null,
        appVersion: row.app_version,
        camera: row.camera as CameraState | null,
        clockSkewMs: row.clock_skew_ms,
        lastSeenAt: at(row.last_seen_at),
        lastHoverAt: at(row.last_hover_at),
        lastDay: { hovers: row.hovers_day, refused: row.refused_day },
        settingsCurrent: row.settings_running === null ? null : row.settings_running === row.settings_wanted,
      }
    })
  }
  const settingsOf = async (row: DeviceRow) => {
    const brandId = (await ports.brandsOf([row.shop_id])).get(row.shop_id) ?? null
    const place = { deviceId: row.id, shopId: row.shop_id, organisationId: row.organisation_id, brandId }
    return resolveSettings(db, place)
  }

  const list: FleetView['list'] = async (staff, query) => {
    const page = await tenancy.within(staff, (tx) => pageOf(tx, select(tx, staff, query), ORDER, query))
    return { ...page, items: await listed(page.items) }
  }
  return {
    list,
    async all(staff, query) {
      const rows: DeviceListed[] = []
      for (let after: string | undefined; rows.length < MOST_COUNTED; ) {
        const { items, next } = await list(staff, { ...query, limit: MOST_ROWS_A_PAGE, ...(after && { after }) })
        rows.push(...items)
        if (next === null) break
        after = next
      }
      return rows
    },
    async details(staff, id) {
      const row = await fleet.own(staff, id)
      const [[head], resolved, asked, codeUntil] = await Promise.all([
        listed([row]),
        settingsOf(row),
        commands.of(id),
        pairing.codeUntil(id),
      ])
      const { screen_width_px: widthPx, screen_height_px: heightPx } = row
      return {
        ...head!,
        terminalId: row.terminal_id,
        screen: row.screen,
        nearInfrared: row.near_infrared,
        screenSize: widthPx === null || heightPx === null ? null : { widthPx, heightPx },
        createdAt: toTimestamp(row.created_at),
        pairedAt: at(row.paired_at),
        keySince: at(row.key_since),
        revokedAt: at(row.revoked_at),
        revokedBy: row.revoked_by,
        lostNote: row.lost_note,
        codeUntil: at(codeUntil),
        commands: asked.map((command) => ({
          id: command.id,
          kind: command.kind,
          askedAt: toTimestamp(command.asked_at),
          fetchedAt: at(command.fetched_at),
          doneAt: at(command.done_at),
        })),
        settings: resolved.settings,
        settingsVersion: resolved.version,
        runsVersion: row.settings_running,
        settingSources: resolved.sources,
      }
    },
    async history(staff, id) {
      const row = await fleet.own(staff, id)
      const since = new Date(clock.nowMs() - HISTORY_MS)
      const outages = await tenancy.within(staff, (tx) => outagesOf(tx, id, since))
      return { spans: spansOf(row, outages, since, new Date(clock.nowMs())) }
    },
  }
}

type Outage = { from: Date; until: Date }

async function outagesOf(tx: QueryExecutorProvider, id: string, since: Date): Promise<Outage[]> {
  const { rows } = await sql<Outage>`
    select from_at as "from", until_at as "until" from device_outages
     where device_id = ${id} and until_at > ${since} order by from_at`.execute(tx)
  return rows
}

/** When the device was heard of, between two moments: what is between the silences, and the one that goes on. */
export function spansOf(
  { paired_at, last_seen_at, revoked_at }: Pick<DeviceRow, 'paired_at' | 'last_seen_at' | 'revoked_at'>,
  outages: readonly Outage[],
  since: Date,
  until: Date,
): DeviceHistory['spans'] {
  const spans: { from: number; until: number; online: boolean }[] = []
  const add = (from: number, to: number, online: boolean) => {
    const [start, end] = [Math.max(from, since.getTime()), Math.min(to, until.getTime())]
    const last = spans.at(-1)
    if (end <= start) return
    if (last !== undefined && last.online === online && last.until >= start) last.until = end
    else spans.push({ from: start, until: end, online })
  }
  // Heard of for the first time when it was paired; before that there was nothing to hear of.
  let at = last_seen_at === null ? until.getTime() : (paired_at ?? since).getTime()
  add(since.getTime(), at, false)
  for (const outage of outages) {
    add(at, outage.from.getTime(), true)
    add(Math.max(at, outage.from.getTime()), outage.until.getTime(), false)
    at = Math.max(at, outage.until.getTime())
  }
  if (last_seen_at !== null) {
    const end = Math.min(last_seen_at.getTime() + ONLINE_MS, revoked_at?.getTime() ?? Number.POSITIVE_INFINITY)
    add(at, end, true)
    add(Math.max(at, end), until.getTime(), false)
  }
  return spans.map(({ from, until: to, online }) => ({ from: toTimestamp(from), until: toTimestamp(to), online }))
}
