import { createHmac } from 'node:crypto'
import { type Audit, createAudit } from './audit/service.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { type DatabaseHandle, openDatabase, withTransaction } from './database.ts'
import { demoDevices } from './devices/demo.ts'
import { createPairing } from './devices/pairing.ts'
import { registerDeviceRoutes } from './devices/routes.ts'
import { createDevices, type Devices } from './devices/service.ts'
import { createApp } from './http/app.ts'
import { createGuards } from './http/guards.ts'
import type { LogSink } from './http/log.ts'
import { DEMO_ORGANISATION, DEMO_SHOPS } from './merchants/demo.ts'
import { createMerchants, type Merchants } from './merchants/service.ts'
import { migrate } from './migrate.ts'
import { createOutbox, type Outbox } from './outbox/service.ts'
import { createOutboxWorker, type OutboxHandler, type OutboxWorker } from './outbox/worker.ts'
import type { App } from './routing.ts'
import type { Secrets } from './secrets.ts'

/** What tests put in the place of the real thing. */
export type Overrides = {
  clock?: Clock
  log?: LogSink
}

/** Everything of one server, by name. A plain object: what is not in it does not exist. */
export type Paume = {
  config: Config
  clock: Clock
  database: DatabaseHandle
  audit: Audit
  outbox: Outbox
  outboxWorker: OutboxWorker
  merchants: Merchants
  devices: Devices
  app: App
  /** Starts the workers and listens; answers the address. */
  start(): Promise<string>
  /** Lets running requests end, then stops workers and closes the database. */
  stop(): Promise<void>
}

/** A key for one purpose, derived from a longer-lived one. */
const deriveKey = (key: Buffer, purpose: string): Buffer =>
  createHmac('sha256', key).update(`paume ${purpose}`).digest()

/** How often what has expired is swept out, ms. */
const PRUNE_EVERY_MS = 60_000

/** Puts the server together. Nothing listens and nothing runs until `start`. */
export async function wire(
  config: Config & { databaseUrl: string },
  secrets: Secrets,
  overrides: Overrides = {},
): Promise<Paume> {
  const clock = overrides.clock ?? systemClock
  const database = openDatabase(config.databaseUrl)
  const { db } = database
  await migrate(db)

  const audit = createAudit(db, clock)
  const outbox = createOutbox()
  const outboxHandlers: Record<string, OutboxHandler> = {}
  const outboxWorker = createOutboxWorker(db, outboxHandlers)
  const merchants = createMerchants(db)
  const devices = createDevices({ db, clock, audit, shopOf: merchants.shop, sandbox: config.sandbox })
  const pairing = createPairing({ db, clock, audit, devices, codeKey: deriveKey(secrets.contactKey, 'pairing codes') })

  const app = createApp({ log: overrides.log ?? 'stdout' })
  const guards = createGuards({
    devices,
    operatorToken: secrets.operatorToken,
    shopperOf: async () => {
      throw new Error('wired below')
    },
  })
  registerDeviceRoutes(app, { devices, pairing, guards, sandbox: config.sandbox })

  if (config.sandbox) {
    await withTransaction(db, (tx) => merchants.add(tx, DEMO_ORGANISATION, DEMO_SHOPS))
    for (const { id, ...device } of demoDevices(DEMO_SHOPS)) {
      if ((await devices.find(id)) === null) await devices.create(device, id)
    }
  }

  let pruning: NodeJS.Timeout | undefined
  return {
    config,
    clock,
    database,
    audit,
    outbox,
    outboxWorker,
    merchants,
    devices,
    app,
    async start() {
      outboxWorker.start()
      pruning = setInterval(() => void devices.prune().catch(() => {}), PRUNE_EVERY_MS)
      return app.listen({ host: config.host, port: config.port })
    },
    async stop() {
      clearInterval(pruning)
      await app.close()
      await outboxWorker.stop()
      await database.close()
    },
  }
}
