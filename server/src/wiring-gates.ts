import type { AdmissionParts } from './admissions/ports.ts'
import { registerAdmissionRoutes } from './admissions/staff-routes.ts'
import type { Audit } from './audit/service.ts'
import type { Clock } from './clock.ts'
import type { CounterService } from './counter/service.ts'
import { type DatabaseHandle, type Db, isDatabaseGone } from './database.ts'
import { type Devices, ONLINE_MS } from './devices/service.ts'
import { createCartGuard } from './gates/callers.ts'
import { registerJustWalkOut } from './gates/just-walk-out/routes.ts'
import { createGateKeys } from './gates/keys.ts'
import type { GateParts } from './gates/parts.ts'
import type { GateDevice, GateHouse, GatePayments, GateShopFacts } from './gates/ports.ts'
import { publishGate } from './gates/published.ts'
import { registerGateRoutes } from './gates/routes.ts'
import { createGateService, type GateService } from './gates/service.ts'
import { registerGateStaffRoutes } from './gates/staff-routes.ts'
import { registerDoorHovers } from './http/door-hover.ts'
import { registerGateHovers } from './http/gate-hover.ts'
import type { Assertions, IdentityAssertion } from './identity/assertion.ts'
import type { Merchants } from './merchants/service.ts'
import type { Metrics } from './metrics.ts'
import type { PseudonymOf } from './pseudonyms.ts'
import type { Announce, ObserveHover } from './reports/ports.ts'
import { createRounds, type Rounds } from './rounds.ts'
import type { App, Guards } from './routing.ts'
import { deriveKey, type Secrets } from './secrets.ts'
import type { Tenancy } from './tenancy.ts'
import type { Money } from './wiring-money.ts'
import type { People } from './wiring-people.ts'

/** How often what was left in between is taken up, ms. */
const LOOK_EVERY_MS = 5_000

export type GateNeeds = {
  secrets: Pick<Secrets, 'contactKey'>
  database: DatabaseHandle
  clock: Clock
  audit: Audit
  tenancy: Tenancy
  merchants: Merchants
  devices: Devices
  counter: Pick<CounterService, 'catalogue'>
  money: Money
  people: Pick<People, 'hovers' | 'captureLimit'>
  assertions: Assertions
  metrics: Metrics
  pseudonymOf: PseudonymOf
  announce: Announce
  observe: ObserveHover
  onFailure(error: unknown): void
}

export type GatesWired = {
  gates: GateService
  rounds: Rounds<void>
  registerRoutes(app: App, guards: Guards): void
}

/** Puts gates together: payments through its service, identity through the hover. Part of the wiring. */
export function wireGates(needs: GateNeeds): GatesWired {
  const { secrets, database, clock, audit, tenancy, money, pseudonymOf, announce, onFailure } = needs
  const house = houseOf(needs)
  const parts: GateParts = {
    db: database.db,
    clock,
    payments: paymentsOf(money),
    cards: money.gateCards,
    house,
    pseudonymOf,
    audit,
    announce: (news) => announce({ kind: 'gate', ...news }),
  }
  const gates = createGateService(parts)
  const admissions: AdmissionParts = {
    db: database.db,
    clock,
    devices: { find: house.device },
    shops: { timeZoneOf: (shopId) => timeZoneOf(database.db, shopId), ownShop: house.ownShop },
    isFrozen: async (shopperId) => (await money.wallet.instrumentOf(shopperId)).kind === 'frozen',
    pseudonymOf,
    publish: publishGate,
    announce: (news) => announce({ kind: 'admission', ...news }),
    audit,
  }
  const keys = createGateKeys(parts, deriveKey(secrets.contactKey, 'gate keys'))
  return {
    gates,
    rounds: createRounds(() => gates.sweep(), {
      everyMs: LOOK_EVERY_MS,
      onFailure: (error) => {
        if (!isDatabaseGone(error)) onFailure(error)
      },
    }),
    registerRoutes(app, guards) {
      const cart = createCartGuard(keys, guards, house)
      registerGateRoutes(app, { parts, gates, cart })
      registerAdmissionRoutes(app, { parts: admissions, tenancy, guards, systems: cart })
      registerJustWalkOut(app, { parts, gates, cart })
      registerGateStaffRoutes(app, { parts, gates, keys, tenancy, guards })
      const { hovers, captureLimit } = needs.people
      const { assertions, devices, metrics, observe } = needs
      const hovering = { hovers, captureLimit, devices, metrics, guards, observe }
      registerGateHovers(app, { ...hovering, assertions, gates, pseudonymOf })
      registerDoorHovers(app, { ...hovering, admissions })
    },
  }
}

/** Where a shop's clock hangs; the clock of the world for one that does not say. */
async function timeZoneOf(db: Db, shopId: string): Promise<string> {
  const row = await db.selectFrom('shops').select('time_zone').where('id', '=', shopId).executeTakeFirst()
  return row?.time_zone ?? 'UTC'
}

function paymentsOf({ payments, gateMoney }: Money): GatePayments {
  return {
    charge: (caller, { payer, ...wish }) =>
      gateMoney.charge(caller, {
        ...wish,
        payer: payer.kind === 'palm' ? { kind: 'palm', assertion: payer.assertion as IdentityAssertion } : payer,
      } as Parameters<typeof gateMoney.charge>[1]),
    find: gateMoney.find,
    increment: payments.increment,
    capture: payments.capture,
    cancel: payments.cancel,
    refund: payments.refund,
  }
}

/** Devices and shops as gates and doors know them. */
export function houseOf({
  merchants,
  devices,
  counter,
  clock,
  tenancy,
}: Pick<GateNeeds, 'merchants' | 'devices' | 'counter' | 'clock' | 'tenancy'>): GateHouse {
  const shopFacts = (shop: NonNullable<Awaited<ReturnType<Merchants['shop']>>>): GateShopFacts => {
    const { id, name, currency, organisation } = shop
    return { id, name, currency, organisationId: organisation.id }
  }
  return {
    async shop(shopId) {
      const shop = await merchants.shop(shopId)
      return shop === null ? null : shopFacts(shop)
    },
    ownShop: (staff, id) =>
      tenancy.own(staff, { kind: 'shop', id }, async (db) => {
        const seen = await db.selectFrom('shops').select('id').where('id', '=', id).executeTakeFirst()
        const shop = seen === undefined ? null : await merchants.shop(id)
        return shop === null ? null : shopFacts(shop)
      }),
    shops: async () => (await merchants.shops()).map(shopFacts),
    async device(deviceId): Promise<GateDevice | null> {
      const row = await devices.find(deviceId)
      if (row === null) return null
      const { id, name, kind, shop_id: shopId, organisation_id: organisationId, state, last_seen_at: seen } = row
      const online = seen !== null && clock.nowMs() - seen.getTime() < ONLINE_MS
      return { id, name, kind, shopId, organisationId, state: state as GateDevice['state'], online }
    },
    async gates() {
      return (await devices.list())
        .filter(({ kind }) => kind === 'gate')
        .map(({ id, name, kind, shop, organisation, state, online }) => {
          return { id, name, kind, shopId: shop.id, organisationId: organisation.id, state, online }
        })
    },
    async priceOf(shopId, sku) {
      const item = (await counter.catalogue(shopId)).items.find(({ id, barcode }) => id === sku || barcode === sku)
      return item === undefined ? null : { name: item.name, unitMinor: item.priceMinor }
    },
  }
}
