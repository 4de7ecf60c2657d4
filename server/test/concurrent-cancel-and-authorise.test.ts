import { expect, it } from 'vitest'
import { calm } from '../src/payments/processors/sandbox/chaos.ts'
import { enrol } from './enrol.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { chargeOf, present, recognise, ring, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'

const chaos = calm()
const { house, register, terminal } = await openShop({ overrides: { chaos } })

it('voids the charge when the till cancels while the processor is asked', async () => {
  const shopper = await shopperWithCard(house)
  const { body } = await ring(register, terminal)
  await present(terminal, body.id)
  chaos.slowAfterMs = 600
  const authorising = recognise(house, body.id, shopper)
  await expect.poll(async () => (await register.call('GET', `/v1/payments/${body.id}`)).body.state).toBe('authorising')
  const asked = await register.call('POST', `/v1/payments/${body.id}/cancel`)
  expect([asked.status, asked.body.state]).toEqual([200, 'authorising'])
  expect(await authorising).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_till', capturedMinor: 0 })
  chaos.slowAfterMs = 0
  const charge = (await chargeOf(house, body.id))!
  expect(charge).toMatchObject({ state: 'voided', capturedMinor: 0n })
})

it('tells the shopper whose hand was recognised that the till has cancelled', async () => {
  const kiosk = await house.pair('kiosk')
  expect((await enrol(kiosk, (hand) => standInBurst('late', hand))).status).toBe(200)
  const { id } = await presentPayment(register, terminal)
  chaos.slowAfterMs = 600
  const hovering = hover(terminal, id, standInBurst('late', 'L'))
  await expect.poll(async () => (await register.call('GET', `/v1/payments/${id}`)).body.state).toBe('authorising')
  await register.call('POST', `/v1/payments/${id}/cancel`)
  const { status, body } = await hovering
  chaos.slowAfterMs = 0
  expect(status).toBe(200)
  expect(body.payment).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_till', capturedMinor: 0 })
  expect(body.outcome).toBe('declined')
  expect(await chargeOf(house, id)).toMatchObject({ state: 'voided' })
})

it('ends either paid or cancelled and never both, whatever the order of the two', async () => {
  for (let round = 0; round < 12; round++) {
    const shopper = await shopperWithCard(house)
    const { body } = await ring(register, terminal)
    await present(terminal, body.id)
    const canceller = round % 2 === 0 ? register : terminal
    const authorising = recognise(house, body.id, shopper).catch(() => null)
    await new Promise((resolve) => setTimeout(resolve, round * 2))
    const cancelled = await canceller.call('POST', `/v1/payments/${body.id}/cancel`)
    await authorising
    const { body: ended } = await register.call('GET', `/v1/payments/${body.id}`)
    const charge = await chargeOf(house, body.id)
    expect([200, 409]).toContain(cancelled.status)
    if (ended.state === 'approved') {
      expect([cancelled.body.code, ended.capturedMinor, charge!.capturedMinor]).toEqual(['payment_state', 2340, 2340n])
    } else {
      expect(ended.state).toBe('cancelled')
      expect(['voided', undefined]).toContain(charge?.state)
    }
  }
})
