import type { Payment } from '@paume/contract'
import type { Audit } from './audit/service.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { DatabaseHandle } from './database.ts'
import type { BooksGuard } from './database-role.ts'
import type { Devices } from './devices/service.ts'
import { invariant } from './failure.ts'
import type { Merchants } from './merchants/service.ts'
import type { Outbox } from './outbox/service.ts'
import type { OutboxHandler } from './outbox/worker.ts'
import { createGateCards, type GateCards } from './payments/accounts/gate-cards.ts'
import { registerProcessorAccountRoutes } from './payments/accounts/routes.ts'
import { createProcessorAccounts, type ProcessorAccountService } from './payments/accounts/service.ts'
import { replayOf } from './payments/creation.ts'
import { type DayTotal, dayOf, dayTotals } from './payments/day-totals.ts'
import type { DeskParts } from './payments/desk/parts.ts'
import { registerPaymentDesk } from './payments/desk/routes.ts'
import type { DisputeParts, DisputeRecords } from './payments/disputes/parts.ts'
import { registerDisputeRoutes } from './payments/disputes/routes.ts'
import { createDisputeService } from './payments/disputes/service.ts'
import { claimedMinor } from './payments/disputes/store.ts'
import { eventHandler } from './payments/events-in/follow-event.ts'
import type { EventParts } from './payments/events-in/parts.ts'
import { forgetOldMessages, PROCESSOR_EVENT_TOPIC } from './payments/events-in/receive.ts'
import { registerEventRoutes } from './payments/events-in/routes.ts'
import { createGateMoney, type GateMoney } from './payments/gate-charges.ts'
import type { IdempotentRequest } from './payments/inputs.ts'
import { createNotifier, type Notifier } from './payments/notifier.ts'
import { PAYMENT_POLICY, PAYMENT_TIMING, type PaymentParts, type PaymentTiming } from './payments/parts.ts'
import type { AssertionVerifier, Caller, StepUp } from './payments/ports.ts'
import { type Chaos, calm } from './payments/processors/sandbox/chaos.ts'
import { registerSandboxDesk } from './payments/processors/sandbox/desk-routes.ts'
import { registerSandboxRoutes } from './payments/processors/sandbox/routes.ts'
import { openSandboxProcessor, type SandboxProcessor } from './payments/processors/sandbox/sandbox.ts'
import { stripeOpener } from './payments/processors/stripe/account.ts'
import type { StripeAddress } from './payments/processors/stripe/wire.ts'
import { createChargeLimits } from './payments/risk/decide.ts'
import { defaultLimits, NO_LIMITS } from './payments/risk/limits.ts'
import { registerLimitRoutes } from './payments/risk/routes.ts'
import { registerPaymentRoutes } from './payments/routes.ts'
import { createSaleService } from './payments/sales.ts'
import { createPaymentService, type PaymentService } from './payments/service.ts'
import type { SettlementParts } from './payments/settlement/parts.ts'
import { registerSettlementRoutes } from './payments/settlement/routes.ts'
import { createSettlementRounds } from './payments/settlement/service.ts'
import { createTillDesk } from './payments/till-day.ts'
import { createTillMoney, type TillMoney } from './payments/till-money.ts'
import { createPaymentWorker, type PaymentWorker } from './payments/worker.ts'
import { createRateLimiter } from './rate-limit.ts'
import type { App, Guards } from './routing.ts'
import { deriveKey, type Secrets } from './secrets.ts'
import { registerWalletRoutes } from './wallet/routes.ts'
import {
  createWallet,
  FORGET_TOPIC,
  forgetHandler,
  REFRESH_TOPIC,
  refreshHandler,
  type WalletService,
} from './wallet/service.ts'
import { openAccounts } from './wiring-accounts.ts'

/** What tests put in the place of the real thing. */
export type MoneyOverrides = {
  /** Switches of the network to the sandbox processor. */
  chaos?: Chaos
  timing?: Partial<PaymentTiming>
  /** Where Stripe is, other than at home. */
  stripeAddress?: StripeAddress
  /** How a shopper proves more than the palm. */
  stepUp?: StepUp
}

