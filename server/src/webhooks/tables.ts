import type { WebhookDisabledReason, WebhookEventType, WebhookFault } from '@paume/contract'
import type { Generated } from 'kysely'

/** The tables that `webhooks` owns. */
export type WebhookTables = {
  webhook_endpoint: {
    id: string
    organisation_id: string
    url: string
    description: string
    /** Empty: everything. */
    events: WebhookEventType[]
    state: 'enabled' | 'disabled'
    disabled_reason: WebhookDisabledReason | null
    disabled_at: Date | null
    failing_since: Date | null
    last_success_at: Date | null
    secret: Buffer
    secret_since: Date
    old_secret: Buffer | null
    old_secret_until: Date | null
    created_at: Date
    deleted_at: Date | null
  }
  webhook_event: {
    id: string
    organisation_id: string
    type: WebhookEventType
    source_key: string
    body: string
    occurred_at: Date
    created_at: Date
  }
  webhook_delivery: {
    id: string
    event_id: string
    endpoint_id: string
    state: 'pending' | 'delivered' | 'failed' | 'dropped'
    attempts: number
    due_at: Date
    created_at: Date
    ended_at: Date | null
  }
  webhook_attempt: {
    id: Generated<bigint>
    delivery_id: string
    at: Date
    ms: number
    status: number | null
    fault: WebhookFault | null
    reply_start: string
  }
}
