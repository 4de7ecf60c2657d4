import { randomUUID } from 'node:crypto'
import type { Sale, WebhookEndpointIssued, WebhookMessage } from '@paume/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { calm } from '../src/payments/processors/sandbox/chaos.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { pay, present, refund, ring, shopperWithCard } from './sale.ts'
import { post, type Reply, send, type TestDevice } from './test-device.ts'
import { type WebhookReceiver, webhookReceiver } from './webhook-receiver.ts'

const ORGANISATION = 'org_01KAPAVME0000000000000DEMQ'
const chaos = calm()
let house: TestHouse
let register: TestDevice
let terminal: TestDevice
let receiver: WebhookReceiver
let endpointId: string
beforeAll(async () => {
  house = await startHouse({
    env: { PAUME_WEBHOOK_LOOPBACK: '1' },
    overrides: { chaos, timing: { processorReplyMs: 1_000, neverSeenMs: 2_000 } },
  })
  register = await house.pair('register')
  terminal = await house.pair('terminal')
  receiver = await webhookReceiver()
  const made = await operator<WebhookEndpointIssued>('POST', '/endpoints', {
    organisationId: ORGANISATION,
    url: receiver.url,
  })
  expect(made.status).toBe(201)
  receiver.secret = made.body.secret
  endpointId = made.body.endpoint.id
})
afterAll(async () => {
  await receiver.close()
  await house.stop()
})
beforeEach(() => {
  receiver.heard.length = 0
})

