import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../test/test-database.ts'
import { type WebhookReceiver, webhookReceiver } from '../../test/webhook-receiver.ts'
import { createAudit } from '../audit/service.ts'
import { movableClock } from '../clock.ts'
import type { DatabaseHandle } from '../database.ts'
import { newId } from '../ids.ts'
import { FAILING_FOR_MS, RETRY_AFTER_MS } from './delivery.ts'
import type { WebhookParts } from './parts.ts'
import type { Happening } from './ports.ts'
import { KEPT_MS } from './records.ts'
import { createSecretVault } from './secret-vault.ts'
import { createWebhooks, type Webhooks } from './service.ts'
import { publicOnly } from './target.ts'

const ORG = newId('organisation', 1)
let handle: DatabaseHandle
let receiver: WebhookReceiver
let webhooks: Webhooks
let clock: ReturnType<typeof movableClock>
let listening: [string, boolean][]
let failures: unknown[]
let parts: WebhookParts
let messages = 0n

beforeEach(async () => {
  handle = await openTestDatabase()
  receiver = await webhookReceiver()
  clock = movableClock()
  listening = []
  failures = []
  parts = {
    db: handle.db,
    clock,
    audit: createAudit(handle.db, clock),
    organisations: { exists: async (id) => id === ORG },
    vault: createSecretVault(randomBytes(32)),
    source: {
      describe: async (payload) => (payload.nothing ? null : happening(payload as Partial<Happening>)),
      listen: async (_tx, id, on) => void listening.push([id, on]),
    },
    sending: { policy: publicOnly(true), resolve: async () => [{ address: '10.0.0.1', family: 4 }], deadlineMs: 500 },
    sandbox: true,
  }
  webhooks = createWebhooks(parts, (error) => failures.push(error))
})
afterEach(async () => {
  expect(failures).toEqual([])
  await receiver.close()
  await handle.close()
})

const happening = (more: Partial<Happening>): Happening => ({
  type: 'payment.approved',
  organisationId: ORG,
  at: new Date(clock.nowMs()),
  key: null,
  data: { payment: { id: 'pay_1' } },
  ...more,
})
const tell = (more: Record<string, unknown> = {}) => webhooks.handler(more, ++messages)
async function endpoint(events?: Happening['type'][]) {
  const issued = await webhooks.endpoints.create({ organisationId: ORG, url: receiver.url, events })
  receiver.secret = issued.secret
  return issued.endpoint.id
}
const deliveries = (endpointId: string) => webhooks.records.deliveries({ endpointId })
/** Everything that waits is due, without the clock that signs. */
const due = () => sql`update webhook_delivery set due_at = now() - interval '1 s'`.execute(handle.db)

describe('an event', () => {
  it('arrives once at every endpoint that wants it, signed, and is one event however often it is handed over', async () => {
    const [all, refunds] = [await endpoint(), await endpoint(['refund.succeeded'])]
    await webhooks.endpoints.rotate(all, 0).then(({ secret }) => {
      receiver.secret = secret
    })
    await tell()
    await webhooks.handler({}, messages)
    expect(await webhooks.worker.runOnce()).toBe(1)
    expect(await webhooks.worker.runOnce()).toBe(0)
    const [{ message, headers }] = receiver.heard as [(typeof receiver.heard)[0]]
    expect(message).toMatchObject({ type: 'payment.approved', organisationId: ORG, sandbox: true })
    expect(message.data).toEqual({ payment: { id: 'pay_1' } })
    expect(headers['webhook-id']).toBe(message.id)
    expect(await deliveries(refunds)).toEqual([])
    expect(await deliveries(all)).toMatchObject([{ state: 'delivered', attempts: 1, type: 'payment.approved' }])
  })

  it('that tells nothing after all is none; two handed over under one key are one', async () => {
    await endpoint()
    await tell({ nothing: true })
    await tell({ type: 'sale.paid', key: 'sale.paid:sal_1' })
    await tell({ type: 'sale.paid', key: 'sale.paid:sal_1' })
    await webhooks.worker.runOnce()
    expect(receiver.types()).toEqual(['sale.paid'])
  })

  it('is delivered once though several nodes work on it', async () => {
    await endpoint()
    for (let i = 0; i < 12; i++) await tell()
    const nodes = [1, 2, 3].map(() => createWebhooks(parts, (error) => failures.push(error)))
    for (let round = 0; round < 4; round++) await Promise.all(nodes.map((node) => node.worker.runOnce()))
    expect(receiver.heard).toHaveLength(12)
    expect(new Set(receiver.heard.map(({ message }) => message.id)).size).toBe(12)
  })
})

