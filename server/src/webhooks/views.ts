import type { WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEventType } from '@paume/contract'
import type { Selectable } from 'kysely'
import type { WebhookTables } from './tables.ts'

export type EndpointRow = Selectable<WebhookTables['webhook_endpoint']>
export type DeliveryRow = Selectable<WebhookTables['webhook_delivery']> & { type: WebhookEventType }
export type AttemptRow = Selectable<WebhookTables['webhook_attempt']>

/** The endpoint as operators see it: its secrets never. */
export function endpointView(row: EndpointRow, now: Date): WebhookEndpoint {
  const { disabled_reason: reason, disabled_at: disabledAt, failing_since: failingSince } = row
  const oldUntil = row.old_secret_until !== null && row.old_secret_until > now ? row.old_secret_until : null
  return {
    id: row.id,
    organisationId: row.organisation_id,
    url: row.url,
    events: row.events,
    description: row.description,
    state: row.state,
    ...(reason === null ? {} : { disabledReason: reason }),
    ...(disabledAt === null ? {} : { disabledAt: disabledAt.toISOString() }),
    ...(failingSince === null ? {} : { failingSince: failingSince.toISOString() }),
    ...(row.last_success_at === null ? {} : { lastSuccessAt: row.last_success_at.toISOString() }),
    secretSince: row.secret_since.toISOString(),
    ...(oldUntil === null ? {} : { oldSecretUntil: oldUntil.toISOString() }),
    createdAt: row.created_at.toISOString(),
  }
}

export const deliveryView = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  eventId: row.event_id,
  endpointId: row.endpoint_id,
  type: row.type,
  state: row.state,
  attempts: row.attempts,
  ...(row.state === 'pending' ? { dueAt: row.due_at.toISOString() } : {}),
  createdAt: row.created_at.toISOString(),
  ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
})

export const attemptView = (row: AttemptRow): WebhookAttempt => ({
  at: row.at.toISOString(),
  ms: row.ms,
  ...(row.status === null ? {} : { status: row.status }),
  ...(row.fault === null ? {} : { fault: row.fault }),
  replyStart: row.reply_start,
})