const operator = <T = any>(method: string, path: string, body?: object): Promise<Reply<T>> =>
  send<T>(`${house.url}/v1/webhooks${path}`, {
    method,
    headers: { ...house.operator, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
/** Types in the order in which they happened, once that many have arrived. */
async function heard(count: number): Promise<string[]> {
  await expect.poll(() => receiver.heard.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(count)
  return messages().map(({ type }) => type)
}
const messages = () => receiver.heard.map(({ message }) => message).sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
const dataOf = (type: string) => messages().find((message) => message.type === type)!.data as Record<string, any>

describe('a shop hears of its money by webhook', () => {
  it('how payments ended', async () => {
    const good = await shopperWithCard(house)
    const poor = await shopperWithCard(house, '4000000000009995')
    const paid = await pay(house, register, terminal, good)
    await pay(house, register, terminal, poor)
    const { body: cancelled } = await ring(register, terminal)
    await register.call('POST', `/v1/payments/${cancelled.id}/cancel`)
    expect(await heard(3)).toEqual(['payment.approved', 'payment.declined', 'payment.cancelled'])
    const approved = dataOf('payment.approved')
    expect(approved.payment).toMatchObject({
      id: paid.id,
      state: 'approved',
      capturedMinor: 2340,
      card: { last4: '4242' },
    })
    expect(approved.version).toBe(paid.version)
    expect(dataOf('payment.declined').payment).toMatchObject({ reason: 'insufficient_funds' })
    expect(JSON.stringify(receiver.heard)).not.toMatch(/shp_|ins_|"cardChoice"/)
  })

  it('what is raised, captured and given back', async () => {
    const { id } = await pay(house, register, terminal, await shopperWithCard(house), { capture: 'manual' })
    const ask = (what: string, body: object) =>
      register.call('POST', `/v1/payments/${id}/${what}`, body, { headers: { 'idempotency-key': randomUUID() } })
    expect((await ask('increments', { amountMinor: 500 })).status).toBe(200)
    expect((await ask('capture', { tipMinor: 300 })).status).toBe(200)
    expect((await refund(register, id, { amountMinor: 1_000 })).status).toBe(200)
    const types = await heard(4)
    expect([...types].sort()).toEqual([
      'payment.approved',
      'payment.captured',
      ...types.filter((type) => type === 'payment.incremented'),
      'refund.succeeded',
    ])
    expect(types).toContain('payment.incremented')
    const { refund: given, payment } = dataOf('refund.succeeded')
    expect([given.amountMinor, given.state, payment.refundedMinor]).toEqual([1_000, 'succeeded', 1_000])
  })

  it('that a reply was lost, and how it turned out', async () => {
    chaos.loseReplies.authorise = 1
    await pay(house, register, terminal, await shopperWithCard(house))
    expect(await heard(2)).toEqual(['payment.unknown', 'payment.approved'])
  })

  it('once that a split sale is paid, by whoever paid last', async () => {
    const asked = { amountMinor: 5_000, currency: 'USD', reference: randomUUID() }
    const key = () => ({ headers: { 'idempotency-key': randomUUID() } })
    const { body: sale } = await register.call<Sale>('POST', '/v1/sales', asked, key())
    await pay(house, register, terminal, await shopperWithCard(house), { amountMinor: 3_000, saleId: sale.id })
    const cash = { kind: 'cash', amountMinor: 2_000 }
    expect((await register.call('POST', `/v1/sales/${sale.id}/other-tenders`, cash, key())).status).toBe(200)
    expect((await heard(2)).sort()).toEqual(['payment.approved', 'sale.paid'])
    expect(dataOf('sale.paid').sale).toMatchObject({ id: sale.id, paidMinor: 5_000, leftMinor: 0 })
  })
})

describe('what the operator sees of it', () => {
  it('is every event, every delivery, every attempt; and a replay with the same id', async () => {
    await pay(house, register, terminal, await shopperWithCard(house))
    await heard(1)
    const { id: eventId } = receiver.heard[0]!.message
    await expect
      .poll(async () => (await operator('GET', `/deliveries?event=${eventId}`)).body.deliveries[0].state)
      .toBe('delivered')
    const { body: listed } = await operator('GET', `/deliveries?endpoint=${endpointId}&state=delivered`)
    const detail = await operator('GET', `/deliveries/${listed.deliveries[0].id}`)
    expect(detail.body.attempts[0]).toMatchObject({ status: 204, replyStart: '' })
    expect(detail.body.body).toBe(receiver.heard[0]!.body)
    expect((await operator<WebhookMessage>('GET', `/events/${eventId}`)).body).toEqual(receiver.heard[0]!.message)
    const { body: page } = await operator('GET', `/events?organisation=${ORGANISATION}&type=payment.approved`)
    expect(page.events[0].id).toBe(eventId)
    expect((await operator('GET', `/events?before=${eventId}`)).body.events[0].id).not.toBe(eventId)
    expect((await operator('POST', `/endpoints/${endpointId}/replay`, { eventId })).body).toEqual({ replayed: 1 })
    await heard(2)
    expect(receiver.heard[1]!.headers['webhook-id']).toBe(eventId)
  })

  it('a test message, a new secret, a stop', async () => {
    const issued = await operator<WebhookEndpointIssued>('POST', `/endpoints/${endpointId}/rotate-secret`, {})
    expect(issued.body.endpoint.oldSecretUntil).toBeDefined()
    receiver.secret = issued.body.secret
    expect((await operator('POST', `/endpoints/${endpointId}/test`)).status).toBe(202)
    expect(await heard(1)).toEqual(['webhook.test'])
    expect((await operator('POST', `/endpoints/${endpointId}/disable`)).body.disabledReason).toBe('operator')
    expect((await operator('POST', `/endpoints/${endpointId}/test`)).body.code).toBe('webhook_state')
    expect((await operator('POST', `/endpoints/${endpointId}/enable`)).body.state).toBe('enabled')
    expect((await operator('POST', `/endpoints/${endpointId}`, { events: ['payout.paid'] })).body.events).toEqual([
      'payout.paid',
    ])
    expect((await operator('DELETE', `/endpoints/${endpointId}`)).status).toBe(204)
    expect((await operator('GET', '/endpoints')).body.endpoints).toEqual([])
    const { body } = await ring(register, terminal)
    await present(terminal, body.id)
    await register.call('POST', `/v1/payments/${body.id}/cancel`)
  })

  it('is nobody else’s to see, and malformed wishes are told so', async () => {
    expect((await send(`${house.url}/v1/webhooks/endpoints`)).body.code).toBe('operator_required')
    const wish = { organisationId: ORGANISATION, url: 'http://192.168.0.1/' }
    expect((await operator('POST', '/endpoints', wish)).body.code).toBe('webhook_url_refused')
    expect((await operator('POST', '/endpoints', { ...wish, events: ['payment.guessed'] })).status).toBe(400)
    expect((await operator('GET', '/deliveries/whd_00000000000000000000000000')).body.code).toBe('not_found')
    expect((await post(`${house.url}/v1/webhooks/endpoints`, wish)).status).toBe(401)
  })
})
