import { afterAll, beforeAll, expect, it } from 'vitest'
import { type PaymentHouse, paymentHouse, SHOP } from '../../test/payment-house.ts'
import { withTransaction } from '../database.ts'
import { dayOf, dayTotals } from './day-totals.ts'
import { setTimeZone } from './ledger/days.ts'

let house: PaymentHouse
beforeAll(async () => {
  house = await paymentHouse()
})
afterAll(() => house?.close())

it('counts what a shop took, gave back and could not take, on the day there where the organisation is', async () => {
  const { db, clock } = house.parts
  const paid = await house.create()
  await house.pay(paid.id, await house.shopper())
  await house.refund(paid.id, 340)
  const held = await house.create({ capture: 'manual' })
  await house.pay(held.id, await house.shopper())
  const declined = await house.create({ amountMinor: 99 })
  await house.pay(declined.id, await house.shopper('4000000000009995'))
  const lines = [
    { kind: 'refunds', currency: 'USD', cardBrand: 'visa', count: 1, amountMinor: 340 },
    { kind: 'sales', currency: 'USD', cardBrand: 'visa', count: 1, amountMinor: 2340 },
    { kind: 'declined', currency: 'USD', cardBrand: null, count: 1, amountMinor: 99 },
  ]
  const today = await dayOf(db, SHOP.organisationId, new Date(clock.nowMs()))
  expect(today).toBe(new Date(clock.nowMs()).toISOString().slice(0, 10))
  expect(await dayTotals(db, SHOP, today)).toEqual(lines)
  expect(await dayTotals(db, { ...SHOP, shopId: 'shop_B' }, today)).toEqual([])
  expect(await dayTotals(db, SHOP, '2020-02-29')).toEqual([])
  // Fourteen hours ahead or eleven behind: where it is another day, that day has the numbers.
  for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    await withTransaction(db, (tx) => setTimeZone(tx, SHOP.organisationId, zone, new Date(clock.nowMs())))
    const there = await dayOf(db, SHOP.organisationId, new Date(clock.nowMs()))
    expect(await dayTotals(db, SHOP, there)).toEqual(lines)
    if (there !== today) expect(await dayTotals(db, SHOP, today)).toEqual([])
  }
})
