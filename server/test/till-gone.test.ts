import { randomUUID } from 'node:crypto'
import type { Payment } from '@paume/contract'
import { expect, it } from 'vitest'
import { chargeOf, ledgerSum, pay, recognise, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'
import type { TestDevice } from './test-device.ts'

const { house, register, terminal } = await openShop()
const shopper = await shopperWithCard(house)
/** The devices' clocks go with the house's. */
const call = (device: TestDevice, method: string, path: string, body?: unknown) =>
  device.call(method, path, body, { clockOffMs: house.clock.nowMs() - Date.now() })
const stateOf = (id: string) => house.paume.money.payments.byId(id)

it('the till crashed after the approval: the money goes back by itself, and the till is told why when it is back', async () => {
  const { id, acknowledge } = await pay(house, register, terminal, shopper, { acknowledge: true })
  expect(acknowledge!.dueAt).toBeDefined()
  house.clock.moveMs(60_001)
  await expect.poll(async () => (await stateOf(id)).refundedMinor, { timeout: 5_000 }).toBe(2340)
  const { body } = await call(register, 'GET', `/v1/payments/${id}`)
  expect(body).toMatchObject({ state: 'approved', reversal: 'till_gone', capturedMinor: 2340, refundedMinor: 2340 })
  const late = await call(register, 'POST', `/v1/payments/${id}/acknowledge`)
  expect([late.status, late.body.code]).toEqual([409, 'payment_state'])
  expect(await chargeOf(house, id)).toMatchObject({ refundedMinor: 2340n })
  expect(await ledgerSum(house)).toBe(0n)
})

it('a till that streams counts as there as long as it does, without a word', async () => {
  await call(terminal, 'POST', '/v1/devices/self/heartbeat', {
    appVersion: 'test',
    camera: 'synthetic',
    deviceTimeMs: house.clock.nowMs(),
  })
  const key = randomUUID()
  const body = {
    amountMinor: 900,
    currency: 'USD',
    reference: 'stream',
    acknowledge: true,
    acknowledgeWithinMs: 40_000,
  }
  const made = await register.call<Payment>('POST', `/v1/terminals/${terminal.id}/payments`, body, {
    headers: { 'idempotency-key': key },
    clockOffMs: house.clock.nowMs() - Date.now(),
  })
  expect(made.status).toBe(201)
  const { id } = made.body
  await call(terminal, 'POST', `/v1/payments/${id}/presented`)
  const paid = await recognise(house, id, shopper)
  expect(paid.state).toBe('approved')
  house.clock.moveMs(30_000)
  const path = `/v1/payments/${id}/events`
  const headers = await register.sign('GET', path, undefined, { clockOffMs: house.clock.nowMs() - Date.now() })
  const cut = new AbortController()
  const reply = await fetch(`${house.url}${path}`, { headers, signal: cut.signal })
  const { value } = await reply.body!.getReader().read()
  expect(new TextDecoder().decode(value)).toContain('retry')
  await expect
    .poll(async () => Date.parse((await stateOf(id)).acknowledge!.dueAt!), { timeout: 5_000 })
    .toBeGreaterThan(Date.parse(paid.acknowledge!.dueAt!))
  cut.abort()
  house.clock.moveMs(20_000)
  await new Promise((done) => setTimeout(done, 1_500))
  expect((await stateOf(id)).refundedMinor).toBe(0)
  const told = await call(register, 'POST', `/v1/payments/${id}/acknowledge`)
  expect(told.body.acknowledge.doneAt).toBeDefined()
})
