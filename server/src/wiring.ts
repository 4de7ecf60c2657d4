import { type Audit, createAudit } from './audit/service.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { registerDeskRoutes } from './counter/desk-routes.ts'
import { createParked } from './counter/parked.ts'
import { createReturns } from './counter/returns.ts'
import { registerCounterRoutes } from './counter/routes.ts'
import { createCounterService } from './counter/service.ts'
import { createTillDays } from './counter/till-days.ts'
import { type DatabaseHandle, isDatabaseGone } from './database.ts'
import { openServerDatabase } from './database-role.ts'
import type { Devices } from './devices/service.ts'
import { createApp } from './http/app.ts'
import { registerDocumentation } from './http/documentation.ts'
import { createGuards } from './http/guards.ts'
import { registerHealth } from './http/health.ts'
import { registerHoverRoutes } from './http/hover.ts'
import { type LogSink, requestLogger } from './http/log.ts'
import { type PageAssets, registerPages } from './http/pages.ts'
import { registerRefundHovers } from './http/refund-hover.ts'
import { registerSecurityHeaders } from './http/security-headers.ts'
import { type Assertions, createAssertions } from './identity/assertion.ts'
import type { PalmEngine } from './identity/palm-engine.ts'
import { registerMerchantRoutes } from './merchants/routes.ts'
import { createMerchants, type Merchants } from './merchants/service.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createOutbox, type Outbox } from './outbox/service.ts'
import { createOutboxWorker, type OutboxHandler, type OutboxWorker } from './outbox/worker.ts'
import { createPalmEngine, pageAssets } from './palm-adapter.ts'
import { endAtTerminal } from './payments/end-at-terminal.ts'
import { STRIPE_FIELD_ORIGINS } from './payments/processors/stripe/wire.ts'
import { createRefundHovers } from './payments/refund-hovers/service.ts'
import { createPseudonyms, type PseudonymOf } from './pseudonyms.ts'
import { createRounds } from './rounds.ts'
import type { App } from './routing.ts'
import type { Secrets } from './secrets.ts'
import { createConsents } from './shoppers/consents.ts'
import type { TextMessages } from './shoppers/text-messages.ts'
import { createTenancy, type Tenancy } from './tenancy.ts'
import type { Nexo } from './tills/nexo/service.ts'
import { wireAudit } from './wiring-audit.ts'
import { seedDemo } from './wiring-demo.ts'
import { type DevicesWired, wireDevices } from './wiring-devices.ts'
import { type Money, type MoneyOverrides, wireMoney } from './wiring-money.ts'
import { type People, wirePeople } from './wiring-people.ts'
import { type ReceiptOverrides, wireReceipts } from './wiring-receipts.ts'
import { type StaffWiring, wireStaff } from './wiring-staff.ts'
import { wireTexts } from './wiring-texts.ts'
import { wireTills } from './wiring-tills.ts'
import { type WebhookOverrides, wireWebhooks } from './wiring-webhooks.ts'

/** What tests put in the place of the real thing. */
export type Overrides = MoneyOverrides &
  WebhookOverrides &
  ReceiptOverrides & {
    clock?: Clock
    log?: LogSink
    /** The recogniser, its gallery included; the wiring closes it. */
    engine?: PalmEngine & { close(): Promise<void> }
    messages?: TextMessages
    pages?: PageAssets
  }

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
  tills: Nexo
  engine: PalmEngine
  metrics: Metrics
  app: App
  /** Starts the workers and listens; answers the address. */
  start(): Promise<string>
  /** Lets running requests end, then stops workers and closes the database. */
  stop(): Promise<void>
}

/** How often what has expired is swept out, ms. */
const SWEEP_EVERY_MS = 60_000

