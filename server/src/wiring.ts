import { type Audit, createAudit } from './audit/service.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { DatabaseHandle } from './database.ts'
import { openServerDatabase } from './database-role.ts'
import type { Pairing } from './devices/pairing.ts'
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
import type { Reviews } from './identity/reviews/service.ts'
import type { Imports } from './merchants/import/service.ts'
import { createMerchants, type Merchants } from './merchants/service.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createOutbox, type Outbox } from './outbox/service.ts'
import { createOutboxWorker, type OutboxHandler, type OutboxWorker } from './outbox/worker.ts'
import { createPalmEngine, pageAssets } from './palm-adapter.ts'
import { endAtTerminal } from './payments/end-at-terminal.ts'
import { STRIPE_FIELD_ORIGINS } from './payments/processors/stripe/wire.ts'
import { createRefundHovers } from './payments/refund-hovers/service.ts'
import { createPseudonyms, type PseudonymOf } from './pseudonyms.ts'
import type { StreamTiming } from './reports/event-stream.ts'
import type { ObserveHover } from './reports/ports.ts'
import type { App } from './routing.ts'
import type { Secrets } from './secrets.ts'
import { createConsents } from './shoppers/consents.ts'
import type { TextMessages } from './shoppers/text-messages.ts'
import { createTenancy, type Tenancy } from './tenancy.ts'
import type { Nexo } from './tills/nexo/service.ts'
import { wireAudit } from './wiring-audit.ts'
import { wireCounter } from './wiring-counter.ts'
import { seedDemo } from './wiring-demo.ts'
import { type DevicesWired, wireDevices } from './wiring-devices.ts'
import { type GatesWired, wireGates } from './wiring-gates.ts'
import { wireMerchants } from './wiring-merchants.ts'
import { type Money, type MoneyOverrides, wireMoney } from './wiring-money.ts'
import { type People, wirePeople } from './wiring-people.ts'
import { type ReceiptOverrides, wireReceipts } from './wiring-receipts.ts'
import { type ReportsWired, wireReports } from './wiring-reports.ts'
import { wireReviews } from './wiring-reviews.ts'
import { type StaffWiring, wireStaff } from './wiring-staff.ts'
import { createSweeps } from './wiring-sweeps.ts'
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
    /** How patient streams of news are. */
    streamTiming?: StreamTiming
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
  const failureOf = (where: string) => (error: unknown) => logger.failure(where, error)
  const reports = wireReports({ database, clock, tenancy, onFailure: failureOf('reports') })
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
      staff: { tenancy, spendApproval: staff.spendApproval },
      records: { consentsOf: createConsents(db, clock).of, readStatement: assertions.read },
      paymentMoved: reports.paymentMoved,
      onFailure: (error) => logger.failure('payments worker', error),
    },
    overrides,
  )
  Object.assign(outboxHandlers, money.outboxHandlers)
  fleet.attach({
    endPayments: (terminalId) => endAtTerminal(money.deskParts, terminalId),
    hoversSince: reports.hoversSince,
    announce: reports.announce,
  })

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
    onFailure: failureOf('people'),
    observeEnrolment: ({ id: deviceId, shopId, organisationId }, step) =>
      reports.observeEnrolment({ deviceId, shopId, organisationId, step }),
  })
  Object.assign(outboxHandlers, people.outboxHandlers)

  const reviews = wireReviews({
    db,
    clock,
    audit,
    outbox,
    tenancy,
    pseudonymOf,
    money,
    people,
    merchants,
    announce: reports.announce,
  })
  Object.assign(outboxHandlers, reviews.outboxHandlers)

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

  const shopKeeping = wireMerchants({
    config,
    database,
    clock,
    audit,
    tenancy,
    merchants,
    fleet,
    staff,
    money,
    mail: receipts.mail,
    announce: reports.announce,
    onFailure: failureOf('merchants'),
  })

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
  const desk = wireCounter({ db, clock, money: money.tillMoney })
  desk.registerRoutes(app, guards)
  const auditLog = wireAudit({ config, secrets, db, clock, audit, onFailure: failureOf('audit log') })
  auditLog.registerRoutes(app)
  staff.registerRoutes(app, guards)
  shopKeeping.registerRoutes(app, guards)
  fleet.registerRoutes(app, guards)
  people.registerRoutes(app, guards)
  reviews.registerRoutes(app, guards)
  money.registerRoutes(app, guards)
  nexo.registerRoutes(app, guards)
  webhooks.registerRoutes(app, guards)
  receipts.registerRoutes(app, guards)
  const { hovers, captureLimit } = people
  const observe: ObserveHover = (hover) => {
    reports.observeHover(hover)
    fleet.hovered(hover.deviceId)
  }
  const gates = wireGates({
    ...{
      secrets,
      database,
      clock,
      audit,
      tenancy,
      merchants,
      devices,
      counter: desk.counter,
      money,
      people,
      assertions,
    },
    ...{ metrics, pseudonymOf, announce: reports.announce, observe, onFailure: failureOf('gates') },
  })
  gates.registerRoutes(app, guards)
  const hovering = { hovers, devices, metrics, guards, captureLimit, observe }
  registerRefundHovers(app, { ...hovering, refundHovers })
  registerHoverRoutes(app, { ...hovering, assertions, payments: money.payments })
  reports.registerRoutes(app, {
    tenantsEnforced: tenants,
    engine,
    follower: people.follower,
    tree: auditLog.tree,
    pseudonymOf,
    processors: () => Object.values(money.accounts.processors),
    guards,
    spendApproval: staff.spendApproval,
    ...(overrides.streamTiming && { streamTiming: overrides.streamTiming }),
  })
  await registerPages(app, overrides.pages ?? pageAssets(config), {
    sandbox: !config.production,
    cardFields: () => (money.accounts.offersFields() ? STRIPE_FIELD_ORIGINS : null),
  })

  if (config.sandbox) await seedDemo({ db, merchants, devices, counter: desk.counter })

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
