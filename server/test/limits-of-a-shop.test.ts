import type { Limits, Payment } from '@paume/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { ledgerSum, pay, shopperWithCard } from './sale.ts'
import { send, type TestDevice } from './test-device.ts'

let house: TestHouse
let register: TestDevice
let terminal: TestDevice
beforeAll(async () => {
  house = await startHouse()
  register = await house.pair('register')
  terminal = await house.pair('terminal')
})
afterAll(async () => {
  expect(await ledgerSum(house)).toBe(0n)
  await house.stop()
})

const none = {
  chargeMinor: null,
  stepUpAboveMinor: null,
  shopperDayMinor: null,
  merchantDayMinor: null,
  shopperPerHour: null,
  cardPerHour: null,
  terminalPerHour: null,
}
const limits = (method: string, body?: unknown, headers: Record<string, string> = house.operator, currency = 'USD') =>
  send<Limits & { code?: string }>(`${house.url}/v1/organisations/${DEMO_ORGANISATION.id}/limits/${currency}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

describe('the limits of a shop', () => {
  it('are set by operators, hold from the next hand on, and the till hears why', async () => {
    const shopper = await shopperWithCard(house)
    const sale = (amountMinor: number) => pay(house, register, terminal, shopper, { amountMinor })
    expect((await limits('GET')).body).toMatchObject({ ...none, default: true })
    expect(await sale(5000)).toMatchObject({ state: 'approved' })
    const set = { ...none, shopperDayMinor: 7000 }
    expect((await limits('PUT', set)).body).toMatchObject({ ...set, default: false, currency: 'USD' })
    expect(await sale(2000)).toMatchObject({ state: 'approved' })
    const declined = await sale(1)
    expect(declined).toMatchObject({ state: 'declined', reason: 'limit_exceeded' })
    const seen = await register.call<Payment>('GET', `/v1/payments/${declined.id}`)
    expect(seen.body).toMatchObject({ state: 'declined', reason: 'limit_exceeded' })
    expect((await limits('PUT', none)).status).toBe(200)
    expect(await sale(1)).toMatchObject({ state: 'approved' })
  })

  it('refuse what is no limit, and whoever is no operator', async () => {
    for (const chargeMinor of [0, -1, 1.5, '1000'])
      expect((await limits('PUT', { ...none, chargeMinor })).status).toBe(400)
    expect((await limits('PUT', { chargeMinor: 1 })).status).toBe(400)
    expect((await limits('GET', undefined, house.operator, 'XXX')).status).toBe(400)
    expect((await limits('GET', undefined, {})).status).toBe(401)
    expect((await limits('PUT', none, {})).status).toBe(401)
  })
})
