import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Device, DeviceKind, FlashPolicy } from '@paume/contract'
import { movableClock } from '../src/clock.ts'
import { readConfig } from '../src/config.ts'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { makeSecrets, openSecrets, type Secrets } from '../src/secrets.ts'
import { type Overrides, type Paume, wire } from '../src/wiring.ts'
import { createStandInEngine } from './palm-stand-in.ts'
import { createTestDatabase } from './test-database.ts'
import { post, send, TestDevice } from './test-device.ts'

export type TestHouse = {
  url: string
  paume: Paume
  secrets: Secrets
  databaseUrl: string
  dataDir: string
  clock: ReturnType<typeof movableClock>
  /** Every log line so far. */
  logLines: string[]
  /** Pairs a demo device of shop 0 or 1 through the API. */
  pair(kind: DeviceKind, shop?: 0 | 1): Promise<TestDevice>
  /** Revokes a device as the operator, through the API. */
  revoke(deviceId: string): Promise<void>
  /** Operator's headers. */
  operator: Record<string, string>
  stop(): Promise<void>
}

export type HouseOptions = {
  overrides?: Overrides
  /** Flags of the environment, e.g. `{ PAUME_SANDBOX: '0' }`. */
  env?: Record<string, string>
  /** An existing database and keys: a second node, or the same after a restart. */
  databaseUrl?: string
  secrets?: Secrets
  /** A node's folder that was there before, and stays. */
  dataDir?: string
  /** The real recogniser instead of the stand-in. Its screens light nothing unless `flash` says so. */
  realPalms?: boolean
  flash?: FlashPolicy
}

/** A whole server in this process on a database of its own, listening on a free port. */
export async function startHouse(options: HouseOptions = {}): Promise<TestHouse> {
  const made = options.databaseUrl === undefined ? await createTestDatabase() : undefined
  const databaseUrl = options.databaseUrl ?? made!.url
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'paume-house-')))
  const secrets = options.secrets ?? openSecrets(JSON.stringify(makeSecrets()))
  const clock = movableClock()
  const logLines: string[] = []
  const log = { write: (line: string) => void logLines.push(line) }
  const config = readConfig(['--port', '0', '--data', dataDir], { DATABASE_URL: databaseUrl, ...options.env }, dataDir)
  const messages = { send: async () => 'sent' as const }
  const engine = options.realPalms ? undefined : createStandInEngine()
  const overrides = { clock, log, messages, engine, ...options.overrides }
  const paume = await wire({ ...config, databaseUrl }, secrets, overrides)
  const flash = options.flash ?? (options.realPalms ? 'off' : undefined)
  if (flash !== undefined) await paume.merchants.setFlash(DEMO_ORGANISATION.id, flash)
  const url = await paume.start()
  return {
    url,
    paume,
    secrets,
    databaseUrl,
    dataDir,
    clock,
    logLines,
    operator: { authorization: `Bearer ${secrets.operatorToken}` },
    async pair(kind, shop = 0) {
      const { body } = await send<{ devices: Device[] }>(`${url}/v1/sandbox/devices`)
      const shops = [...new Set(body.devices.map((device) => device.shop.id))].sort()
      const target = body.devices.find((device) => device.kind === kind && device.shop.id === shops[shop])!
      const code = await post(`${url}/v1/sandbox/devices/${target.id}/pairing-code`, {})
      const device = new TestDevice(url, kind)
      const reply = await post<Device>(`${url}/v1/pairings/redeem`, {
        code: code.body.pairingCode,
        kind,
        publicKey: device.publicKey,
      })
      if (reply.status !== 200) throw new Error(`pairing failed: ${JSON.stringify(reply.body)}`)
      device.id = reply.body.id
      const beat = { appVersion: 'test', camera: 'synthetic', deviceTimeMs: Date.now() }
      await device.call('POST', '/v1/devices/self/heartbeat', beat)
      return device
    },
    async revoke(deviceId) {
      const headers = { authorization: `Bearer ${secrets.operatorToken}` }
      const reply = await send(`${url}/v1/devices/${deviceId}/revoke`, { method: 'POST', headers })
      if (reply.status !== 200) throw new Error(`revoking failed: ${JSON.stringify(reply.body)}`)
    },
    async stop() {
      await paume.stop()
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
      await made?.drop()
    },
  }
}
