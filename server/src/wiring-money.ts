import type { Payment } from '@paume/contract'
import type { Audit } from './audit/service.ts'
import type { Clock } from './clock.ts'
import { type Config, ConfigError } from './config.ts'
import type { DatabaseHandle } from './database.ts'
import type { BooksGuard } from './database-role.ts'
import type { Devices } from './devices/service.ts'
import type { Merchants } from './merchants/service.ts'
import type { Outbox } from './outbox/service.ts'
import type { OutboxHandler } from './outbox/worker.ts'
import { replayOf } from './payments/creation.ts'
import { type DayTotal, dayOf, dayTotals } from './payments/day-totals.ts'
import type { IdempotentRequest } from './payments/inputs.ts'
import { createNotifier, type Notifier } from './payments/notifier.ts'
import { PAYMENT_POLICY, PAYMENT_TIMING, type PaymentParts, type PaymentTiming } from './payments/parts.ts'
import type { AssertionVerifier, Caller } from './payments/ports.ts'
import { type Chaos, calm } from './payments/processors/sandbox/chaos.ts'
import { registerSandboxDesk } from './payments/processors/sandbox/desk-routes.ts'
import { registerSandboxRoutes } from './payments/processors/sandbox/routes.ts'
import { openSandboxProcessor, type SandboxProcessor } from './payments/processors/sandbox/sandbox.ts'
import { registerPaymentRoutes } from './payments/routes.ts'
import { createSaleService } from './payments/sales.ts'
import { createPaymentService, type PaymentService } from './payments/service.ts'
import type { SettlementParts } from './payments/settlement/parts.ts'
import { registerSettlementRoutes } from './payments/settlement/routes.ts'
import { settleDue } from './payments/settlement/service.ts'
import { createTillDesk } from './payments/till-day.ts'
import { createPaymentWorker, type PaymentWorker } from './payments/worker.ts'
import { createRateLimiter } from './rate-limit.ts'
import type { App, Guards } from './routing.ts'
import { registerWalletRoutes } from './wallet/routes.ts'
import {
  createWallet,
  FORGET_TOPIC,
  forgetHandler,
  REFRESH_TOPIC,
  refreshHandler,
  type WalletService,
} from './wallet/service.ts'

/** What tests put in the place of the real thing. */
export type MoneyOverrides = {
  /** Switches of the network to the sandbox processor. */
  chaos?: Chaos
  timing?: Partial<PaymentTiming>
}

export type Money = {
  wallet: WalletService
  payments: PaymentService
  worker: PaymentWorker
  notifier: Notifier
  sandbox: SandboxProcessor
  /** What other faces for tills ask of payments beside its service. */
  tillBooks: {
    replay(caller: Caller, idempotent: IdempotentRequest): Promise<Payment | null>
    dayOf(organisationId: string, at: Date): Promise<string>
    dayTotals(shop: { shopId: string; organisationId: string }, day: string): Promise<DayTotal[]>
  }
  outboxHandlers: Record<string, OutboxHandler>
  registerRoutes(app: App, guards: Guards): void
  /** Each looks again at what may have changed elsewhere; one that fails keeps no other from running. */
  sweeps: (() => Promise<unknown>)[]
  /** Ends every held reply at once; call before the HTTP server closes. */
  stopWaiting(): Promise<void>
  close(): Promise<void>
}

export type MoneyNeeds = {
  config: Config & { databaseUrl: string }
  database: DatabaseHandle
  /** What keeps `database` from changing the ledger. */
  guard: BooksGuard
  clock: Clock
  audit: Audit
  outbox: Outbox
  merchants: Merchants
  devices: Devices
  assertions: AssertionVerifier
  onFailure(error: unknown): void
}

/** Card set-ups by one shopper in an hour: who tries stolen numbers needs many. */
const CARD_SETUPS_AN_HOUR = 20

/** Puts wallet and payments together. Part of the wiring: adapters are named here and nowhere else. */
export async function wireMoney(needs: MoneyNeeds, overrides: MoneyOverrides = {}): Promise<Money> {
  const { config, database, clock, audit, outbox, merchants, devices, assertions } = needs
  const { db } = database
  if (config.production) {
    throw new ConfigError(
      'PAUME_PRODUCTION=1 needs a card processor, and only the sandbox processor is built in: it never starts in production.',
    )
  }
  const sandbox = await openSandboxProcessor({
    // It makes tables of its own.
    databaseUrl: config.databaseOwnerUrl ?? config.databaseUrl,
    clock,
    chaos: overrides.chaos ?? calm(),
    mode: config.production ? 'production' : 'sandbox',
  })
  const wallet = createWallet({ db, clock, processor: sandbox, outbox })
  const notifier = createNotifier(database.connect)
  const parts: PaymentParts = {
    db,
    clock,
    audit,
    notifier,
    assertions,
    processors: { [sandbox.name]: sandbox },
    instruments: wallet,
    terminals: {
      async find(terminalId) {
        const row = await devices.find(terminalId)
        if (row === null) return null
        const { id, kind, shop_id: shopId, state, last_seen_at: lastSeenAt } = row
        return { terminalId: id, kind, shopId, revoked: state === 'revoked', lastSeenAt }
      },
      seen: devices.seen,
    },
    payees: {
      async byShop(shopId) {
        const shop = await merchants.shop(shopId)
        if (shop === null) return null
        const { id, name, currency, languages, organisation } = shop
        return {
          shopId: id,
          shopName: name,
          organisationId: organisation.id,
          merchantName: organisation.name,
          currency,
          languages,
        }
      },
    },
    timing: { ...PAYMENT_TIMING, ...overrides.timing },
    policy: PAYMENT_POLICY,
  }
  const payments = createPaymentService(parts)
  const settlement: SettlementParts = {
    db,
    clock,
    audit,
    sources: async () => [{ name: sandbox.name, books: sandbox }],
  }
  const setupLimit = createRateLimiter(clock, { events: CARD_SETUPS_AN_HOUR, windowMs: 3_600_000 })
  return {
    wallet,
    payments,
    notifier,
    worker: createPaymentWorker(parts, needs.onFailure),
    sandbox,
    tillBooks: {
      replay: (caller, idempotent) => replayOf(parts, caller, idempotent),
      dayOf: (organisationId, at) => dayOf(db, organisationId, at),
      dayTotals: (shop, day) => dayTotals(db, shop, day),
    },
    outboxHandlers: { [FORGET_TOPIC]: forgetHandler(sandbox), [REFRESH_TOPIC]: refreshHandler(wallet) },
    registerRoutes(app, guards) {
      registerPaymentRoutes(app, { payments, sales: createSaleService(parts), desk: createTillDesk(parts), guards })
      registerSettlementRoutes(app, { settlement, guard: needs.guard, guards })
      registerWalletRoutes(app, { wallet, guards, setupLimit })
      registerSandboxRoutes(app, sandbox)
      registerSandboxDesk(app, { sandbox, guards })
    },
    sweeps: [wallet.cards.refreshOver, () => settleDue(settlement)],
    stopWaiting: () => notifier.close(),
    close: () => sandbox.close(),
  }
}
