import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDeviceKey, type DeviceApi, isPaumeError, openDevice, openPublic } from '@paume/client'
import type { DeviceListed, HeartbeatReply, Page, Rollout } from '@paume/contract'
import { fillPayments } from './fill-payments.ts'
import { timeOverview } from './overview.ts'
import { connectTo, type StandIn, startStandIn } from './stand-in-process.ts'

export type FleetFigures = {
  shops: number
  devices: number
  /** From the upload of the list to the last device heard of. */
  seconds: number
  importSeconds: number
  sheetsSeconds: number
  pairSeconds: number
  /** Devices that the list of devices shows as online, running the settings they were given. */
  heartbeats: number
  /** Of a heartbeat with all that comes back, ms. */
  heartbeatP95Ms: number
  revoked: number
  /** Until the long polls of all revoked devices had ended and every node refused each of them. */
  revokeSeconds: number
  payments: number
  overviewMs: number
  overviewFirstMs: number
}

const LIST = join(import.meta.dirname, '..', '..', 'server', 'src', 'merchants', 'demo', 'california-65.csv')
/** Devices that are unpacked at the same time. */
const AT_ONCE = 16
/** Devices that are revoked in one go. */
const REVOKED = 26
const CHECKED_WITHIN_MS = 60_000
const NO_RETRY = { tries: 1, firstWaitMs: 0, longestWaitMs: 0 }

type Agent = { id: string; kind: string; on: DeviceApi[] }

/**
 * Sixty-five shops from a list to the last heartbeat: two nodes on one database, every device a simulated agent with a key of its own
 * that pairs by the code of its sheet and signs every request. Then a tenth of the fleet is revoked at once while it waits for payments,
 * and the overview is read with as many payments in the database as asked for. Real HTTP on loopback; the load is in this process.
 */
export async function benchFleet({ payments, days }: { payments: number; days: number }, say: (line: string) => void) {
  const first = await startStandIn()
  const second = await startStandIn(first)
  const nodes = [first, second]
  const call = callerOf(first)
  try {
    const startMs = performance.now()
    const since = (fromMs: number) => (performance.now() - fromMs) / 1_000
    say('fleet: the list of shops…')
    const shopIds = await importShops(call)
    const importSeconds = since(startMs)
    say(`fleet: devices and sheets of ${shopIds.length} shops…`)
    const sheetsMs = performance.now()
    await call('POST', '/v1/shop-devices', { shopIds })
    await call('POST', '/v1/pairing-sheets', { shopIds, paper: 'letter', layout: 'cards', language: 'en' })
    const sheetsSeconds = since(sheetsMs)
    const listed = (await listOf(call)).filter(({ shop }) => shopIds.includes(shop.id))
    say(`fleet: ${listed.length} devices pair…`)
    const pairMs = performance.now()
    const times: number[] = []
    const agents = await inGroups(listed, (device, n) => unpack(device, n, nodes, call, times))
    const pairSeconds = since(pairMs)
    // One more round of all, as a quarter of a minute later.
    await inGroups(agents, ({ on }, n) => timed(times, () => on[n % on.length]!.device.heartbeat(BEAT)))
    const seconds = since(startMs)
    const seen = (await listOf(call)).filter(({ shop, online }) => shopIds.includes(shop.id) && online)
    say('fleet: a tenth is revoked…')
    const revoked = agents.filter(({ kind }) => kind === 'terminal').slice(0, REVOKED)
    const revokeSeconds = await revokeAll(call, revoked)
    say(`fleet: the overview with ${payments} payments…`)
    const client = await connectTo(first.dataDir)
    await fillPayments(client, { payments, days, until: new Date() })
    await client.end()
    const overview = await timeOverview(first.baseUrl, { authorization: `Bearer ${first.operatorToken}` })
    return {
      shops: shopIds.length,
      devices: agents.length,
      seconds,
      importSeconds,
      sheetsSeconds,
      pairSeconds,
      heartbeats: seen.length,
      heartbeatP95Ms: times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)]!,
      revoked: revoked.length,
      revokeSeconds,
      payments,
      overviewMs: overview.overviewMs,
      overviewFirstMs: overview.firstMs,
    } satisfies FleetFigures
  } finally {
    await second.stop()
    await first.stop()
  }
}

const BEAT = { appVersion: 'bench', camera: 'synthetic' } as const
type Call = <T>(method: string, path: string, body?: unknown, type?: string) => Promise<T>

