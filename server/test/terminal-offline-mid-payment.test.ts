import { describe, expect, it } from 'vitest'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { chargeOf, present, ring } from './sale.ts'
import { openShop } from './shop.ts'
import type { TestDevice } from './test-device.ts'

const { house, register, terminal } = await openShop()
/** The devices' clocks go with the house's. */
const call = (device: TestDevice, method: string, path: string, body?: unknown) =>
  device.call(method, path, body, { clockOffMs: house.clock.nowMs() - Date.now() })

describe('a terminal that goes away', () => {
  it('after a first hover that failed: the second never comes, the basket is kept, nothing is charged', async () => {
    const { id } = await presentPayment(register, terminal)
    const { body } = await hover(terminal, id, standInBurst('nobody', 'R'))
    expect(body).toMatchObject({ outcome: 'try_again', payment: { state: 'presented', hoversLeft: 1 } })
    await house.paume.database.db
      .updateTable('devices')
      .set({ last_seen_at: new Date(0) })
      .where('id', '=', terminal.id)
      .execute()
    const told = await register.call('GET', `/v1/payments/${id}?wait=10&after=${body.payment.version}`)
    expect(told.body).toMatchObject({ state: 'expired', reason: 'terminal_gone', amountMinor: 2340, capturedMinor: 0 })
    await call(terminal, 'GET', `/v1/terminals/${terminal.id}/payment`)
  })

  it('in the middle of a payment: the payment ends, nothing is charged, the terminal is free when it comes back', async () => {
    const { body: payment } = await ring(register, terminal, { deadlineMs: 600_000 })
    await present(terminal, payment.id)
    await house.paume.money.payments.recordPalmCaptured(payment.id, 'cap_00000000000000000000000000')
    house.clock.moveMs(46_000)
    const told = await call(register, 'GET', `/v1/payments/${payment.id}?wait=10&after=3`)
    expect(told.body).toMatchObject({ state: 'expired', reason: 'terminal_gone', capturedMinor: 0 })
    expect(await chargeOf(house, payment.id)).toBeNull()

    const path = `/v1/terminals/${terminal.id}/payments`
    const sale = { amountMinor: 500, currency: 'USD', reference: 'next' }
    const options = { headers: { 'idempotency-key': 'next' }, clockOffMs: house.clock.nowMs() - Date.now() }
    const refused = await register.call('POST', path, sale, options)
    expect([refused.status, refused.body.code]).toEqual([409, 'terminal_offline'])

    const shown = await call(terminal, 'GET', `/v1/terminals/${terminal.id}/payment?after=${payment.id}:3`)
    expect(shown.body.payment).toMatchObject({ id: payment.id, state: 'expired' })
    const next = await register.call('POST', path, sale, options)
    expect(next.status).toBe(201)
    await call(register, 'POST', `/v1/payments/${next.body.id}/cancel`)
  })

  it('is told of the next payment by the reply it holds open', async () => {
    const held = call(terminal, 'GET', `/v1/terminals/${terminal.id}/payment?wait=10`)
    await expect.poll(() => house.paume.money.payments.activeOf(terminal.id)).toBeNull()
    const made = await register.call(
      'POST',
      `/v1/terminals/${terminal.id}/payments`,
      { amountMinor: 700, currency: 'USD', reference: 'held' },
      { headers: { 'idempotency-key': 'held' }, clockOffMs: house.clock.nowMs() - Date.now() },
    )
    expect(made.status).toBe(201)
    expect((await held).body.payment).toMatchObject({ id: made.body.id, state: 'created', merchantName: 'Demo Stores' })
    const known = `${made.body.id}:${made.body.version}`
    const waiting = call(terminal, 'GET', `/v1/terminals/${terminal.id}/payment?wait=10&after=${known}`)
    await call(register, 'POST', `/v1/payments/${made.body.id}/cancel`)
    expect((await waiting).body.payment).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_till' })
  })
})

it('keeps one shop from seeing or driving the terminals and payments of another', async () => {
  const otherRegister = await house.pair('register', 1)
  const otherTerminal = await house.pair('terminal', 1)
  const foreign = await ring(otherRegister, terminal)
  expect([foreign.status, foreign.body.code]).toEqual([404, 'terminal_unknown'])
  await call(terminal, 'GET', `/v1/terminals/${terminal.id}/payment`)
  const { body: mine } = await ring(register, terminal)
  for (const [device, method, path] of [
    [otherRegister, 'GET', `/v1/payments/${mine.id}`],
    [otherRegister, 'POST', `/v1/payments/${mine.id}/cancel`],
    [otherRegister, 'GET', `/v1/payments/${mine.id}/receipt`],
    [otherRegister, 'GET', `/v1/payments/${mine.id}/events`],
    [otherTerminal, 'POST', `/v1/payments/${mine.id}/presented`],
  ] as const) {
    const reply = await call(device, method, path)
    expect([path, reply.status, reply.body.code]).toEqual([path, 404, 'payment_unknown'])
  }
  const peeking = await call(otherTerminal, 'GET', `/v1/terminals/${terminal.id}/payment`)
  expect(peeking.body.code).toBe('terminal_unknown')
  const list = await call(otherRegister, 'GET', `/v1/payments?reference=${mine.reference}`)
  expect(list.body.payments).toEqual([])
})
