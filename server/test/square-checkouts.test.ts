import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Body, holdHand, issueKey, newServiceId } from './adyen-till.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { ledgerSum, shopperWithCard } from './sale.ts'
import { post, send, type TestDevice } from './test-device.ts'

let house: TestHouse
let terminal: TestDevice
let headers: Record<string, string>
let stranger: Record<string, string>
beforeAll(async () => {
  house = await startHouse()
  terminal = await house.pair('terminal')
  const register = await house.pair('register')
  const other = await house.pair('register', 1)
  headers = { authorization: `Bearer ${(await issueKey(house, register.id)).apiKey}` }
  stranger = { authorization: `Bearer ${(await issueKey(house, other.id)).apiKey}` }
})
afterAll(async () => {
  expect(await ledgerSum(house)).toBe(0n)
  await house.stop()
})

const ask = (amount: number, idempotency_key = newServiceId(), more: object = {}) =>
  post<Body>(
    `${house.url}/v2/terminals/checkouts`,
    {
      idempotency_key,
      checkout: {
        amount_money: { amount, currency: 'USD' },
        device_options: { device_id: terminal.id },
        reference_id: 'basket',
        ...more,
      },
    },
    headers,
  )
const at = (id: string) => `${house.url}/v2/terminals/checkouts/${id}`
const statusOf = async (id: string) => (await send<Body>(at(id), { headers })).body.checkout
const cancel = (id: string) => post<Body>(`${at(id)}/cancel`, {}, headers)

it('a till that knows the checkouts of Square is paid, declined, cancelled and paid once', async () => {
  const key = newServiceId()
  const made = await ask(1234, key)
  expect(made).toMatchObject({ status: 200, body: { checkout: { status: 'PENDING', reference_id: 'basket' } } })
  const { id } = made.body.checkout
  expect((await ask(1234, key)).body.checkout.id).toBe(id)
  expect(await ask(1235, key)).toMatchObject({ status: 422, body: { code: 'idempotency_key_conflict' } })
  expect(await ask(1)).toMatchObject({ status: 409, body: { code: 'terminal_busy' } })
  await terminal.call('POST', `/v1/payments/${id}/presented`)
  expect((await statusOf(id)).status).toBe('IN_PROGRESS')
  await holdHand(house, terminal, await shopperWithCard(house))
  expect(await statusOf(id)).toMatchObject({ status: 'COMPLETED', payment_ids: [id], amount_money: { amount: 1234 } })
  expect((await ask(1234, key)).body.checkout).toMatchObject({ id, status: 'COMPLETED' })
  expect(await cancel(id)).toMatchObject({ status: 409, body: { code: 'payment_state' } })

  const second = (await ask(500)).body.checkout.id
  await holdHand(house, terminal, await shopperWithCard(house, '4000000000009995'))
  expect(await statusOf(second)).toMatchObject({ status: 'CANCELED', decline_reason: 'insufficient_funds' })

  const third = (await ask(500)).body.checkout.id
  expect((await cancel(third)).body.checkout).toMatchObject({ status: 'CANCELED', cancel_reason: 'SELLER_CANCELED' })
  expect((await send(at(third), { headers: stranger })).status).toBe(404)
  expect((await send(at(third))).status).toBe(401)
  for (const amount of [0, -5, 10.5]) expect((await ask(amount)).body.code).toBe('amount_invalid')
})