/** Puts the server together. Nothing listens and nothing runs until `start`. */
export async function wire(
  config: Config & { databaseUrl: string },
  secrets: Secrets,
  overrides: Overrides = {},
): Promise<Paume> {
  const clock = overrides.clock ?? systemClock
  const { database, guard, tenants } = await openServerDatabase(config)
  const { db } = database

  const audit = createAudit(db, clock)
  const pseudonymOf = createPseudonyms(secrets)
  const outbox = createOutbox()
  const outboxHandlers: Record<string, OutboxHandler> = {}
  const outboxWorker = createOutboxWorker(db, outboxHandlers)
  const merchants = createMerchants(db, audit)
  const assertions = createAssertions(secrets, clock)
  const logger = requestLogger(overrides.log ?? 'stdout')
  if (guard === 'triggers') logger.event('ledger_guarded_by_triggers_only')
  if (!tenants) logger.event('tenants_kept_apart_by_code_only')
  const tenancy = createTenancy({ db, audit, enforced: tenants })
  const fleet = wireDevices({ config, secrets, database, clock, audit, tenancy, merchants })
  const { devices } = fleet
  const staff = wireStaff({ config, secrets, database, clock, audit, tenancy })
  const money = await wireMoney(
    {
      config,
      database,
      guard,
      clock,
      audit,
      outbox,
      merchants,
      devices,
      assertions: { verify: async (assertion) => assertions.verify(assertion) },
      secrets,
      records: { consentsOf: createConsents(db, clock).of, readStatement: assertions.read },
      onFailure: (error) => logger.failure('payments worker', error),
    },
    overrides,
  )
  Object.assign(outboxHandlers, money.outboxHandlers)
  fleet.attach({
    endPayments: (terminalId) => endAtTerminal(money.deskParts, terminalId),
    hoversSince: async () => new Map(),
    announce: () => {},
  })

  const failureOf = (where: string) => (error: unknown) => logger.failure(where, error)
  const onFailure = failureOf('tills')
  const nexo = wireTills({ config, secrets, database, clock, audit, merchants, devices, money, onFailure }, overrides)

  const { organisationExists } = merchants
  const webhooks = wireWebhooks(
    { config, secrets, database, clock, audit, organisationExists, onFailure: failureOf('webhooks') },
    overrides,
  )
  Object.assign(outboxHandlers, webhooks.outboxHandlers)

  const refundHovers = createRefundHovers(money.deskParts)
  const metrics = createMetrics()
  const engine = overrides.engine ?? (await createPalmEngine(config, secrets))
  const messages = overrides.messages ?? wireTexts(config, secrets)
  const people = await wirePeople({
    config,
    secrets,
    database,
    clock,
    audit,
    outbox,
    merchants,
    devices,
    metrics,
    money,
    engine,
    messages,
    logEvent: logger.event,
  })
  Object.assign(outboxHandlers, people.outboxHandlers)

  const receipts = wireReceipts(
    {
      config,
      secrets,
      database,
      clock,
      outbox,
      money,
      merchants,
      shoppers: people.shoppers,
      ownPhone: people.ownPhone,
      messages,
    },
    overrides,
  )
  Object.assign(outboxHandlers, receipts.outboxHandlers)

  const app = createApp({ log: overrides.log ?? 'stdout' })
  registerSecurityHeaders(app)
  await registerDocumentation(app)
  const { shopperOf } = people.shoppers
  const guards = createGuards({
    devices,
    held: fleet.held,
    operatorToken: secrets.operatorToken,
    shopperOf,
    staffOf: staff.staffOf,
  })
  registerHealth(app, {
    db,
    metrics,
    galleryLoaded: people.follower.loaded,
    networksReady: () => engine.ready(),
    nearInfrared: engine.nearInfrared !== null,
  })
  const desk = { db, clock, money: money.tillMoney }
  const returns = createReturns(desk)
  const counter = createCounterService({ db, clock, returns })
  registerCounterRoutes(app, { counter, guards })
  registerDeskRoutes(app, { returns, tillDays: createTillDays(desk), parked: createParked(desk), guards })
  const auditLog = wireAudit({ config, secrets, db, clock, onFailure: failureOf('audit log') })
  auditLog.registerRoutes(app)
  staff.registerRoutes(app, guards)
  registerMerchantRoutes(app, { merchants, guards })
  fleet.registerRoutes(app, guards)
  people.registerRoutes(app, guards)
  money.registerRoutes(app, guards)
  nexo.registerRoutes(app, guards)
  webhooks.registerRoutes(app, guards)
  receipts.registerRoutes(app, guards)
  const { hovers, captureLimit } = people
  registerRefundHovers(app, { hovers, refundHovers, devices, metrics, guards, captureLimit })
  registerHoverRoutes(app, { hovers, assertions, payments: money.payments, devices, metrics, guards, captureLimit })
  await registerPages(app, overrides.pages ?? pageAssets(config), {
    sandbox: !config.production,
    cardFields: () => (money.accounts.offersFields() ? STRIPE_FIELD_ORIGINS : null),
  })

  if (config.sandbox) await seedDemo({ db, merchants, devices, counter })

  const sweeps = createRounds(
    async () => {
      for (const step of [
        ...fleet.sweeps,
        ...people.sweeps,
        ...staff.sweeps,
        ...money.sweeps,
        returns.sweep,
        nexo.sweep,
        webhooks.sweep,
        receipts.sweep,
        refundHovers.sweep,
      ]) {
        await step().catch((error: unknown) => {
          if (!isDatabaseGone(error)) logger.failure('sweep', error)
        })
      }
    },
    { everyMs: SWEEP_EVERY_MS, onFailure: (error) => logger.failure('sweep', error) },
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
    tills: nexo,
    engine,
    metrics,
    app,
    async start() {
      outboxWorker.start()
      await fleet.start()
      money.worker.start()
      webhooks.worker.start()
      nexo.pusher.start()
      await people.follower.start()
      people.renewalWorker.start()
      sweeps.start()
      auditLog.rounds.start()
      const url = await app.listen({ host: config.host, port: config.port })
      await money.listening(url)
      receipts.listening(url)
      return url
    },
    async stop() {
      await sweeps.stop()
      await auditLog.rounds.stop()
      await money.stopWaiting()
      await fleet.stop()
      await app.close()
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