describe('an endpoint that does not answer well', () => {
  it('is tried again later and later, every attempt is kept, and the end is told', async () => {
    const id = await endpoint()
    receiver.answer = (_request, reply) => void reply.writeHead(500).end(`oops ${receiver.secret}`)
    await tell()
    const waits: number[] = []
    for (let attempt = 0; attempt < RETRY_AFTER_MS.length; attempt++) {
      expect(await webhooks.worker.runOnce()).toBe(1)
      expect(await webhooks.worker.runOnce()).toBe(0)
      const [delivery] = await deliveries(id)
      waits.push(new Date(delivery!.dueAt!).getTime() - clock.nowMs())
      await due()
    }
    await webhooks.worker.runOnce()
    for (const [i, wait] of waits.entries()) expect(Math.abs(wait / RETRY_AFTER_MS[i]! - 1)).toBeLessThan(0.25)
    const [delivery] = await deliveries(id)
    expect(delivery).toMatchObject({ state: 'failed', attempts: 10 })
    const { attempts, body } = await webhooks.records.delivery(delivery!.id)
    expect(attempts).toHaveLength(10)
    expect(attempts[0]).toMatchObject({ status: 500, fault: 'status', replyStart: 'oops [secret]' })
    expect(JSON.parse(body)).toEqual(receiver.heard[0]!.message)
    expect(new Set(receiver.heard.map((heard) => heard.body)).size).toBe(1)
    expect(await webhooks.endpoints.get(id)).toMatchObject({ state: 'enabled', failingSince: expect.any(String) })
  })

  it('holds up nobody else', async () => {
    const slow = await webhookReceiver()
    const { endpoint: stuck, secret } = await webhooks.endpoints.create({ organisationId: ORG, url: slow.url })
    slow.secret = secret
    slow.answer = () => {}
    for (let i = 0; i < 40; i++) await tell()
    await endpoint()
    await tell({ type: 'payout.paid' })
    await webhooks.worker.runOnce()
    expect(receiver.types()).toEqual(['payout.paid'])
    expect(slow.heard).toHaveLength(4)
    await slow.close()
    const [last] = (await deliveries(stuck.id)).filter((one) => one.attempts > 0)
    expect((await webhooks.records.delivery(last!.id)).attempts).toMatchObject([{ fault: 'timed_out', replyStart: '' }])
  })

  it('is put off for as long as it asks, and heard again when it works', async () => {
    const id = await endpoint()
    receiver.answer = (_request, reply) => void reply.writeHead(429, { 'retry-after': '600' }).end()
    await tell()
    await webhooks.worker.runOnce()
    const [delivery] = await deliveries(id)
    expect(new Date(delivery!.dueAt!).getTime() - clock.nowMs()).toBeGreaterThan(590_000)
    receiver.answer = null
    await due()
    await webhooks.worker.runOnce()
    const seen = await webhooks.endpoints.get(id)
    expect(seen.failingSince).toBeUndefined()
    expect(seen.lastSuccessAt).toBeDefined()
  })

  it('is disabled after five days of it, with the reason in sight; what is missed can be replayed', async () => {
    const id = await endpoint()
    receiver.answer = (_request, reply) => void reply.writeHead(503).end()
    await tell()
    await webhooks.worker.runOnce()
    await sql`update webhook_endpoint set failing_since = now() - make_interval(secs => ${FAILING_FOR_MS / 1_000})`.execute(
      handle.db,
    )
    await tell()
    await due()
    await webhooks.worker.runOnce()
    expect(await webhooks.endpoints.get(id)).toMatchObject({ state: 'disabled', disabledReason: 'failing' })
    expect((await deliveries(id)).map((one) => one.state)).toEqual(['dropped', 'dropped'])
    await tell()
    expect(await webhooks.worker.runOnce()).toBe(0)
    const range = { from: new Date(0).toISOString(), to: new Date(clock.nowMs() + 1_000).toISOString(), missing: true }
    await expect(webhooks.records.replay(id, range)).rejects.toMatchObject({ code: 'webhook_state' })
    receiver.answer = null
    receiver.heard.length = 0
    expect(await webhooks.endpoints.enable(id)).toMatchObject({ state: 'enabled' })
    expect(await webhooks.records.replay(id, range)).toEqual({ replayed: 3 })
    await webhooks.worker.runOnce()
    expect(receiver.heard).toHaveLength(3)
    expect(await webhooks.records.replay(id, range)).toEqual({ replayed: 0 })
  })

  it('that says it is gone is asked no more', async () => {
    const id = await endpoint()
    receiver.answer = (_request, reply) => void reply.writeHead(410).end()
    await tell().then(webhooks.worker.runOnce)
    expect(await webhooks.endpoints.get(id)).toMatchObject({ state: 'disabled', disabledReason: 'gone' })
  })

  it('leads inside since it was set up: nothing is sent', async () => {
    const id = await endpoint()
    await sql`update webhook_endpoint set url = 'https://hooks.example.com/'`.execute(handle.db)
    await tell()
    await webhooks.worker.runOnce()
    const [delivery] = await deliveries(id)
    const { attempts } = await webhooks.records.delivery(delivery!.id)
    expect(attempts).toMatchObject([{ fault: 'address_refused', replyStart: '' }])
    expect(attempts[0]!.status).toBeUndefined()
  })
})

