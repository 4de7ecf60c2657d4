import { describe, expect, it } from 'vitest'
import { chargeOf, pay, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'
import { type Reply, send } from './test-device.ts'

const DAY_MS = 86_400_000

const { house, register, terminal } = await openShop()

const desk = (method: string, path: string, body?: unknown, headers = house.operator): Promise<Reply> =>
  send(`${house.url}/sandbox/processor${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const sale = async () => pay(house, register, terminal, await shopperWithCard(house))

describe('the desk of the sandbox processor', () => {
  it('is for operators only, but for the list of test cards', async () => {
    const asked: [string, string, unknown?][] = [
      ['GET', '/clock'],
      ['POST', '/clock', { forwardMs: 1 }],
      ['GET', '/chaos'],
      ['PUT', '/chaos', {}],
      ['GET', '/batches?from=2026-01-01&to=2026-01-02'],
      ['GET', '/batches/sbx_2026-01-01_USD'],
      ['GET', '/charges?of=x'],
      ['GET', '/disputes/x'],
      ['POST', '/disputes/x/ruling', { outcome: 'won' }],
      ['POST', '/charges/x/disputes', {}],
      ['POST', '/instruments/x/changes', { change: 'lost' }],
    ]
    for (const [method, path, body] of asked) {
      expect((await desk(method, path, body, {} as never)).status, `${method} ${path}`).toBe(401)
    }
    const cards = await desk('GET', '/cards', undefined, {} as never)
    expect(cards.body).toContainEqual({ number: '4242424242424242', brand: 'visa', shows: 'approved' })
  })

  it('moves the clock of the processor, and ours stays', async () => {
    const before = house.clock.nowMs()
    const { body } = await desk('POST', '/clock', { forwardMs: DAY_MS })
    expect(body.aheadMs).toBe(DAY_MS)
    expect(Date.parse(body.now) - before).toBeGreaterThanOrEqual(DAY_MS)
    expect(house.clock.nowMs() - before).toBeLessThan(60_000)
    expect((await desk('GET', '/clock')).body.aheadMs).toBe(DAY_MS)
    for (const forwardMs of [0, -1, 1.5, 400 * DAY_MS, '1']) {
      expect((await desk('POST', '/clock', { forwardMs })).status).toBe(400)
    }
  })

  it('turns the switches of the network, on this node and at once', async () => {
    const calm = (await desk('GET', '/chaos')).body
    expect(calm).toMatchObject({ down: false, loseReplies: {}, webhooks: { twice: false } })
    expect((await desk('PUT', '/chaos', { ...calm, loseReplies: { authorise: 1 } })).status).toBe(200)
    expect(await sale()).toMatchObject({ state: 'unknown' })
    expect((await desk('PUT', '/chaos', { ...calm, loseReplies: { everything: 1 } })).status).toBe(400)
    expect((await desk('PUT', '/chaos', { ...calm, surprise: true })).status).toBe(400)
    expect((await desk('PUT', '/chaos', calm)).body).toEqual(calm)
  })

  it('opens a dispute and decides it', async () => {
    const payment = await sale()
    const { ref } = (await chargeOf(house, payment.id))!
    for (const of of [payment.id, payment.reference, ref]) {
      const { body } = await desk('GET', `/charges?of=${of}`)
      expect(body).toMatchObject([{ ref, state: 'captured', capturedMinor: 2340, operations: [{ kind: 'capture' }] }])
    }
    expect((await desk('GET', '/charges?of=nothing')).body).toEqual([])
    const opened = await desk('POST', `/charges/${ref}/disputes`, { reason: 'fraudulent', answered: 'lost' })
    expect(opened.status).toBe(201)
    expect(opened.body).toMatchObject({ chargeRef: ref, amountMinor: 2340, state: 'needs_response', evidence: [] })
    expect((await desk('POST', `/charges/${ref}/disputes`, {})).body.code).toBe('payment_state')
    const ruled = await desk('POST', `/disputes/${opened.body.ref}/ruling`, { outcome: 'won' })
    expect(ruled.body).toMatchObject({ ref: opened.body.ref, state: 'won' })
    expect((await desk('GET', `/disputes/${opened.body.ref}`)).body).toEqual(ruled.body)
    expect((await desk('POST', '/charges/no-such/disputes', {})).status).toBe(404)
    expect((await desk('POST', '/disputes/no-such/ruling', { outcome: 'won' })).status).toBe(404)
  })

  it('changes a card behind its token', async () => {
    const { id } = await sale()
    const { token } = (await desk('GET', `/charges?of=${id}`)).body[0]
    expect((await desk('POST', `/instruments/${token}/changes`, { change: 'lost' })).status).toBe(204)
    expect(await house.paume.money.sandbox.fetchInstrument(token)).toEqual({ kind: 'unusable', reason: 'card_lost' })
    expect((await desk('POST', '/instruments/no-such/changes', { change: 'lost' })).status).toBe(404)
    expect((await desk('POST', `/instruments/${token}/changes`, { change: 'eaten' })).status).toBe(400)
  })

  it('hands out the file of a day that is over', async () => {
    await sale()
    const { now } = (await desk('GET', '/clock')).body
    const day = now.slice(0, 10)
    expect((await desk('GET', `/batches/sbx_${day}_USD`)).status).toBe(404)
    await desk('POST', '/clock', { forwardMs: DAY_MS })
    const to = new Date(Date.parse(now) + 2 * DAY_MS).toISOString().slice(0, 10)
    const batches = (await desk('GET', `/batches?from=${day}&to=${to}`)).body
    expect(batches).toMatchObject([{ batchRef: `sbx_${day}_USD`, state: 'paid' }])
    const file = await fetch(`${house.url}/sandbox/processor/batches/sbx_${day}_USD`, { headers: house.operator })
    expect(file.headers.get('content-type')).toContain('text/csv')
    const text = await file.text()
    expect(text.split('\r\n').at(-2)).toBe(
      `total,sbx_${day}_USD,USD,,,,${batches[0].grossMinor},${batches[0].feeMinor},${batches[0].netMinor},`,
    )
    expect((await desk('GET', '/batches?from=yesterday&to=2026-01-01')).status).toBe(400)
  })
})
