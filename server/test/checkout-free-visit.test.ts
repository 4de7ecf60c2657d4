import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { add, openGateShop, remove } from './gate-house.ts'

const shop = await openGateShop()
const { house, enter, cart, exit, finalise, adjust, look } = shop
afterAll(async () => {
  try {
    expect((await shop.ledger()).sum).toBe(0)
  } finally {
    await house.stop()
  }
})

describe('a visit to a checkout-free shop', () => {
  it('holds at the entry, takes what was in the cart, and lets the rest go', async () => {
    await shop.person('anna')
    const entry = await enter('anna', 2)
    expect(entry).toMatchObject({ outcome: 'admitted', authAmountMinor: 7_000, groupSize: 2, currency: 'USD' })
    expect(entry.shopperRef).toMatch(/^psn_/)
    const { session } = entry
    const taken = await cart(session!, [add(1, 'milk', 250, 2), add(2, 'bread', 400), remove(3, 'milk')])
    expect(taken.body).toMatchObject({ accepted: 3, doubled: 0, cart: { totalMinor: 650, nextSequence: 4, gaps: [] } })
    expect((await exit(session!)).body.state).toBe('left')
    const done = (await finalise(session!, { totalMinor: 702 })).body
    expect(done).toMatchObject({ state: 'settled', totalMinor: 702, paidMinor: 702, owedMinor: 0 })
    expect(done.takings).toMatchObject([
      { purpose: 'hold', state: 'taken', authorisedMinor: 7_000, capturedMinor: 702 },
    ])
    expect((await shop.ledger()).charged).toBeGreaterThan(0)
  })

  it('lets the hold go for an empty cart', async () => {
    await shop.person('bruno')
    const { session } = await enter('bruno')
    const done = (await finalise(session!)).body
    expect(done).toMatchObject({ state: 'settled', totalMinor: 0, paidMinor: 0, takings: [{ state: 'gone' }] })
  })

  it('charges more than the hold, and gives back or charges what an adjustment says', async () => {
    await shop.person('carla')
    const { session } = await enter('carla')
    await cart(session!, [add(1, 'wine', 9_000)])
    const done = (await finalise(session!)).body
    expect(done).toMatchObject({ state: 'settled', paidMinor: 9_000 })
    const less = (await adjust(session!, 4_000)).body
    expect(less).toMatchObject({ state: 'settled', totalMinor: 4_000, paidMinor: 4_000 })
    const more = (await adjust(session!, 12_345)).body
    expect(more).toMatchObject({ state: 'settled', paidMinor: 12_345 })
    house.clock.moveMs(31 * 86_400_000)
    const late = await adjust(session!, 1)
    expect([late.status, late.body.code]).toEqual([409, 'gate_state'])
    house.clock.moveMs(-31 * 86_400_000)
  })

  it('answers a hover that is repeated as the first time, and opens no second visit', async () => {
    await shop.person('dora')
    const first = await shop.hover('dora')
    const again = await first.again()
    expect(again.body).toEqual(first.body)
  })

  it('lets one palm bring somebody more within a few minutes', async () => {
    await shop.person('emil')
    const first = await enter('emil')
    const second = await enter('emil')
    expect(second).toMatchObject({ outcome: 'joined', session: first.session, groupSize: 2 })
    expect(await enter('emil', 12)).toMatchObject({ outcome: 'refused', reason: 'group_too_large' })
  })

  it('asks a hand again that nobody knows, and refuses who cannot pay, with the reason', async () => {
    expect(await enter('nobody')).toMatchObject({ outcome: 'try_again', reason: 'not_recognised' })
    await shop.person('frida', '4000000000000341')
    expect(await enter('frida')).toMatchObject({ outcome: 'refused', reason: 'card_declined' })
  })
})

