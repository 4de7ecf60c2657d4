import type { Limits, Payment } from '@paume/contract'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { DEMO_ORGANISATION, DEMO_SHOPS } from '../src/merchants/demo.ts'
import { pay, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'
import { send, type TestDevice } from './test-device.ts'

const { house, register, terminal } = await openShop()

const none = {
  chargeMinor: null,
  stepUpAboveMinor: null,
  shopperDayMinor: null,
  merchantDayMinor: null,
  shopperPerHour: null,
  cardPerHour: null,
  terminalPerHour: null,
  travelKmPerHour: null,
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
    for (const travelKmPerHour of [0, 1.5, -1])
      expect((await limits('PUT', { ...none, travelKmPerHour })).status).toBe(400)
    expect((await limits('GET', undefined, {})).status).toBe(401)
    expect((await limits('PUT', none, {})).status).toBe(401)
  })
})

const PARIS = { latitudeDeg: 48.8566, longitudeDeg: 2.3522 }
const NEW_YORK = { latitudeDeg: 40.7128, longitudeDeg: -74.006 }
const placeOf = (method: string, shopId: string, body?: unknown, headers = house.operator) =>
  send<{ place?: unknown; code?: string }>(`${house.url}/v1/shops/${shopId}/place`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

describe('the place of a shop', () => {
  it('is told by operators, and taken back', async () => {
    const { id } = DEMO_SHOPS[0]!
    expect((await placeOf('GET', id)).body).toEqual({ place: null })
    expect((await placeOf('PUT', id, { place: PARIS })).body).toEqual({ place: PARIS })
    expect((await placeOf('GET', id)).body).toEqual({ place: PARIS })
    expect((await placeOf('PUT', id, { place: null })).body).toEqual({ place: null })
    expect((await placeOf('GET', id)).body).toEqual({ place: null })
    for (const place of [
      { ...PARIS, latitudeDeg: 90.1 },
      { latitudeDeg: 1 },
      { ...PARIS, longitudeDeg: '2' },
      undefined,
    ])
      expect((await placeOf('PUT', id, { place })).status).toBe(400)
    expect((await placeOf('PUT', 'shop_00000000000000000000000000', { place: PARIS })).status).toBe(404)
    expect((await placeOf('PUT', id, { place: PARIS }, {} as never)).status).toBe(401)
  })

  it('tells that a hand cannot be in two towns within minutes', async () => {
    const there = { register: await house.pair('register', 1), terminal: await house.pair('terminal', 1) }
    /** Devices sign by the real time: what was paid is put back instead of the clock forward. */
    const hoursAgo = (hours: number) =>
      sql`update payment set authorising_at = authorising_at - ${hours} * interval '1 hour' where shopper_id = ${shopper}`.execute(
        house.paume.database.db,
      )
    const shopOf = async (device: TestDevice) =>
      (await device.call<{ shop: { id: string } }>('GET', '/v1/devices/self')).body.shop.id
    await placeOf('PUT', await shopOf(terminal), { place: PARIS })
    await placeOf('PUT', await shopOf(there.terminal), { place: NEW_YORK })
    await limits('PUT', { ...none, travelKmPerHour: 1000 })
    const shopper = await shopperWithCard(house)
    const here = () => pay(house, register, terminal, shopper, { amountMinor: 100 })
    const far = (who = shopper) => pay(house, there.register, there.terminal, who, { amountMinor: 100 })
    expect(await here()).toMatchObject({ state: 'approved' })
    expect(await here()).toMatchObject({ state: 'approved' })
    const declined = await far()
    expect(declined).toMatchObject({ state: 'declined', reason: 'limit_exceeded' })
    const told = await house.paume.database.db
      .selectFrom('audit_entries')
      .select('facts')
      .where('event', '=', 'payment.declined')
      .orderBy('sequence', 'desc')
      .executeTakeFirstOrThrow()
    expect(JSON.parse(told.facts)).toEqual({ paymentId: declined.id, reason: 'limit_exceeded', limit: 'distance' })
    // Somebody else, who was not here, may pay there.
    expect(await far(await shopperWithCard(house))).toMatchObject({ state: 'approved' })
    // 5,837 km at 1,000 km/h: too soon after five hours, not after six. What was declined is no visit.
    await hoursAgo(5)
    expect(await far()).toMatchObject({ reason: 'limit_exceeded' })
    await hoursAgo(1)
    expect(await far()).toMatchObject({ state: 'approved' })
    expect(await here()).toMatchObject({ reason: 'limit_exceeded' })
    // Of a shop that nobody told the place of nothing is known.
    await placeOf('PUT', await shopOf(terminal), { place: null })
    expect(await here()).toMatchObject({ state: 'approved' })
    await limits('PUT', none)
  })
})
