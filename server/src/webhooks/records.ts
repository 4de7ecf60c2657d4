import type {
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookEventType,
  WebhookMessage,
  WebhookReplay,
  WebhookReplayed,
} from '@paume/contract'
import { type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { insertDelivery } from './events.ts'
import type { WebhookParts } from './parts.ts'
import { attemptView, deliveryView } from './views.ts'

/** A reply lists no more than this. */
const LISTED = 100
/** One replay takes up no more than this. */
const REPLAYED_AT_ONCE = 1_000
/** Events and what became of them are kept so long, ms: longer than any delivery takes. */
export const KEPT_MS = 30 * 86_400_000
/** Rows that one sweep takes out of each table. */
const SWEPT = 10_000

/** What was told, to whom, and how it went; and telling it again. */
export type WebhookRecords = {
  events(filter: { organisationId?: string; type?: WebhookEventType; before?: string }): Promise<WebhookMessage[]>
  /** Throws `not_found`. */
  event(id: string): Promise<WebhookMessage>
  deliveries(filter: {
    endpointId?: string
    eventId?: string
    state?: WebhookDelivery['state']
  }): Promise<WebhookDelivery[]>
  /** Throws `not_found`. */
  delivery(id: string): Promise<WebhookDeliveryDetail>
  /** Throws `not_found`, `webhook_state` when the endpoint is disabled. */
  replay(endpointId: string, wish: WebhookReplay): Promise<WebhookReplayed>
  /** Takes out what is older than is kept. */
  sweep(): Promise<void>
}

export function createRecords(parts: WebhookParts): WebhookRecords {
  const { db } = parts
  const deliveryRows = () =>
    db
      .selectFrom('webhook_delivery as d')
      .innerJoin('webhook_event as v', 'v.id', 'd.event_id')
      .selectAll('d')
      .select('v.type')
  return {
    async events({ organisationId, type, before }) {
      let rows = db.selectFrom('webhook_event').select('body').orderBy('id', 'desc').limit(LISTED)
      if (organisationId !== undefined) rows = rows.where('organisation_id', '=', organisationId)
      if (type !== undefined) rows = rows.where('type', '=', type)
      if (before !== undefined) rows = rows.where('id', '<', before)
      return (await rows.execute()).map(({ body }) => JSON.parse(body) as WebhookMessage)
    },
    async event(id) {
      const row = await db.selectFrom('webhook_event').select('body').where('id', '=', id).executeTakeFirst()
      if (row === undefined) throw new Failure('not_found')
      return JSON.parse(row.body) as WebhookMessage
    },
    async deliveries({ endpointId, eventId, state }) {
      let rows = deliveryRows().orderBy('d.id', 'desc').limit(LISTED)
      if (endpointId !== undefined) rows = rows.where('d.endpoint_id', '=', endpointId)
      if (eventId !== undefined) rows = rows.where('d.event_id', '=', eventId)
      if (state !== undefined) rows = rows.where('d.state', '=', state)
      return (await rows.execute()).map(deliveryView)
    },
    async delivery(id) {
      const row = await deliveryRows().select('v.body').where('d.id', '=', id).executeTakeFirst()
      if (row === undefined) throw new Failure('not_found')
      const attempts = await db
        .selectFrom('webhook_attempt')
        .selectAll()
        .where('delivery_id', '=', id)
        .orderBy('id')
        .execute()
      return { delivery: deliveryView(row), body: row.body, attempts: attempts.map(attemptView) }
    },
    replay: (endpointId, wish) => withTransaction(db, (tx) => replay(parts, tx, endpointId, wish)),
    async sweep() {
      const before = new Date(parts.clock.nowMs() - KEPT_MS)
      const old = db.selectFrom('webhook_event').select('id').where('created_at', '<', before).limit(SWEPT)
      await db.deleteFrom('webhook_event').where('id', 'in', old).execute()
    },
  }
}

async function replay(parts: WebhookParts, tx: Tx, endpointId: string, wish: WebhookReplay): Promise<WebhookReplayed> {
  const endpoint = await tx
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('id', '=', endpointId)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (endpoint === undefined) throw new Failure('not_found')
  if (endpoint.state !== 'enabled') throw new Failure('webhook_state')
  const { organisation_id: organisationId, events: wanted } = endpoint
  const ofThem = tx
    .selectFrom('webhook_event as v')
    .select(['v.id', 'v.created_at'])
    .where('v.organisation_id', '=', organisationId)
  let rows: { id: string; created_at: Date }[]
  if ('eventId' in wish) {
    rows = await ofThem.where('v.id', '=', wish.eventId).execute()
    if (rows.length === 0) throw new Failure('not_found')
  } else {
    let range = ofThem
      .where('v.created_at', '>=', new Date(wish.from))
      .where('v.created_at', '<', new Date(wish.to))
      .where('v.type', '<>', 'webhook.test')
    if (wanted.length > 0) range = range.where('v.type', 'in', wanted)
    if (wish.missing) {
      range = range.where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('webhook_delivery as d')
              .select('d.id')
              .whereRef('d.event_id', '=', 'v.id')
              .where('d.endpoint_id', '=', endpointId)
              .where('d.state', 'in', ['delivered', 'pending']),
          ),
        ),
      )
    }
    rows = await range
      .orderBy('v.created_at')
      .orderBy('v.id')
      .limit(REPLAYED_AT_ONCE + 1)
      .execute()
  }
  const next = rows.length > REPLAYED_AT_ONCE ? rows.at(-1)!.created_at : null
  const now = rows.slice(0, REPLAYED_AT_ONCE)
  for (const { id } of now) await insertDelivery(parts, tx, id, endpointId)
  await parts.audit.append(tx, 'webhook.replayed', { endpointId, organisationId, events: now.length })
  return { replayed: now.length, ...(next === null ? {} : { next: next.toISOString() }) }
}
