import type { OutboxHandler } from '../outbox/worker.ts'
import type { App, Guards } from '../routing.ts'
import { createEndpoints, type Endpoints } from './endpoints.ts'
import { takeHappening } from './events.ts'
import type { WebhookParts } from './parts.ts'
import { createRecords, type WebhookRecords } from './records.ts'
import { registerWebhookRoutes } from './routes.ts'
import { createWebhookWorker, type WebhookWorker } from './worker.ts'

/** Webhooks out, put together. */
export type Webhooks = {
  endpoints: Endpoints
  records: WebhookRecords
  worker: WebhookWorker
  /** For the outbox topic that the source writes to. */
  handler: OutboxHandler
  registerRoutes(app: App, guards: Guards): void
}

export function createWebhooks(parts: WebhookParts, onFailure: (error: unknown) => void): Webhooks {
  const endpoints = createEndpoints(parts)
  const records = createRecords(parts)
  return {
    endpoints,
    records,
    worker: createWebhookWorker(parts, onFailure),
    handler: (payload, messageId) => takeHappening(parts, payload, messageId),
    registerRoutes: (app, guards) => registerWebhookRoutes(app, { endpoints, records, guards }),
  }
}
