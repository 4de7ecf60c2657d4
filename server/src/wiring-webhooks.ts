import { promises as dns } from 'node:dns'
import type { Audit } from './audit/service.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { DatabaseHandle } from './database.ts'
import { describeGate, GATES_TOPIC, isOfGates } from './gates/published.ts'
import type { OutboxHandler } from './outbox/worker.ts'
import { listenTo, PUBLISHED_TOPIC } from './payments/published.ts'
import { describePublished } from './payments/published-view.ts'
import type { App, Guards } from './routing.ts'
import { deriveKey, type Secrets } from './secrets.ts'
import { createSecretVault } from './webhooks/secret-vault.ts'
import type { SendOptions } from './webhooks/sending.ts'
import { createWebhooks } from './webhooks/service.ts'
import { publicOnly } from './webhooks/target.ts'
import type { WebhookWorker } from './webhooks/worker.ts'

export type WebhookNeeds = {
  config: Config
  secrets: Pick<Secrets, 'contactKey'>
  database: DatabaseHandle
  clock: Clock
  audit: Audit
  organisationExists(organisationId: string): Promise<boolean>
  onFailure(error: unknown): void
}

/** What tests put in the place of the real network. */
export type WebhookOverrides = { webhookSending?: Partial<SendOptions> }

export type WiredWebhooks = {
  worker: WebhookWorker
  outboxHandlers: Record<string, OutboxHandler>
  registerRoutes(app: App, guards: Guards): void
  sweep(): Promise<void>
}

/** From looking a name up to the first bytes of the reply, ms. */
const DEADLINE_MS = 10_000

/** How messages leave for addresses that somebody else chose. */
export const guardedSending = (config: Config, overrides: WebhookOverrides): SendOptions => ({
  policy: publicOnly(config.webhookLoopback),
  resolve: async (hostname) =>
    (await dns.lookup(hostname, { all: true })).map(({ address, family }) => ({
      address,
      family: family === 6 ? 6 : 4,
    })),
  deadlineMs: DEADLINE_MS,
  ...overrides.webhookSending,
})

/** Puts webhooks out together: payments tell, by way of the outbox. */
export function wireWebhooks(needs: WebhookNeeds, overrides: WebhookOverrides = {}): WiredWebhooks {
  const { config, secrets, database, clock, audit, onFailure } = needs
  const { db } = database
  const webhooks = createWebhooks(
    {
      db,
      clock,
      audit,
      source: {
        describe: async (payload) => (isOfGates(payload) ? describeGate(payload) : describePublished(db, payload)),
        listen: listenTo,
      },
      organisations: { exists: needs.organisationExists },
      vault: createSecretVault(deriveKey(secrets.contactKey, 'webhook secrets')),
      sending: guardedSending(config, overrides),
      sandbox: config.sandbox,
    },
    onFailure,
  )
  return {
    worker: webhooks.worker,
    outboxHandlers: { [PUBLISHED_TOPIC]: webhooks.handler, [GATES_TOPIC]: webhooks.handler },
    registerRoutes: webhooks.registerRoutes,
    sweep: webhooks.records.sweep,
  }
}
