import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { add, openGateShop } from './gate-house.ts'
import { post, send } from './test-device.ts'

const shop = await openGateShop()
const OTHER = 'org_01KAPAVME0000000000000XTHR'
const { house, enter, finalise, adjust, look } = shop
afterAll(async () => {
  try {
    expect((await shop.ledger()).sum).toBe(0)
  } finally {
    await house.stop()
  }
})
const NONE = {
  stepUpAboveMinor: null,
  shopperDayMinor: null,
  merchantDayMinor: null,
  shopperPerHour: null,
  cardPerHour: null,
  terminalPerHour: null,
}
/** What one charge at this merchant may be, minor units; null: anything. */
async function limitCharges(chargeMinor: number | null): Promise<void> {
  const path = `/v1/organisations/${DEMO_ORGANISATION.id}/limits/USD`
  const { status } = await send(`${house.url}${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...house.operator },
    body: JSON.stringify({ ...NONE, chargeMinor }),
  })
  expect(status).toBe(200)
}

/** Somebody whose cart costs more than a card may be asked for: 50.00 are taken, the rest is owed. */
async function owing(name: string): Promise<string> {
  await shop.person(name)
  const { session } = await enter(name)
  await limitCharges(10_000)
  const done = (await finalise(session!, { totalMinor: 30_000 })).body
  await limitCharges(null)
  expect(done).toMatchObject({ state: 'owing', totalMinor: 30_000, paidMinor: 5_000, owedMinor: 25_000 })
  return session!
}

describe('a guest without a palm', () => {
  it('comes in by card, and the cart lives as any other', async () => {
    const setup = await shop.card()
    const key = randomUUID()
    const entry = (await shop.guest(setup, { groupSize: 2 }, key)).body
    expect(entry).toMatchObject({ outcome: 'admitted', groupSize: 2, authAmountMinor: 7_000 })
    expect(entry.shopperRef).toBeUndefined()
    expect((await shop.guest(setup, { groupSize: 2 }, key)).body).toEqual(entry)
    const done = (await finalise(entry.session!, { totalMinor: 9_900 })).body
    expect(done).toMatchObject({ state: 'settled', payer: 'card', paidMinor: 9_900 })
    const adjusted = (await adjust(entry.session!, 9_000)).body
    expect(adjusted).toMatchObject({ state: 'settled', paidMinor: 9_000 })
  })
  it('is refused with a card that says no', async () => {
    const entry = (await shop.guest(await shop.card('4000000000009995'))).body
    expect(entry).toMatchObject({ outcome: 'refused', reason: 'insufficient_funds' })
    expect((await shop.guest(`cds_${'0'.repeat(26)}`)).status).toBe(404)
  })
})

describe('who owes', () => {
  it('is kept out, is told how much, and pays at the door with the palm', async () => {
    const session = await owing('nora')
    const kept = await enter('nora')
    expect(kept).toMatchObject({ outcome: 'refused', reason: 'balance_due', balance: { session, owedMinor: 25_000 } })
    expect((await shop.hover('nora', { pays: session })).body).toMatchObject({ outcome: 'paid', session })
    expect(await look(session)).toMatchObject({ state: 'settled', paidMinor: 30_000, owedMinor: 0 })
    expect(await enter('nora')).toMatchObject({ outcome: 'admitted' })
    const twice = await shop.hover('nora', { pays: session })
    expect([twice.status, twice.body.code]).toEqual([409, 'gate_state'])
  })
  it('may be paid for by somebody else', async () => {
    const session = await owing('olga')
    await shop.person('paul')
    expect((await shop.hover('paul', { pays: session })).body).toMatchObject({ outcome: 'paid' })
    expect(await look(session)).toMatchObject({
      state: 'settled',
      takings: [{}, { state: 'refused' }, { purpose: 'door', state: 'taken' }],
    })
    // Whoever paid for another is no guest of that visit.
    expect(await enter('olga')).toMatchObject({ outcome: 'admitted' })
  })
  it('pays by a card that is held to the reader; one that says no changes nothing', async () => {
    const session = await owing('quinn')
    const no = (await shop.guest(await shop.card('4000000000009995'), { pays: session })).body
    expect(no).toMatchObject({ outcome: 'refused', reason: 'insufficient_funds', balance: { owedMinor: 25_000 } })
    expect((await shop.guest(await shop.card(), { pays: session })).body).toMatchObject({ outcome: 'paid' })
    expect(await look(session)).toMatchObject({ state: 'settled', paidMinor: 30_000 })
  })
  it('owes less, or nothing, when the cart was wrong', async () => {
    const session = await owing('rosa')
    expect((await adjust(session, 4_000)).body).toMatchObject({ state: 'settled', paidMinor: 4_000, owedMinor: 0 })
    const other = await owing('saul')
    expect((await adjust(other, 12_000)).body).toMatchObject({ state: 'settled', paidMinor: 12_000 })
  })
  it('is let off by staff, which is written down', async () => {
    const session = await owing('tina')
    const at = `${house.url}/v1/console/gates/sessions/${session}/waive`
    const done = await post(at, { reason: 'faulty shelf' }, house.operator)
    expect(done.body).toMatchObject({ state: 'settled', paidMinor: 5_000, owedMinor: 0, waivedMinor: 25_000 })
    expect((await post(at, { reason: 'again' }, house.operator)).body.code).toBe('gate_state')
  })
})

describe('a cart system with a key', () => {
  it('finalises, and hears nothing of other organisations or of shops that are not its own', async () => {
    const issued = await post(
      `${house.url}/v1/console/gates/keys`,
      { organisationId: DEMO_ORGANISATION.id, name: 'carts' },
      house.operator,
    )
    expect(issued.status).toBe(201)
    const key = { authorization: `Bearer ${issued.body.secret}` }
    await shop.person('uwe')
    const { session } = await enter('uwe')
    const at = `${house.url}/v1/gates/${shop.gate.id}/sessions/${session}`
    expect((await post(`${at}/cart-events`, { events: [add(1, 'a', 100)] }, key)).status).toBe(200)
    expect((await post(`${at}/cart:finalise`, {}, key)).body.code).toBe('idempotency_key_required')
    const done = await post(`${at}/cart:finalise`, {}, { ...key, 'idempotency-key': 'one' })
    expect(done.body).toMatchObject({ state: 'settled', paidMinor: 100 })
    const foreign = await post(
      `${house.url}/v1/console/gates/keys`,
      { organisationId: OTHER, name: 'others' },
      house.operator,
    )
    const theirs = { authorization: `Bearer ${foreign.body.secret}` }
    expect((await post(`${at}/cart-events`, { events: [add(2, 'a', 100)] }, theirs)).status).toBe(404)
    await post(`${house.url}/v1/console/gates/keys/${issued.body.key.id}/revoke`, {}, house.operator)
    expect((await post(`${at}/exit`, {}, key)).body.code).toBe('gate_key_unknown')
  })
  it('is a connector as Just Walk Out’s documents ask for', async () => {
    const issued = await post(
      `${house.url}/v1/console/gates/keys`,
      { organisationId: DEMO_ORGANISATION.id, name: 'jwo' },
      house.operator,
    )
    const key = { authorization: `Bearer ${issued.body.secret}` }
    await shop.person('vera')
    const { session } = await enter('vera')
    const storeId = (await look(session!)).shop.id
    const at = `${house.url}/v1/connectors/just-walk-out`
    const event = { id: randomUUID(), timestamp: new Date().toISOString(), location: 'ENTRY' }
    const asked = {
      requestId: randomUUID(),
      identityKey: Buffer.from(session!).toString('base64'),
      storeId,
      authEvent: event,
      keyChannel: 'OPTICAL',
    }
    const known = await post(`${at}/v1/identity/identity-keys`, asked, key)
    expect(known.body).toEqual({ visitorDetails: { id: session, type: 'SHOPPER' } })
    expect((await post(`${at}/v1/identity/identity-keys`, { ...asked, identityKey: 'bm9ib2R5' }, key)).status).toBe(404)
    const { items } = (await (await house.pair('register')).call('GET', '/v1/catalogue')).body
    const trip = {
      idempotentShoppingTripId: randomUUID(),
      storeId,
      shoppingTrip: {
        startTime: event.timestamp,
        endTime: new Date(Date.now() + 1_000).toISOString(),
        authEvents: [{ ...event, payloadType: 'SCAN_CODE', scanResult: { id: session, type: 'SHOPPER' } }],
      },
      cartItems: [{ id: items[0].id, type: 'SKU', quantity: { value: '2.0', unit: 'unit' } }],
    }
    const buy = () => post(`${at}/v1/order/purchases`, { requestId: randomUUID(), ...trip }, key)
    const first = await buy()
    expect(first.status).toBe(201)
    expect((await buy()).body).toEqual(first.body)
    expect(await look(session!)).toMatchObject({ state: 'settled', paidMinor: 2 * items[0].priceMinor })
  })
})
