import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHouse, type TestHouse } from './harness.ts'
import { present, ring } from './sale.ts'
import { send, type TestDevice } from './test-device.ts'

let house: TestHouse
let register: TestDevice
let terminal: TestDevice
beforeAll(async () => {
  house = await startHouse()
  register = await house.pair('register')
  terminal = await house.pair('terminal')
})
afterAll(() => house.stop())

it('answers each impossible amount and currency with a code of its own, and makes no payment', async () => {
  const tries: [object, number, string][] = [
    [{ amountMinor: 0 }, 422, 'amount_invalid'],
    [{ amountMinor: -100 }, 422, 'amount_invalid'],
    [{ amountMinor: 10.5 }, 422, 'amount_invalid'],
    [{ amountMinor: 100_000_001 }, 422, 'amount_invalid'],
    [{ amountMinor: 1e300 }, 422, 'amount_invalid'],
    [{ amountMinor: '100' }, 400, 'request_malformed'],
    [{ currency: 'XXX' }, 422, 'currency_unsupported'],
    [{ currency: 'EUR' }, 422, 'currency_unsupported'],
    [{ currency: 'DOLLAR' }, 400, 'request_malformed'],
    [{ reference: '' }, 400, 'request_malformed'],
    [{ deadlineMs: 1 }, 400, 'request_malformed'],
  ]
  for (const [more, status, code] of tries) {
    const reply = await ring(register, terminal, more)
    expect([more, reply.status, reply.body.code]).toEqual([more, status, code])
  }
  expect(await house.paume.money.payments.activeOf(terminal.id)).toBeNull()
  expect((await ring(register, terminal, { amountMinor: 100_000_000 })).status).toBe(201)
  const active = (await house.paume.money.payments.activeOf(terminal.id))!
  await register.call('POST', `/v1/payments/${active.id}/cancel`)
})

it('takes a tip before the palm only, in whole minor units and within the limit', async () => {
  const { body } = await ring(register, terminal, { amountMinor: 99_999_000, tip: { mode: 'ask', presets: [10, 15] } })
  await present(terminal, body.id)
  const tip = (tipMinor: number) => terminal.call('POST', `/v1/payments/${body.id}/tip`, { tipMinor })
  for (const tipMinor of [-1, 0.5, 1_001]) expect((await tip(tipMinor)).body.code).toBe('amount_invalid')
  expect((await tip(1_000)).body).toMatchObject({ tipMinor: 1_000, totalMinor: 100_000_000 })
  expect((await tip(0)).body.totalMinor).toBe(99_999_000)
  const byTill = await register.call('POST', `/v1/payments/${body.id}/tip`, { tipMinor: 1 })
  expect(byTill.body.code).toBe('device_wrong_kind')
  await house.paume.money.payments.recordPalmCaptured(body.id, 'cap_00000000000000000000000000')
  expect((await tip(5)).body.code).toBe('payment_state')
})

it('shows the operator books that sum to zero, and nobody else', async () => {
  const { body } = await send(`${house.url}/v1/ledger`, { headers: house.operator })
  expect(body.sumMinor).toBe(0)
  expect((await send(`${house.url}/v1/ledger`)).body.code).toBe('operator_required')
  expect((await send(`${house.url}/v1/me/payments`)).body.code).toBe('shopper_session_required')
})
