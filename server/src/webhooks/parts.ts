import type { Clock } from '../clock.ts'
import type { Db } from '../database.ts'
import type { EventSource, Organisations, WebhookAudit } from './ports.ts'
import type { SecretVault } from './secret-vault.ts'
import type { SendOptions } from './sending.ts'

/** What the webhooks subject is made of; put together in the wiring. */
export type WebhookParts = {
  db: Db
  clock: Clock
  audit: WebhookAudit
  source: EventSource
  organisations: Organisations
  vault: SecretVault
  sending: SendOptions
  sandbox: boolean
}

export const nowOf = (parts: Pick<WebhookParts, 'clock'>): Date => new Date(parts.clock.nowMs())
