import type { WebhookMessage } from '@paume/contract'
import { type Tx, withTransaction } from '../database.ts'
import { newId } from '../ids.ts'
import { nowOf, type WebhookParts } from './parts.ts'
import type { Happening } from './ports.ts'

/**
 * Takes one message of the outbox: writes the event down with its body, and a delivery for every endpoint that wants it. The message may
 * come twice; its event is made once.
 */
export async function takeHappening(parts: WebhookParts, payload: Record<string, unknown>, messageId: bigint) {
  const happening = await parts.source.describe(payload)
  if (happening === null) return
  const key = happening.key ?? `outbox:${messageId}`
  await withTransaction(parts.db, async (tx) => {
    const eventId = await insertEvent(parts, tx, happening, key)
    if (eventId === null) return
    const endpoints = await tx
      .selectFrom('webhook_endpoint')
      .select(['id', 'events'])
      .where('organisation_id', '=', happening.organisationId)
      .where('state', '=', 'enabled')
      .where('deleted_at', 'is', null)
      .forShare()
      .execute()
    for (const { id, events } of endpoints) {
      if (events.length === 0 || events.includes(happening.type)) await insertDelivery(parts, tx, eventId, id)
    }
  })
}

/** The event with its body, or null when there is one of this key. */
export async function insertEvent(
  parts: WebhookParts,
  tx: Tx,
  { type, organisationId, at, data }: Happening,
  key: string,
): Promise<string | null> {
  const now = nowOf(parts)
  const id = newId('webhookEvent', now.getTime())
  const message: WebhookMessage = {
    id,
    type,
    timestamp: at.toISOString(),
    organisationId,
    sandbox: parts.sandbox,
    data,
  }
  const row = await tx
    .insertInto('webhook_event')
    .values({
      id,
      organisation_id: organisationId,
      type,
      source_key: key,
      body: JSON.stringify(message),
      occurred_at: at,
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('source_key').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** On its way, or on its way again: a replay begins a new round of attempts. */
export async function insertDelivery(parts: WebhookParts, tx: Tx, eventId: string, endpointId: string): Promise<void> {
  const now = nowOf(parts)
  const fresh = { state: 'pending' as const, attempts: 0, due_at: now, ended_at: null }
  await tx
    .insertInto('webhook_delivery')
    .values({
      id: newId('webhookDelivery', now.getTime()),
      event_id: eventId,
      endpoint_id: endpointId,
      ...fresh,
      created_at: now,
    })
    .onConflict((conflict) => conflict.columns(['event_id', 'endpoint_id']).doUpdateSet(fresh))
    .execute()
}
