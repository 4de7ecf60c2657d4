import type { Audit } from './audit/service.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { DatabaseHandle } from './database.ts'
import type { Pairing } from './devices/pairing.ts'
import type { Devices } from './devices/service.ts'
import type { Assertions } from './identity/assertion.ts'
import type { PalmEngine } from './identity/palm-engine.ts'
import type { Reviews } from './identity/reviews/service.ts'
import type { Imports } from './merchants/import/service.ts'
import type { Merchants } from './merchants/service.ts'
import type { Metrics } from './metrics.ts'
import type { Outbox } from './outbox/service.ts'
import type { OutboxWorker } from './outbox/worker.ts'
import type { PseudonymOf } from './pseudonyms.ts'
import type { App } from './routing.ts'
import type { Secrets } from './secrets.ts'
import type { Tenancy } from './tenancy.ts'
import type { Nexo } from './tills/nexo/service.ts'
import type { DevicesWired } from './wiring-devices.ts'
import type { GatesWired } from './wiring-gates.ts'
import type { Money } from './wiring-money.ts'
import type { Overrides } from './wiring-overrides.ts'
import type { People } from './wiring-people.ts'
import type { ReportsWired } from './wiring-reports.ts'
import type { StaffWiring } from './wiring-staff.ts'
import { wireSubjects } from './wiring-subjects.ts'
import { createSweeps } from './wiring-sweeps.ts'
import { wireWeb } from './wiring-web.ts'

export type { Overrides } from './wiring-overrides.ts'

/** Everything of one server, by name. A plain object: what is not in it does not exist. */
export type Paume = {
  config: Config
  clock: Clock
  database: DatabaseHandle
  audit: Audit
  /** What staff of an organisation may see. */
  tenancy: Tenancy
  /** What each organisation knows a shopper by. The network's own identifier never leaves to one. */
  pseudonymOf: PseudonymOf
  /** People of the console and what takes two of them. */
  staff: StaffWiring
  outbox: Outbox
  outboxWorker: OutboxWorker
  merchants: Merchants
  devices: Devices
  fleet: DevicesWired
  assertions: Assertions
  money: Money
  people: People
  reviews: Reviews
  /** Counts, news and reports of the console. */
  reports: ReportsWired
  tills: Nexo
  /** Lists of shops. */
  rollouts: Imports
  pairing: Pairing
  gates: GatesWired
  engine: PalmEngine
  metrics: Metrics
  app: App
  /** Starts the workers and listens; answers the address. */
  start(): Promise<string>
  /** Lets running requests end, then stops workers and closes the database. */
  stop(): Promise<void>
}

/** Puts the server together. Nothing listens and nothing runs until `start`. */
export async function wire(
  config: Config & { databaseUrl: string },
  secrets: Secrets,
  overrides: Overrides = {},
): Promise<Paume> {
  const subjects = await wireSubjects(config, secrets, overrides)
  const {
    clock,
    database,
    audit,
    pseudonymOf,
    outbox,
    outboxWorker,
    merchants,
    assertions,
    tenancy,
    failureOf,
    reports,
    fleet,
    devices,
    staff,
    money,
    nexo,
    webhooks,
    refundHovers,
    metrics,
    engine,
    people,
    reviews,
    receipts,
    shopKeeping,
  } = subjects
  const { app, desk, auditLog, gates } = await wireWeb(config, secrets, subjects, overrides)
  const sweeps = createSweeps(
    [
      ...fleet.sweeps,
      ...shopKeeping.sweeps,
      ...people.sweeps,
      reviews.sweep,
      ...staff.sweeps,
      ...money.sweeps,
      desk.sweep,
      nexo.sweep,
      webhooks.sweep,
      receipts.sweep,
      refundHovers.sweep,
    ],
    failureOf('sweep'),
  )
  return {
    config,
    clock,
    database,
    audit,
    tenancy,
    pseudonymOf,
    staff,
    outbox,
    outboxWorker,
    merchants,
    devices,
    fleet,
    assertions,
    money,
    people,
    reviews: reviews.reviews,
    reports,
    tills: nexo,
    rollouts: shopKeeping.imports,
    pairing: fleet.pairing,
    gates,
    engine,
    metrics,
    app,
    async start() {
      outboxWorker.start()
      await fleet.start()
      money.worker.start()
      webhooks.worker.start()
      nexo.pusher.start()
      gates.rounds.start()
      // Before the first palm is searched: whoever was erased stays erased, also when an older backup was put back.
      await people.erasures.reapply()
      await people.follower.start()
      people.erasures.rounds.start()
      people.renewalWorker.start()
      sweeps.start()
      auditLog.rounds.start()
      reports.start()
      const url = await app.listen({ host: config.host, port: config.port })
      await money.listening(url)
      receipts.listening(url)
      return url
    },
    async stop() {
      await sweeps.stop()
      await gates.rounds.stop()
      await people.erasures.rounds.stop()
      await auditLog.rounds.stop()
      await money.stopWaiting()
      await fleet.stop()
      reports.stopStreams()
      await app.close()
      await shopKeeping.settled()
      await reports.stop()
      await nexo.settled()
      await nexo.pusher.stop()
      await money.worker.stop()
      await outboxWorker.stop()
      await webhooks.worker.stop()
      await people.renewalWorker.stop()
      await people.upgrade.settled()
      await people.follower.stop()
      receipts.close()
      await engine.close()
      await money.close()
      await database.close()
    },
  }
}