describe('what an operator does', () => {
  it('replays one event under the id it had', async () => {
    const id = await endpoint()
    await tell().then(webhooks.worker.runOnce)
    const eventId = receiver.heard[0]!.message.id
    expect(await webhooks.records.replay(id, { eventId })).toEqual({ replayed: 1 })
    await webhooks.worker.runOnce()
    expect(receiver.heard.map(({ headers }) => headers['webhook-id'])).toEqual([eventId, eventId])
    const [delivery] = await deliveries(id)
    expect((await webhooks.records.delivery(delivery!.id)).attempts).toHaveLength(2)
    const other = newId('webhookEvent', 1)
    await expect(webhooks.records.replay(id, { eventId: other })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('changes the secret while messages go on: both are good until the old one ends', async () => {
    const id = await endpoint()
    const old = receiver.secret
    const { secret } = await webhooks.endpoints.rotate(id, 60_000)
    await tell()
    await webhooks.worker.runOnce()
    const { body, headers } = receiver.heard[0]!
    for (const one of [old, secret]) expect(new Webhook(one).verify(body, headers)).toBeTruthy()
    clock.moveMs(61_000)
    receiver.secret = secret
    await tell()
    await webhooks.worker.runOnce()
    expect(receiver.heard).toHaveLength(2)
    const late = receiver.heard[1]!
    expect(() => new Webhook(old).verify(late.body, late.headers)).toThrow()
    expect((await webhooks.endpoints.get(id)).oldSecretUntil).toBeUndefined()
  })

  it('finds no secret in what is listed or kept', async () => {
    const id = await endpoint()
    await tell().then(webhooks.worker.runOnce)
    const shown = JSON.stringify([await webhooks.endpoints.list(ORG), await webhooks.records.events({})])
    expect(shown).not.toContain('whsec_')
    const { rows } = await sql<{ text: string }>`
      select (select string_agg(e::text, '') from webhook_endpoint e) || (select string_agg(a::text, '') from webhook_attempt a)
             || (select string_agg(x::text, '') from audit_entries x) as text`.execute(handle.db)
    const bare = receiver.secret.slice('whsec_'.length)
    expect(rows[0]!.text).toContain(id)
    expect(rows[0]!.text).not.toContain(bare)
    expect(rows[0]!.text).not.toContain(Buffer.from(bare, 'base64').toString('hex'))
  })

  it('is refused addresses inside, endpoints of nobody, and too many', async () => {
    const create = (url: string, organisationId = ORG) => webhooks.endpoints.create({ organisationId, url })
    await expect(create('https://169.254.169.254/')).rejects.toMatchObject({ code: 'webhook_url_refused' })
    await expect(create('https://hooks.example.com/')).rejects.toMatchObject({ code: 'webhook_url_refused' })
    await expect(create(receiver.url, newId('organisation', 2))).rejects.toMatchObject({ code: 'not_found' })
    const id = await endpoint()
    await expect(webhooks.endpoints.change(id, { url: 'https://10.0.0.1/' })).rejects.toMatchObject({
      code: 'webhook_url_refused',
    })
    expect(await webhooks.endpoints.change(id, { description: 'books' })).toMatchObject({ description: 'books' })
    for (let i = 1; i < 20; i++) await create(receiver.url)
    await expect(create(receiver.url)).rejects.toMatchObject({ code: 'webhook_state' })
  })

  it('stops and removes endpoints; the source is told when nobody is left', async () => {
    const [one, two] = [await endpoint(), await endpoint()]
    await tell()
    expect(await webhooks.endpoints.disable(one)).toMatchObject({ state: 'disabled', disabledReason: 'operator' })
    await expect(webhooks.endpoints.test(one)).rejects.toMatchObject({ code: 'webhook_state' })
    await webhooks.endpoints.remove(one)
    expect(listening.at(-1)).toEqual([ORG, true])
    await webhooks.endpoints.test(two)
    await webhooks.worker.runOnce()
    expect(receiver.types().sort()).toEqual(['payment.approved', 'webhook.test'])
    await webhooks.endpoints.remove(two)
    expect(listening.at(-1)).toEqual([ORG, false])
    await expect(webhooks.endpoints.get(two)).rejects.toMatchObject({ code: 'not_found' })
    expect(await webhooks.endpoints.list()).toEqual([])
  })

  it('keeps events for a month', async () => {
    await endpoint()
    await tell().then(webhooks.worker.runOnce)
    clock.moveMs(KEPT_MS - 60_000)
    await webhooks.records.sweep()
    expect(await webhooks.records.events({})).toHaveLength(1)
    clock.moveMs(120_000)
    await webhooks.records.sweep()
    expect(await webhooks.records.events({})).toHaveLength(0)
  })
})
