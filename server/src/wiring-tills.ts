import type { Currency } from '@paume/contract'
import type { Audit } from './audit/service.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { DatabaseHandle } from './database.ts'
import { type Devices, ONLINE_MS } from './devices/service.ts'
import type { Merchants } from './merchants/service.ts'
import { deriveKey, type Secrets } from './secrets.ts'
import { createNexo, type Nexo } from './tills/nexo/service.ts'
import { registerCheckoutRoutes } from './tills/square/routes.ts'
import { registerReaderRoutes } from './tills/stripe-terminal/routes.ts'
import { send } from './webhooks/sending.ts'
import { checkUrl } from './webhooks/target.ts'
import type { Money } from './wiring-money.ts'
import { guardedSending, type WebhookOverrides } from './wiring-webhooks.ts'

export type TillNeeds = {
  config: Config
  secrets: Pick<Secrets, 'contactKey'>
  database: DatabaseHandle
  clock: Clock
  audit: Audit
  merchants: Merchants
  devices: Devices
  money: Money
  onFailure(error: unknown): void
}

/** Programs on a sandbox send as fast as the machine can. */
const SANDBOX_FACTOR = 20

/** Puts the faces for tills that speak other protocols together: payments through its service, devices and shops as ports. */
export function wireTills(needs: TillNeeds, overrides: WebhookOverrides = {}): Nexo {
  const { config, secrets, database, clock, audit, merchants, devices, money, onFailure } = needs
  const sending = guardedSending(config, overrides)
  const nexo = createNexo({
    db: database.db,
    clock,
    audit,
    payments: money.payments,
    books: money.tillBooks,
    devices: {
      async find(deviceId) {
        const row = await devices.find(deviceId)
        if (row === null) return null
        const { id, kind, shop_id: shopId, organisation_id: organisationId, state, last_seen_at: seenAt } = row
        const online = seenAt !== null && clock.nowMs() - seenAt.getTime() < ONLINE_MS
        return { id, kind, shopId, organisationId, revoked: state === 'revoked', online }
      },
      async terminalsOf(shopId) {
        const terminals = (await devices.ofShop(shopId)).filter(({ kind }) => kind === 'terminal')
        return terminals.map(({ id, kind, organisation_id: organisationId, state, last_seen_at: seenAt }) => {
          const online = seenAt !== null && clock.nowMs() - seenAt.getTime() < ONLINE_MS
          return { id, kind, shopId, organisationId, revoked: state === 'revoked', online }
        })
      },
      seen: devices.seen,
    },
    shops: { currencyOf: async (shopId) => ((await merchants.shop(shopId))?.currency as Currency | undefined) ?? null },
    hints: money.notifier,
    push: {
      check: (url) => void checkUrl(url, sending.policy),
      send: (url, message) => send(new URL(url), message, sending),
    },
    hmacKey: deriveKey(secrets.contactKey, 'till keys'),
    sealKey: deriveKey(secrets.contactKey, 'till local keys'),
    sandboxFactor: config.sandbox ? SANDBOX_FACTOR : 1,
    onFailure,
  })
  return {
    ...nexo,
    registerRoutes(app, guards) {
      nexo.registerRoutes(app, guards)
      const { keys, admit } = nexo
      registerReaderRoutes(app, { parts: nexo.parts, keys, admit, livemode: !config.sandbox })
      registerCheckoutRoutes(app, { payments: money.payments, keys, admit })
    },
  }
}
