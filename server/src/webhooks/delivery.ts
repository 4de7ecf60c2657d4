import { type Selectable, sql } from 'kysely'
import { type Tx, withTransaction } from '../database.ts'
import { nowOf, type WebhookParts } from './parts.ts'
import { type Sent, send } from './sending.ts'
import { keepable, signatureHeaders } from './signing.ts'
import type { WebhookTables } from './tables.ts'

/** Waiting times after the first, second … attempt that failed, ms; about three days in all (the schedule Standard Webhooks gives). */
export const RETRY_AFTER_MS = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
] as const
/** An endpoint at which nothing arrived for so long is disabled, ms. */
export const FAILING_FOR_MS = 5 * 86_400_000
/** A delivery that a node took and did not finish is free again after this long, ms. Longer than an attempt takes. */
const LEASE_MS = 60_000
/** Of one endpoint no more are taken at once: a slow one keeps no other waiting. */
const AT_ONCE_PER_ENDPOINT = 4
const AT_ONCE = 32
/** Waiting times are spread by so much of themselves, so that what failed together does not come back together. */
const SPREAD = 0.1

export type Taken = { id: string; eventId: string; endpointId: string; attempts: number; body: string }

/** What is due, leased to this node. Several nodes share the table. */
export async function takeDue(parts: WebhookParts): Promise<Taken[]> {
  const now = nowOf(parts)
  const { rows } = await sql<Taken>`
    with due as (
      select d.id from webhook_endpoint e cross join lateral (
        select id, due_at from webhook_delivery
         where endpoint_id = e.id and state = 'pending' and due_at <= ${now}
         order by due_at, id limit ${AT_ONCE_PER_ENDPOINT} for update skip locked) d
       where e.state = 'enabled' and e.deleted_at is null order by d.due_at limit ${AT_ONCE})
    update webhook_delivery d set attempts = d.attempts + 1, due_at = ${new Date(now.getTime() + LEASE_MS)}
      from due, webhook_event v where d.id = due.id and v.id = d.event_id
    returning d.id, d.event_id as "eventId", d.endpoint_id as "endpointId", d.attempts, v.body`.execute(parts.db)
  return rows
}

type Endpoint = Selectable<WebhookTables['webhook_endpoint']>

/** Secrets that sign now, newest first. */
export function secretsOf(parts: WebhookParts, endpoint: Endpoint): string[] {
  const { id, secret, old_secret: old, old_secret_until: until } = endpoint
  const valid = [parts.vault.open(id, secret)]
  if (old !== null && until !== null && until > nowOf(parts)) valid.push(parts.vault.open(id, old))
  return valid
}

/** One attempt, and what became of it written down. */
export async function deliver(parts: WebhookParts, taken: Taken): Promise<void> {
  const endpoint = await parts.db
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('id', '=', taken.endpointId)
    .executeTakeFirstOrThrow()
  // Disabled since it was taken: nothing is sent, and the disabling has dropped the delivery.
  if (endpoint.state !== 'enabled' || endpoint.deleted_at !== null) return
  const secrets = secretsOf(parts, endpoint)
  const body = Buffer.from(taken.body, 'utf8')
  const at = nowOf(parts)
  const startedMs = performance.now()
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Paume-Webhooks/1',
    ...signatureHeaders(secrets, taken.eventId, at, body),
  }
  const sent = await send(new URL(endpoint.url), { headers, body }, parts.sending)
  const ms = Math.round(performance.now() - startedMs)
  await withTransaction(parts.db, async (tx) => {
    const { status, fault } = sent
    const reply_start = keepable(sent.replyStart, secrets)
    await tx
      .insertInto('webhook_attempt')
      .values({ delivery_id: taken.id, at, ms, status, fault, reply_start })
      .execute()
    await record(parts, tx, taken, sent)
  })
}

async function record(parts: WebhookParts, tx: Tx, taken: Taken, sent: Sent): Promise<void> {
  const now = nowOf(parts)
  const endpoint = await tx
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('id', '=', taken.endpointId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const waitMs = RETRY_AFTER_MS[taken.attempts - 1]
  const end = sent.delivered
    ? { state: 'delivered' as const, ended_at: now }
    : waitMs === undefined
      ? { state: 'failed' as const, ended_at: now }
      : { due_at: new Date(now.getTime() + Math.max(spread(waitMs), sent.retryAfterMs ?? 0)) }
  // A replay that came meanwhile has begun a round of its own.
  await tx
    .updateTable('webhook_delivery')
    .set(end)
    .where('id', '=', taken.id)
    .where('state', '=', 'pending')
    .where('attempts', '=', taken.attempts)
    .execute()
  if (sent.delivered) {
    await tx
      .updateTable('webhook_endpoint')
      .set({ last_success_at: now, failing_since: null })
      .where('id', '=', endpoint.id)
      .execute()
    return
  }
  const since = endpoint.failing_since ?? now
  await tx.updateTable('webhook_endpoint').set({ failing_since: since }).where('id', '=', endpoint.id).execute()
  if (endpoint.state !== 'enabled') return
  if (sent.status === 410) await disable(parts, tx, endpoint, 'gone')
  else if (now.getTime() - since.getTime() >= FAILING_FOR_MS) await disable(parts, tx, endpoint, 'failing')
}

const spread = (ms: number) => Math.round(ms * (1 + SPREAD * (2 * Math.random() - 1)))

/** Sends nothing more to a locked endpoint. Events are still written down: they can be replayed when it works again. */
export async function disable(
  parts: WebhookParts,
  tx: Tx,
  { id, organisation_id: organisationId }: Pick<Endpoint, 'id' | 'organisation_id'>,
  reason: 'operator' | 'failing' | 'gone',
): Promise<void> {
  const now = nowOf(parts)
  await tx
    .updateTable('webhook_endpoint')
    .set({ state: 'disabled', disabled_reason: reason, disabled_at: now })
    .where('id', '=', id)
    .execute()
  await dropPending(tx, id, now)
  await parts.audit.append(tx, 'webhook.endpoint_disabled', { endpointId: id, organisationId, reason })
}

export const dropPending = (tx: Tx, endpointId: string, now: Date) =>
  tx
    .updateTable('webhook_delivery')
    .set({ state: 'dropped', ended_at: now })
    .where('endpoint_id', '=', endpointId)
    .where('state', '=', 'pending')
    .execute()
