import {
  MAX_WEBHOOK_ENDPOINTS,
  type WebhookEndpoint,
  type WebhookEndpointChange,
  type WebhookEndpointCreate,
  type WebhookEndpointIssued,
} from '@paume/contract'
import { type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { disable, dropPending } from './delivery.ts'
import { insertDelivery, insertEvent } from './events.ts'
import { nowOf, type WebhookParts } from './parts.ts'
import { makeSecret } from './signing.ts'
import { addressesOf, checkUrl, TargetRefused } from './target.ts'
import { type EndpointRow, endpointView } from './views.ts'

/** How long the secret before signs as well when nothing else is asked for, ms. */
const KEEP_OLD_MS = 86_400_000

/** Where an organisation's events go. Every method throws `not_found` for an endpoint that is not there. */
export type Endpoints = {
  /** Throws `webhook_url_refused`, `not_found` (no such organisation), `webhook_state` (too many). */
  create(wish: WebhookEndpointCreate): Promise<WebhookEndpointIssued>
  list(organisationId?: string): Promise<WebhookEndpoint[]>
  get(id: string): Promise<WebhookEndpoint>
  /** Throws `webhook_url_refused`. */
  change(id: string, wish: WebhookEndpointChange): Promise<WebhookEndpoint>
  enable(id: string): Promise<WebhookEndpoint>
  /** What is on its way is dropped; it can be replayed. */
  disable(id: string): Promise<WebhookEndpoint>
  /** A new secret. The one before signs as well for `keepOldMs`. */
  rotate(id: string, keepOldMs?: number): Promise<WebhookEndpointIssued>
  /** Sends `webhook.test` to this endpoint. Throws `webhook_state` when it is disabled. */
  test(id: string): Promise<string>
  remove(id: string): Promise<void>
}

export function createEndpoints(parts: WebhookParts): Endpoints {
  const { db, vault } = parts
  const view = (row: EndpointRow) => endpointView(row, nowOf(parts))
  const there = () => db.selectFrom('webhook_endpoint').selectAll().where('deleted_at', 'is', null)
  const find = async (id: string) => {
    const row = await there().where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new Failure('not_found')
    return row
  }
  /** Changes a locked endpoint and answers it as it then stands. */
  const withEndpoint = (id: string, work: (tx: Tx, row: EndpointRow, now: Date) => Promise<unknown>) =>
    withTransaction(db, async (tx) => {
      await work(tx, await lockEndpoint(tx, id), nowOf(parts))
      return tx.selectFrom('webhook_endpoint').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    })

  return {
    async create({ organisationId, url, events = [], description = '' }) {
      await checkTarget(parts, url)
      if (!(await parts.organisations.exists(organisationId))) throw new Failure('not_found')
      const secret = makeSecret()
      const row = await withTransaction(db, async (tx) => {
        const now = nowOf(parts)
        const id = newId('webhookEndpoint', now.getTime())
        const others = await tx
          .selectFrom('webhook_endpoint')
          .select('id')
          .where('organisation_id', '=', organisationId)
          .where('deleted_at', 'is', null)
          .execute()
        if (others.length >= MAX_WEBHOOK_ENDPOINTS) throw new Failure('webhook_state')
        await parts.source.listen(tx, organisationId, true)
        await parts.audit.append(tx, 'webhook.endpoint_created', { endpointId: id, organisationId })
        return insertEndpoint(tx, { id, organisationId, url, events, description, secret: vault.seal(id, secret), now })
      })
      return { endpoint: view(row), secret }
    },
    async list(organisationId) {
      const all = there().orderBy('created_at').orderBy('id')
      const rows = organisationId === undefined ? all : all.where('organisation_id', '=', organisationId)
      return (await rows.execute()).map(view)
    },
    get: async (id) => view(await find(id)),
    async change(id, { url, events, description }) {
      if (url !== undefined) await checkTarget(parts, url)
      const changes = {
        ...(url === undefined ? {} : { url }),
        ...(events === undefined ? {} : { events }),
        ...(description === undefined ? {} : { description }),
      }
      const changed = await withEndpoint(id, async (tx, row) => {
        if (Object.keys(changes).length === 0) return
        await tx.updateTable('webhook_endpoint').set(changes).where('id', '=', id).execute()
        const facts = { endpointId: id, organisationId: row.organisation_id, url: url !== undefined }
        await parts.audit.append(tx, 'webhook.endpoint_changed', facts)
      })
      return view(changed)
    },
    enable: async (id) =>
      view(
        await withEndpoint(id, async (tx, row) => {
          if (row.state === 'enabled') return
          const fresh = { state: 'enabled' as const, disabled_reason: null, disabled_at: null, failing_since: null }
          await tx.updateTable('webhook_endpoint').set(fresh).where('id', '=', id).execute()
          const facts = { endpointId: id, organisationId: row.organisation_id }
          await parts.audit.append(tx, 'webhook.endpoint_enabled', facts)
        }),
      ),
    disable: async (id) =>
      view(
        await withEndpoint(id, async (tx, row) => {
          if (row.state === 'enabled') await disable(parts, tx, row, 'operator')
        }),
      ),
    async rotate(id, keepOldMs = KEEP_OLD_MS) {
      const secret = makeSecret()
      const row = await withEndpoint(id, async (tx, { secret: old, organisation_id: organisationId }, now) => {
        const kept = keepOldMs > 0 ? { old_secret: old, old_secret_until: new Date(now.getTime() + keepOldMs) } : NO_OLD
        await tx
          .updateTable('webhook_endpoint')
          .set({ secret: vault.seal(id, secret), secret_since: now, ...kept })
          .where('id', '=', id)
          .execute()
        await parts.audit.append(tx, 'webhook.secret_rotated', { endpointId: id, organisationId, keepOldMs })
      })
      return { endpoint: view(row), secret }
    },
    test: (id) =>
      withTransaction(db, async (tx) => {
        const row = await lockEndpoint(tx, id)
        if (row.state !== 'enabled') throw new Failure('webhook_state')
        const at = nowOf(parts)
        const happening = {
          type: 'webhook.test' as const,
          organisationId: row.organisation_id,
          at,
          key: null,
          data: {},
        }
        const eventId = await insertEvent(parts, tx, happening, `test:${newId('webhookEvent', at.getTime())}`)
        await insertDelivery(parts, tx, eventId!, id)
        return eventId!
      }),
    async remove(id) {
      await withEndpoint(id, async (tx, { organisation_id: organisationId }, now) => {
        await tx
          .updateTable('webhook_endpoint')
          .set({ deleted_at: now, ...NO_OLD })
          .where('id', '=', id)
          .execute()
        await dropPending(tx, id, now)
        const left = await tx
          .selectFrom('webhook_endpoint')
          .select('id')
          .where('organisation_id', '=', organisationId)
          .where('deleted_at', 'is', null)
          .executeTakeFirst()
        if (left === undefined) await parts.source.listen(tx, organisationId, false)
        await parts.audit.append(tx, 'webhook.endpoint_deleted', { endpointId: id, organisationId })
      })
    },
  }
}

const NO_OLD = { old_secret: null, old_secret_until: null }

async function lockEndpoint(tx: Tx, id: string): Promise<EndpointRow> {
  const row = await tx
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new Failure('not_found')
  return row
}

/** The form of the URL, and where it leads now. A name that is not known yet is no reason to refuse: attempts will tell. */
async function checkTarget({ sending }: WebhookParts, text: string): Promise<void> {
  const url = checkUrl(text, sending.policy)
  try {
    await addressesOf(url, sending.policy, sending.resolve)
  } catch (error) {
    if (error instanceof TargetRefused && error.fault === 'unresolved') return
    throw new Failure('webhook_url_refused', { detail: 'This name leads to an address inside a network.' })
  }
}

type Fresh = Pick<EndpointRow, 'id' | 'url' | 'events' | 'description' | 'secret'> & {
  organisationId: string
  now: Date
}

const insertEndpoint = (tx: Tx, { id, organisationId, url, events, description, secret, now }: Fresh) =>
  tx
    .insertInto('webhook_endpoint')
    .values({
      id,
      organisation_id: organisationId,
      url,
      description,
      events,
      state: 'enabled',
      disabled_reason: null,
      disabled_at: null,
      failing_since: null,
      last_success_at: null,
      secret,
      secret_since: now,
      ...NO_OLD,
      created_at: now,
      deleted_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
