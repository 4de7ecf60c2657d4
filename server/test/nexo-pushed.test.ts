import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Body, bareTill, holdHand, issueKey, paymentOf, poiIdOf } from './adyen-till.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { shopperWithCard } from './sale.ts'
import { post, send, type TestDevice } from './test-device.ts'

/** What a till runs to be told. */
async function tillServer() {
  const state = {
    heard: [] as { authorization: string | undefined; body: Body }[],
    /** Statuses of the next replies; then 200. */
    answers: [] as number[],
    location: '',
  }
  const server = createServer(async (request: IncomingMessage, reply) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { authorization } = request.headers
    state.heard.push({ authorization, body: JSON.parse(Buffer.concat(parts).toString('utf8')) })
    const status = state.answers.shift() ?? 200
    reply.writeHead(status, status === 307 ? { location: state.location } : {}).end('[accepted]')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`
  return Object.assign(state, { url, close: () => new Promise((resolve) => server.close(resolve)) })
}

let house: TestHouse
let register: TestDevice
let terminal: TestDevice
let receiver: Awaited<ReturnType<typeof tillServer>>
let key: Awaited<ReturnType<typeof issueKey>>
beforeAll(async () => {
  house = await startHouse({ env: { PAUME_WEBHOOK_LOOPBACK: '1' } })
  register = await house.pair('register')
  terminal = await house.pair('terminal')
  receiver = await tillServer()
  const login = { username: 'till', password: 'not for others' }
  key = await issueKey(house, register.id, { events: { url: receiver.url, login } })
})
afterAll(async () => {
  await house?.stop()
  await receiver?.close()
})

const headers = () => ({ 'x-api-key': key.apiKey })
const events = async () => (await send<Body>(`${house.url}/v1/nexo/events`, { headers: headers() })).body.events
const newest = async () => (await events()).at(-1)
/** Sends to `/async` and pays. */
async function paidAsync(amount: number): Promise<string> {
  const shopper = await shopperWithCard(house)
  const till = bareTill(house, terminal, key.apiKey)
  await till.beat()
  const message = { SaleToPOIRequest: { MessageHeader: till.headerOf('Payment'), PaymentRequest: paymentOf(amount) } }
  const reply = await fetch(`${house.url}/async`, {
    method: 'POST',
    headers: { ...headers(), 'content-type': 'application/json' },
    body: JSON.stringify(message),
  })
  expect(await reply.text()).toBe('ok')
  return (await holdHand(house, terminal, shopper)).id
}
const transactionOf = (body: Body) => body.SaleToPOIResponse?.PaymentResponse.POIData.POITransactionID.TransactionID

describe('a till that said where to', () => {
  it('is a register that says so of its own keys only', async () => {
    const own = await register.call('POST', '/v1/devices/self/nexo-keys', {})
    const path = `/v1/devices/self/nexo-keys/${own.body.key.id}/events`
    const events = { url: 'https://till.example.com/events' }
    expect((await register.call('PUT', path, { events })).body.eventsUrl).toBe(events.url)
    expect((await (await house.pair('register', 1)).call('PUT', path, { events: null })).status).toBe(404)
  })

  it('is brought the result of an asynchronous request, with its own login, and can still ask for it', async () => {
    const id = await paidAsync(7.5)
    await expect.poll(() => receiver.heard.length).toBe(1)
    const [heard] = receiver.heard
    expect(heard!.authorization).toBe(`Basic ${Buffer.from('till:not for others').toString('base64')}`)
    expect(transactionOf(heard!.body)).toBe(id)
    await expect.poll(async () => (await newest()).push).toEqual({ state: 'delivered', attempts: 1, status: 200 })
    expect((await newest()).body).toEqual(heard!.body)
    expect(JSON.stringify(key.key)).not.toContain('not for others')
    expect(key.key.eventsUrl).toBe(receiver.url)
  })

  it('that does not take it is tried again later, with the very same message', async () => {
    receiver.heard.length = 0
    receiver.answers.push(500, 503)
    await paidAsync(8)
    await expect.poll(() => receiver.heard.length).toBe(1)
    await expect
      .poll(async () => (await newest()).push)
      .toMatchObject({ state: 'pending', fault: 'status', status: 500 })
    house.clock.moveMs(2_001)
    await expect.poll(() => receiver.heard.length).toBe(2)
    await expect.poll(async () => (await newest()).push.status).toBe(503)
    house.clock.moveMs(10_001)
    await expect.poll(async () => (await newest()).push).toMatchObject({ state: 'delivered', attempts: 3 })
    expect(receiver.heard[2]!.body).toEqual(receiver.heard[0]!.body)
  })

  it('and is down for a day is given up: the result is there to be asked for', async () => {
    receiver.heard.length = 0
    receiver.answers.push(...Array(9).fill(500))
    const id = await paidAsync(9)
    for (let attempt = 1; attempt <= 9; attempt++) {
      await expect.poll(async () => (await newest()).push, { timeout: 5_000 }).toMatchObject({ attempts: attempt })
      await expect.poll(async () => (await newest()).push.status, { timeout: 5_000 }).toBe(500)
      house.clock.moveMs(36_000_001)
    }
    await expect.poll(async () => (await newest()).push.state).toBe('failed')
    expect(receiver.heard).toHaveLength(9)
    expect(transactionOf((await newest()).body)).toBe(id)
  })

  it('hears what came of its aborts and of what cannot be understood later', async () => {
    receiver.heard.length = 0
    const till = bareTill(house, terminal, key.apiKey)
    const MessageReference = { MessageCategory: 'Payment', ServiceID: 'never' }
    const AbortRequest = { AbortReason: 'MerchantAbort', MessageReference }
    const message = { SaleToPOIRequest: { MessageHeader: till.headerOf('Abort'), AbortRequest } }
    await fetch(`${house.url}/async`, {
      method: 'POST',
      headers: { ...headers(), 'content-type': 'application/json' },
      body: JSON.stringify(message),
    })
    await expect.poll(() => receiver.heard.length).toBe(1)
    expect(receiver.heard[0]!.body.SaleToPOIRequest.EventNotification).toMatchObject({ EventToNotify: 'Reject' })
  })
})

describe('where events may go', () => {
  const put = (url: string, caller = house.operator) =>
    fetch(`${house.url}/v1/nexo-keys/${key.key.id}/events`, {
      method: 'PUT',
      headers: { ...caller, 'content-type': 'application/json' },
      body: JSON.stringify({ events: { url } }),
    })

  it('is the public internet, by https, and nothing inside', async () => {
    for (const url of [
      'https://10.0.0.7/events',
      'https://169.254.169.254/latest/meta-data',
      'http://example.com/events',
      'https://localhost/events',
      'https://till.local/events',
      'https://example.com:22/',
      'https://user:word@example.com/',
      'not a url',
    ]) {
      const reply = await put(url)
      expect([reply.status, ((await reply.json()) as Body).code], url).toEqual([422, 'webhook_url_refused'])
    }
    const made = await post<Body>(
      `${house.url}/v1/nexo-keys`,
      { registerId: register.id, events: { url: 'https://192.168.1.5/events' } },
      house.operator,
    )
    expect(made.body.code).toBe('webhook_url_refused')
    expect((await put(receiver.url, { authorization: 'Bearer nobody' })).status).toBe(401)
  })

  it('is not changed by a redirect', async () => {
    const other = await tillServer()
    receiver.heard.length = 0
    receiver.answers.push(307)
    receiver.location = other.url
    await paidAsync(3)
    await expect.poll(async () => (await newest()).push).toMatchObject({ status: 307, fault: 'status' })
    expect(other.heard).toEqual([])
    await other.close()
  })

  it('is forgotten when the operator says so', async () => {
    const done = await fetch(`${house.url}/v1/nexo-keys/${key.key.id}/events`, {
      method: 'PUT',
      headers: { ...house.operator, 'content-type': 'application/json' },
      body: JSON.stringify({ events: null }),
    })
    expect(((await done.json()) as Body).eventsUrl).toBeUndefined()
    receiver.heard.length = 0
    const id = await paidAsync(4)
    await expect.poll(async () => transactionOf((await newest()).body)).toBe(id)
    expect((await newest()).push).toBeUndefined()
    expect(receiver.heard).toEqual([])
  })
})

describe('a terminal that comes and goes', () => {
  it('is told of once each time, to every till of its shop', async () => {
    const other = await issueKey(house, register.id, { saleId: 'POS-9' })
    const read = async () =>
      (await send<Body>(`${house.url}/v1/nexo/events`, { headers: { 'x-api-key': other.apiKey } })).body.events.map(
        ({ body }: Body) => body.SaleToPOIRequest,
      )
    const ofTerminal = async () =>
      (await read()).filter(({ MessageHeader }: Body) => MessageHeader.POIID === poiIdOf(terminal))
    const names = async () => (await ofTerminal()).map(({ EventNotification }: Body) => EventNotification.EventToNotify)
    const look = house.paume.tills.sweep
    await house.paume.devices.seen(terminal.id)
    await look()
    const before = (await names()).length
    house.clock.moveMs(41_000)
    await look()
    await look()
    expect((await names()).slice(before)).toEqual(['NetworkDisconnected'])
    await house.paume.devices.seen(terminal.id)
    await look()
    expect((await names()).slice(before)).toEqual(['NetworkDisconnected', 'NetworkConnected'])
    await house.revoke(terminal.id)
    await look()
    const last = (await ofTerminal()).at(-1)
    expect(last.EventNotification).toMatchObject({ EventToNotify: 'OutOfOrder', MaintenanceRequiredFlag: true })
    expect(last.MessageHeader).toMatchObject({ SaleID: 'POS-9', MessageClass: 'Event', MessageType: 'Notification' })
  })
})
