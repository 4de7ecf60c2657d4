import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdHand, holdUnknownHand, issueKey, newServiceId } from './adyen-till.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { ledgerSum, shopperWithCard } from './sale.ts'
import type { TestDevice } from './test-device.ts'

// A till that drives readers by the npm package `stripe`, which is used as it comes: key and host are all it was told.
let house: TestHouse
let terminal: TestDevice
let till: Stripe
let stranger: Stripe
beforeAll(async () => {
  house = await startHouse()
  terminal = await house.pair('terminal')
  const { hostname: host, port } = new URL(house.url)
  const tillOf = async (shop: 0 | 1) => {
    const { apiKey } = await issueKey(house, (await house.pair('register', shop)).id)
    return new Stripe(apiKey, { host, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false })
  }
  till = await tillOf(0)
  stranger = await tillOf(1)
})
afterAll(async () => {
  expect(await ledgerSum(house)).toBe(0n)
  await house.stop()
})

const intent = (amount: number, more: object = {}, options: object = {}) =>
  till.paymentIntents.create({ amount, currency: 'usd', ...more }, { idempotencyKey: newServiceId(), ...options })
const process = (payment_intent: string, options: object = {}) =>
  till.terminal.readers.processPaymentIntent(
    terminal.id,
    { payment_intent, process_config: { skip_tipping: true } },
    { idempotencyKey: newServiceId(), ...options },
  )
const reader = async () => {
  const found = await till.terminal.readers.retrieve(terminal.id)
  if (found.deleted) throw new Error('the reader is gone')
  return found
}

describe('a till that knows the readers of Stripe', () => {
  it('has an intent paid, once however often it asks', async () => {
    const key = { idempotencyKey: newServiceId() }
    const made = await intent(1234, { metadata: { reference: 'basket-7' } }, key)
    expect(made).toMatchObject({ status: 'requires_payment_method', amount: 1234, currency: 'usd', livemode: false })
    expect((await intent(1234, { metadata: { reference: 'basket-7' } }, key)).id).toBe(made.id)
    await expect(intent(1235, {}, key)).rejects.toMatchObject({ statusCode: 422, code: 'idempotency_key_conflict' })
    const [one, other] = await Promise.all([process(made.id), process(made.id)])
    expect(one.action).toMatchObject({
      type: 'process_payment_intent',
      status: 'in_progress',
      process_payment_intent: { payment_intent: made.id },
    })
    expect(other.action).toEqual(one.action)
    const payment = await holdHand(house, terminal, await shopperWithCard(house))
    expect(payment).toMatchObject({ state: 'approved', capturedMinor: 1234, reference: 'basket-7' })
    expect((await reader()).action).toMatchObject({ status: 'succeeded', failure_code: null })
    const paid = await till.paymentIntents.retrieve(made.id)
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 1234, latest_charge: payment.id })
    await expect(process(made.id)).rejects.toMatchObject({ statusCode: 409, code: 'payment_state' })
    await expect(till.paymentIntents.cancel(made.id)).rejects.toMatchObject({ statusCode: 409 })
    expect(await house.paume.database.db.selectFrom('payment').select('id').execute()).toHaveLength(1)
  })

  it('hears why an attempt failed, and tries the same intent again', async () => {
    const { id } = await intent(500)
    const key = { idempotencyKey: newServiceId() }
    await process(id, key)
    await holdHand(house, terminal, await shopperWithCard(house, '4000000000009995'))
    expect((await reader()).action).toMatchObject({
      status: 'failed',
      failure_code: 'card_declined',
      failure_message: 'Not enough balance',
    })
    expect(await till.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined' },
    })
    // The same request again, its reply was lost: no second hand is asked for.
    expect((await process(id, key)).action?.status).toBe('failed')
    expect((await process(id)).action?.status).toBe('in_progress')
    await holdUnknownHand(house, terminal)
    expect((await reader()).action).toMatchObject({ status: 'failed', failure_code: 'not_recognised' })
    await process(id)
    await holdHand(house, terminal, await shopperWithCard(house))
    expect((await till.paymentIntents.retrieve(id)).status).toBe('succeeded')
  })

  it('takes an action off the reader, and gives an intent up', async () => {
    const { id } = await intent(700)
    await process(id)
    await expect(process((await intent(1)).id)).rejects.toMatchObject({ statusCode: 409, code: 'terminal_busy' })
    const cancelled = await till.terminal.readers.cancelAction(terminal.id)
    expect(cancelled).toMatchObject({ action: { status: 'failed', failure_code: 'cancelled_by_till' } })
    expect((await till.paymentIntents.retrieve(id)).status).toBe('requires_payment_method')
    expect((await till.paymentIntents.cancel(id)).status).toBe('canceled')
    await expect(process(id)).rejects.toMatchObject({ statusCode: 409 })
    const running = await intent(800)
    await process(running.id)
    expect((await till.paymentIntents.cancel(running.id)).status).toBe('canceled')
    expect((await reader()).action?.status).toBe('failed')
  })

  it('holds money and takes part of it, or lets it go', async () => {
    const { id } = await intent(5000, { capture_method: 'manual' })
    await process(id)
    await holdHand(house, terminal, await shopperWithCard(house))
    expect(await till.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 5000,
    })
    const taken = await till.paymentIntents.capture(id, { amount_to_capture: 4200 })
    expect(taken).toMatchObject({ status: 'succeeded', amount_received: 4200 })
    const held = await intent(900, { capture_method: 'manual' })
    await process(held.id)
    await holdHand(house, terminal, await shopperWithCard(house))
    expect((await till.paymentIntents.cancel(held.id)).status).toBe('canceled')
  })

  it('sees the readers of its shop, and nothing of others', async () => {
    const { data } = await till.terminal.readers.list()
    expect(data.map(({ id }) => id)).toContain(terminal.id)
    expect(data.find(({ id }) => id === terminal.id)?.status).toBe('online')
    const { id } = await intent(100)
    await expect(stranger.paymentIntents.retrieve(id)).rejects.toMatchObject({ statusCode: 404 })
    await expect(stranger.terminal.readers.retrieve(terminal.id)).rejects.toMatchObject({ code: 'terminal_unknown' })
    const nobody = new Stripe('nexo_guess', { host: '127.0.0.1', port: new URL(house.url).port, protocol: 'http' })
    await expect(nobody.paymentIntents.retrieve(id)).rejects.toMatchObject({ statusCode: 401 })
    for (const amount of [0, -5, 1.5])
      await expect(intent(amount)).rejects.toMatchObject({ statusCode: 400 + (amount === 0 ? 22 : 0) })
  })
})