const callerOf =
  ({ baseUrl, operatorToken }: StandIn): Call =>
  async <T>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> => {
    const headers = {
      authorization: `Bearer ${operatorToken}`,
      ...(body === undefined ? {} : { 'content-type': type }),
    }
    const sent = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body)
    const reply = await fetch(`${baseUrl}${path}`, { method, headers, body: (sent ?? null) as BodyInit | null })
    if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${await reply.text()}`)
    const isJson = reply.headers.get('content-type')?.includes('json')
    return (isJson ? await reply.json() : await reply.arrayBuffer()) as T
  }

/** Uploads the list, waits until it is checked, applies it; answers the shops. */
async function importShops(call: Call): Promise<string[]> {
  const { devices } = await call<{ devices: { organisation: { id: string }; shop: { id: string } }[] }>(
    'GET',
    '/v1/sandbox/devices',
  )
  const before = new Set(devices.map(({ shop }) => shop.id))
  const query = new URLSearchParams({ fileName: 'shops.csv', organisationId: devices[0]!.organisation.id })
  let rollout = await call<Rollout>('POST', `/v1/rollouts?${query}`, new Uint8Array(readFileSync(LIST)), 'text/csv')
  for (const untilMs = Date.now() + CHECKED_WITHIN_MS; rollout.state === 'checking'; ) {
    if (Date.now() > untilMs) throw new Error('The list was not checked in time.')
    await new Promise((resolve) => setTimeout(resolve, 100))
    rollout = await call<Rollout>('GET', `/v1/rollouts/${rollout.id}`)
  }
  await call('POST', `/v1/rollouts/${rollout.id}/apply`, {})
  const shops = await call<Page<{ id: string }>>('GET', '/v1/shops?limit=200')
  return shops.items.map(({ id }) => id).filter((id) => !before.has(id))
}

async function listOf(call: Call): Promise<DeviceListed[]> {
  const rows: DeviceListed[] = []
  for (let after: string | null = ''; after !== null; ) {
    const place = after === '' ? '' : `&after=${encodeURIComponent(after)}`
    const page: Page<DeviceListed> = await call('GET', `/v1/devices?limit=200${place}`)
    rows.push(...page.items)
    after = page.next
  }
  return rows
}

/** A device out of its box: a key, the code of its sheet, the first heartbeat, and the settings that came with it. */
async function unpack(device: DeviceListed, n: number, nodes: StandIn[], call: Call, times: number[]): Promise<Agent> {
  const { id, kind } = device
  const sheet = await call<{ pairingCode: string }>('POST', `/v1/devices/${id}/codes`, { for: 'sheet' })
  const key = await createDeviceKey()
  const at = nodes[n % nodes.length]!
  await openPublic({ baseUrl: at.baseUrl }).pairing.redeem(sheet.pairingCode, kind, key.publicKey)
  const on = nodes.map(({ baseUrl }) => openDevice({ baseUrl, deviceId: id, key, retry: NO_RETRY }))
  const { settingsVersion } = await timed<HeartbeatReply>(times, () => on[n % on.length]!.device.heartbeat(BEAT))
  await timed(times, () => on[(n + 1) % on.length]!.device.heartbeat({ ...BEAT, settingsVersion }))
  return { id, kind, on }
}

/** Revokes them while they wait for payments on every node; answers when all were told and refused everywhere, s. */
async function revokeAll(call: Call, agents: readonly Agent[]): Promise<number> {
  const refused = async (ask: () => Promise<unknown>): Promise<void> => {
    try {
      await ask()
      throw new Error('A revoked device was served.')
    } catch (error) {
      if (!isPaumeError(error, 'device_revoked')) throw error
    }
  }
  const waits = agents.flatMap(({ on }) => on.map((api) => refused(() => api.terminal.next(null))))
  // The polls are under way before anything is revoked.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const startMs = performance.now()
  await call('POST', '/v1/devices/bulk', { action: 'revoke', ids: agents.map(({ id }) => id) })
  await Promise.all(waits)
  await Promise.all(agents.flatMap(({ on }) => on.map((api) => refused(() => api.device.self()))))
  return (performance.now() - startMs) / 1_000
}

async function timed<T>(times: number[], work: () => Promise<T>): Promise<T> {
  const startMs = performance.now()
  const result = await work()
  times.push(performance.now() - startMs)
  return result
}

/** All of them, a few at a time, in order. */
async function inGroups<T, R>(all: readonly T[], work: (one: T, n: number) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  let next = 0
  const lane = async () => {
    for (let n = next++; n < all.length; n = next++) done[n] = await work(all[n]!, n)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return done
}
