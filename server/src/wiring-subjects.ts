import { createAudit } from './audit/service.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { openServerDatabase } from './database-role.ts'
import { requestLogger } from './http/log.ts'
import { createAssertions } from './identity/assertion.ts'
import { createMerchants } from './merchants/service.ts'
import { createMetrics } from './metrics.ts'
import { createOutbox } from './outbox/service.ts'
import { createOutboxWorker, type OutboxHandler } from './outbox/worker.ts'
import { createPalmEngine } from './palm-adapter.ts'
import { endAtTerminal } from './payments/end-at-terminal.ts'
import { createRefundHovers } from './payments/refund-hovers/service.ts'
import { createPseudonyms } from './pseudonyms.ts'
import type { Secrets } from './secrets.ts'
import { createConsents } from './shoppers/consents.ts'
import { createTenancy } from './tenancy.ts'
import { wireDevices } from './wiring-devices.ts'
import { wireMerchants } from './wiring-merchants.ts'
import { wireMoney } from './wiring-money.ts'
import type { Overrides } from './wiring-overrides.ts'
import { wirePeople } from './wiring-people.ts'
import { wireReceipts } from './wiring-receipts.ts'
import { wireReports } from './wiring-reports.ts'
import { wireReviews } from './wiring-reviews.ts'
import { wireStaff } from './wiring-staff.ts'
import { wireTexts } from './wiring-texts.ts'
import { wireTills } from './wiring-tills.ts'
import { wireWebhooks } from './wiring-webhooks.ts'

/** Puts the subjects together, each by what it asks of others. Nothing runs and nothing is reached from outside yet. */
export async function wireSubjects(config: Config & { databaseUrl: string }, secrets: Secrets, overrides: Overrides) {
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

  return {
    clock,
    database,
    tenants,
    db,
    audit,
    pseudonymOf,
    outbox,
    outboxWorker,
    merchants,
    assertions,
    logger,
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
  }
}

/** Every subject of one server, by name. */
export type Subjects = Awaited<ReturnType<typeof wireSubjects>>