describe('events of a cart', () => {
  it('come doubled and out of order, and count once; a gap is held until it is filled', async () => {
    await shop.person('greta')
    const { session } = await enter('greta')
    const late = (await cart(session!, [add(3, 'tea', 300), add(1, 'jam', 100)])).body
    expect(late.cart).toMatchObject({ totalMinor: 100, nextSequence: 2, held: [3], gaps: [{ from: 2, to: 2 }] })
    const doubled = (await cart(session!, [add(3, 'tea', 300), add(1, 'jam', 100)])).body
    expect(doubled).toMatchObject({ accepted: 0, doubled: 2 })
    const other = await cart(session!, [add(1, 'jam', 999)])
    expect([other.status, other.body.code]).toEqual([409, 'cart_conflict'])
    const filled = (await cart(session!, [remove(2, 'jam')])).body
    expect(filled.cart).toMatchObject({ totalMinor: 300, held: [], gaps: [] })
    const done = (await finalise(session!)).body
    expect(done).toMatchObject({ paidMinor: 300, cart: { gaps: [] } })
    const after = await cart(session!, [add(4, 'tea', 300)])
    expect([after.status, after.body.code]).toEqual([409, 'gate_state'])
    // What was told before may come again.
    expect((await cart(session!, [add(3, 'tea', 300)])).status).toBe(200)
  })

  it('are finalised with a gap, which is reported', async () => {
    await shop.person('hugo')
    const { session } = await enter('hugo')
    await cart(session!, [add(1, 'jam', 100), add(4, 'tea', 300)])
    const done = (await finalise(session!, { lastSequence: 6 })).body
    expect(done).toMatchObject({
      state: 'settled',
      paidMinor: 400,
      cart: {
        gaps: [
          { from: 2, to: 3 },
          { from: 5, to: 6 },
        ],
      },
    })
  })

  it('of another gate are of nobody', async () => {
    const { session } = await enter('anna')
    const other = await house.pair('gate', 1)
    const path = `/v1/gates/${other.id}/sessions/${session}/cart-events`
    expect((await other.call('POST', path, { events: [add(1, 'x', 1)] })).status).toBe(404)
    const named = `/v1/gates/${shop.gate.id}/sessions/${session}/cart-events`
    expect((await other.call('POST', named, { events: [add(1, 'x', 1)] })).status).toBe(404)
  })

  it('and their end come once for each key, and never with another total', async () => {
    await shop.person('ida')
    const { session } = await enter('ida')
    const key = randomUUID()
    const first = await finalise(session!, { totalMinor: 500 }, key)
    expect((await finalise(session!, { totalMinor: 500 }, key)).body).toEqual(first.body)
    expect((await finalise(session!, { totalMinor: 600 }, key)).body.code).toBe('idempotency_key_conflict')
    expect((await finalise(session!, { totalMinor: 600 })).body.code).toBe('gate_state')
    expect((await finalise(session!, { totalMinor: 500 })).body.paidMinor).toBe(500)
  })
})

describe('a cart that comes late', () => {
  it('is charged hours after the exit', async () => {
    await shop.person('jan')
    const { session } = await enter('jan')
    await exit(session!)
    house.clock.moveMs(9 * 3_600_000)
    expect((await finalise(session!, { totalMinor: 1_500 })).body).toMatchObject({ state: 'settled', paidMinor: 1_500 })
    house.clock.moveMs(-9 * 3_600_000)
  })

  it('is charged anew when the hold was let go of meanwhile', async () => {
    await shop.person('karl')
    const { session } = await enter('karl')
    await exit(session!)
    house.clock.moveMs(73 * 3_600_000)
    await house.paume.gates.gates.sweep()
    expect(await look(session!)).toMatchObject({ state: 'lapsed', takings: [{ state: 'gone' }] })
    const done = (await finalise(session!, { totalMinor: 1_500 })).body
    expect(done).toMatchObject({
      state: 'settled',
      paidMinor: 1_500,
      takings: [{ state: 'gone' }, { purpose: 'later', state: 'taken' }],
    })
  })
})