export type Money = {
  wallet: WalletService
  payments: PaymentService
  worker: PaymentWorker
  notifier: Notifier
  /** Which processor is used for whom. */
  accounts: ProcessorAccountService
  /** What a desk works with that looks at payments after the sale. */
  deskParts: DisputeParts
  /** Not in production: there it is never opened, and asking for it is a defect. */
  readonly sandbox: SandboxProcessor
  /** What other faces for tills ask of payments beside its service. */
  tillBooks: {
    replay(caller: Caller, idempotent: IdempotentRequest): Promise<Payment | null>
    dayOf(organisationId: string, at: Date): Promise<string>
    dayTotals(shop: { shopId: string; organisationId: string }, day: string): Promise<DayTotal[]>
  }
  /** What gates ask of payments beside its service. */
  gateMoney: GateMoney
  /** Cards that are held to a reader beside a gate. */
  gateCards: GateCards
  /** What the counter asks of a shop's money. */
  tillMoney: TillMoney
  outboxHandlers: Record<string, OutboxHandler>
  registerRoutes(app: App, guards: Guards): void
  /** Each looks again at what may have changed elsewhere; one that fails keeps no other from running. */
  sweeps: (() => Promise<unknown>)[]
  /** The server can be reached at that address: the sandbox processor sends its messages there, as one outside would. */
  listening(url: string): Promise<void>
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
  secrets: Pick<Secrets, 'contactKey'>
  /** What the rest of the house has on record for a dispute. */
  records: DisputeRecords
  /** What the office of a shop is held to. */
  staff: Pick<DeskParts, 'tenancy' | 'spendApproval'>
  /** Hears in which shop a payment moved. */
  paymentMoved(shopId: string, organisationId: string): void
  onFailure(error: unknown): void
}

/** Nothing is asked of shoppers beside the palm yet: limits stand. */
const NO_STEP_UP: StepUp = { provenFor: async () => 'not_available' }

/** Card set-ups by one shopper in an hour: who tries stolen numbers needs many. */
const CARD_SETUPS_AN_HOUR = 20

/** Which processors there are: the sandbox where it may be, and those whose keys operators have set. */
const wireAccounts = (
  { config, database, clock, audit, merchants, secrets }: MoneyNeeds,
  sandbox: SandboxProcessor | null,
  { stripeAddress }: MoneyOverrides,
): ProcessorAccountService =>
  createProcessorAccounts({
    db: database.db,
    clock,
    audit,
    sealKey: deriveKey(secrets.contactKey, 'processor account keys'),
    mode: config.production ? 'production' : config.sandbox ? 'sandbox' : 'neither',
    builtIn: sandbox === null ? [] : [sandbox],
    open: stripeOpener({ db: database.db, clock, ...(stripeAddress ? { address: stripeAddress } : {}) }),
    async countriesOf(organisationId) {
      const shops = (await merchants.shops()).filter((shop) => shop.organisation.id === organisationId)
      return shops.length === 0 ? null : shops.map((shop) => shop.country)
    },
  })

