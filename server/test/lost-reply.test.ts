import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { calm } from '../src/payments/processors/sandbox/chaos.ts'
import { enrol } from './enrol.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { chargeOf, pay, present, recognise, ring, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'
import { send } from './test-device.ts'

const chaos = calm()
const { house, register, terminal } = await openShop({
  overrides: { chaos, timing: { processorReplyMs: 1_000, neverSeenMs: 2_000 } },
})

describe('the processor took the money and its reply was lost', () => {
  it('is unknown, never declined, and becomes approved once, without a second charge', async () => {
    const shopper = await shopperWithCard(house)
    chaos.loseReplies.authorise = 1
    const unknown = await pay(house, register, terminal, shopper)
    expect(unknown).toMatchObject({ state: 'unknown', capturedMinor: 0 })
    expect((await chargeOf(house, unknown.id))!.state).toBe('authorised')
    // The till waits on a held reply; the worker settles the payment by asking the processor for our own key.
    const told = await register.call('GET', `/v1/payments/${unknown.id}?wait=10&after=${unknown.version}`)
    expect(told.body).toMatchObject({ state: 'approved' })
    await expect
      .poll(async () => (await register.call('GET', `/v1/payments/${unknown.id}`)).body.capturedMinor)
      .toBe(2340)
    const charge = (await chargeOf(house, unknown.id))!
    expect(charge.operations.map((operation) => operation.kind)).toEqual(['capture'])
  })

  it('tells the shopper at the terminal that it is not known yet, not that it failed', async () => {
    const kiosk = await house.pair('kiosk')
    expect((await enrol(kiosk, (hand) => standInBurst('lost', hand))).status).toBe(200)
    const { id } = await presentPayment(register, terminal)
    chaos.loseReplies.authorise = 1
    const { body } = await hover(terminal, id, standInBurst('lost', 'R'))
    expect([body.outcome, body.payment.state]).toEqual(['unknown', 'unknown'])
    const shown = await terminal.call(
      'GET',
      `/v1/terminals/${terminal.id}/payment?wait=10&after=${id}:${body.payment.version}`,
    )
    expect(shown.body.payment).toMatchObject({ id, state: 'approved' })
    await expect.poll(async () => (await chargeOf(house, id))!.capturedMinor).toBe(2340n)
  })

  it('leaves the terminal free for the next sale meanwhile', async () => {
    const shopper = await shopperWithCard(house)
    chaos.loseReplies.authorise = 1
    const unknown = await pay(house, register, terminal, shopper)
    const next = await ring(register, terminal)
    expect(next.status).toBe(201)
    await register.call('POST', `/v1/payments/${next.body.id}/cancel`)
    await expect
      .poll(async () => (await register.call('GET', `/v1/payments/${unknown.id}`)).body.state, { timeout: 10_000 })
      .toBe('approved')
  })

  it('is unknown too when the processor is only slow, and is not charged twice by waiting', async () => {
    const shopper = await shopperWithCard(house)
    chaos.slowAfterMs = 1_500
    const unknown = await pay(house, register, terminal, shopper)
    chaos.slowAfterMs = 0
    expect(unknown.state).toBe('unknown')
    await expect
      .poll(async () => (await register.call('GET', `/v1/payments/${unknown.id}`)).body.state, { timeout: 10_000 })
      .toBe('approved')
    expect((await chargeOf(house, unknown.id))!.operations).toHaveLength(1)
  })
})

describe('the till lost our reply', () => {
  it('finds the payment by its own reference, and asking again with the key makes no other', async () => {
    const shopper = await shopperWithCard(house)
    const [key, reference] = [randomUUID(), `basket-${randomUUID()}`]
    const request = { amountMinor: 2340, currency: 'USD', reference }
    // The till sends and its network dies before the reply.
    const path = `/v1/terminals/${terminal.id}/payments`
    const bytes = Buffer.from(JSON.stringify(request))
    const headers = await register.sign('POST', path, bytes, { headers: { 'idempotency-key': key } })
    const cut = new AbortController()
    const lost = send(`${house.url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: bytes,
      signal: cut.signal,
    })
    const arrived = expect
      .poll(async () => (await register.call('GET', `/v1/payments?reference=${reference}`)).body.payments.length)
      .toBe(1)
    await arrived
    cut.abort()
    await lost.catch(() => {})
    const found = (await register.call('GET', `/v1/payments?reference=${reference}`)).body.payments
    const again = await ring(register, terminal, request as never, key)
    expect(again.body.id).toBe(found[0].id)
    await present(terminal, again.body.id)
    expect((await recognise(house, again.body.id, shopper)).state).toBe('approved')
    const after = (await register.call('GET', `/v1/payments?reference=${reference}`)).body.payments
    expect(after).toHaveLength(1)
    expect(after[0]).toMatchObject({ state: 'approved', capturedMinor: 2340 })
  })
})
