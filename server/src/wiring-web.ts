import type { Config } from './config.ts'
import { createApp } from './http/app.ts'
import { registerDocumentation } from './http/documentation.ts'
import { createGuards } from './http/guards.ts'
import { registerHealth } from './http/health.ts'
import { registerHoverRoutes } from './http/hover.ts'
import { registerPages } from './http/pages.ts'
import { registerRefundHovers } from './http/refund-hover.ts'
import { registerSecurityHeaders } from './http/security-headers.ts'
import { pageAssets } from './palm-adapter.ts'
import { STRIPE_FIELD_ORIGINS } from './payments/processors/stripe/wire.ts'
import type { ObserveHover } from './reports/ports.ts'
import type { Secrets } from './secrets.ts'
import { wireAudit } from './wiring-audit.ts'
import { wireCounter } from './wiring-counter.ts'
import { seedDemo } from './wiring-demo.ts'
import { wireGates } from './wiring-gates.ts'
import type { Overrides } from './wiring-overrides.ts'
import type { Subjects } from './wiring-subjects.ts'

/** What can be reached from outside: every route, and the pages. */
export async function wireWeb(config: Config, secrets: Secrets, subjects: Subjects, overrides: Overrides) {
  const {
    clock,
    database,
    tenants,
    db,
    audit,
    pseudonymOf,
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
  return { app, desk, auditLog, gates }
}