/** Puts wallet and payments together. Part of the wiring: adapters are named here and nowhere else. */
export async function wireMoney(needs: MoneyNeeds, overrides: MoneyOverrides = {}): Promise<Money> {
  const { config, database, clock, audit, outbox, merchants, devices, assertions } = needs
  const { db } = database
  const sandbox = config.production
    ? null
    : await openSandboxProcessor({
        // It makes tables of its own.
        databaseUrl: config.databaseOwnerUrl ?? config.databaseUrl,
        clock,
        chaos: overrides.chaos ?? calm(),
        mode: 'sandbox',
      })
  const accounts = wireAccounts(needs, sandbox, overrides)
  await openAccounts(accounts, config)
  const wallet = createWallet({
    db,
    clock,
    outbox,
    processors: {
      async forNewCards(shopId) {
        const shop = shopId === null ? null : await merchants.shop(shopId)
        return accounts.forNewCards(shop?.organisation.id ?? null)
      },
      named: (name) => accounts.processors[name],
    },
  })
  const notifier = createNotifier({ ...database, moved: needs.paymentMoved })
  // On a sandbox programs pay as fast as the machine can: there are limits once they are set.
  const defaults = config.sandbox ? () => NO_LIMITS : defaultLimits
  const parts: PaymentParts = {
    db,
    clock,
    audit,
    notifier,
    assertions,
    processors: accounts.processors,
    terms: accounts,
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
        const { id, name, currency, languages, organisation, notLive } = shop
        return {
          shopId: id,
          notLive,
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
    disputes: { claimedMinor },
    limits: createChargeLimits(defaults, { stepUp: overrides.stepUp ?? NO_STEP_UP, places: merchants }),
  }
  const payments = createPaymentService(parts)
  const sales = createSaleService(parts)
  const deskParts: DisputeParts = { ...parts, records: needs.records }
  const disputes = createDisputeService(deskParts)
  const events: EventParts = { ...parts, outbox, cards: wallet.cards, disputeDesk: disputes }
  const settlement: SettlementParts = {
    db,
    clock,
    audit,
    sources: async () => Object.values(accounts.processors).map((books) => ({ name: books.name, books })),
  }
  const rounds = createSettlementRounds(settlement, needs.onFailure)
  const setupLimit = createRateLimiter(clock, { events: CARD_SETUPS_AN_HOUR, windowMs: 3_600_000 })
  return {
    wallet,
    payments,
    notifier,
    worker: createPaymentWorker(parts, needs.onFailure),
    accounts,
    deskParts,
    get sandbox() {
      invariant(sandbox, 'the sandbox processor is open')
      return sandbox
    },
    tillBooks: {
      replay: (caller, idempotent) => replayOf(parts, caller, idempotent),
      dayOf: (organisationId, at) => dayOf(db, organisationId, at),
      dayTotals: (shop, day) => dayTotals(db, shop, day),
    },
    gateMoney: createGateMoney(parts),
    gateCards: createGateCards(accounts),
    tillMoney: createTillMoney(parts, { payments, sales }),
    outboxHandlers: {
      [FORGET_TOPIC]: forgetHandler({ named: (name) => accounts.processors[name] }),
      [REFRESH_TOPIC]: refreshHandler(wallet),
      [PROCESSOR_EVENT_TOPIC]: eventHandler(events),
    },
    registerRoutes(app, guards) {
      const places = { timeZoneOfShop: async (id: string) => (await merchants.shop(id))?.timeZone ?? null }
      registerPaymentDesk(app, { ...parts, ...needs.staff, places }, guards)
      registerPaymentRoutes(app, { payments, sales, desk: createTillDesk(parts), guards })
      registerSettlementRoutes(app, { settlement, guard: needs.guard, guards })
      registerWalletRoutes(app, { wallet, guards, setupLimit })
      registerProcessorAccountRoutes(app, { accounts, guards })
      registerEventRoutes(app, events)
      registerDisputeRoutes(app, { disputes, guards })
      registerLimitRoutes(app, { db, audit, defaults, guards, spendApproval: needs.staff.spendApproval })
      if (sandbox === null) return
      registerSandboxRoutes(app, sandbox)
      registerSandboxDesk(app, { sandbox, guards })
    },
    sweeps: [accounts.refresh, wallet.cards.refreshOver, disputes.sweep, () => forgetOldMessages(parts)],
    async listening(url) {
      const told = await sandbox?.deliverTo(`${url}/v1/processors/${sandbox.name}/webhooks`)
      told?.start()
      rounds.start()
    },
    stopWaiting: () => notifier.close(),
    async close() {
      await rounds.stop()
      await sandbox?.close()
    },
  }
}
