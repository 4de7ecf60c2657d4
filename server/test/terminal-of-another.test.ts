import { expect, it } from 'vitest'
import { enrol, sendSealed } from './enrol.ts'
import { prepareHover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { chargeOf, ring } from './sale.ts'
import { openShop } from './shop.ts'
import { post, TestDevice } from './test-device.ts'

const { house, register, terminal } = await openShop()
const kiosk = await house.pair('kiosk')
expect((await enrol(kiosk, (hand) => standInBurst('owner', hand))).status).toBe(200)

/** A second terminal beside the first, in the same shop: the nearest that could mistake a payment for its own. */
async function neighbour(): Promise<TestDevice> {
  const { shop } = (await terminal.call('GET', '/v1/devices/self')).body
  const made = await post(
    `${house.url}/v1/devices`,
    { kind: 'terminal', shopId: shop.id, name: 'Lane 2' },
    house.operator,
  )
  const device = new TestDevice(house.url, 'terminal')
  const redeemed = { code: made.body.pairingCode, kind: 'terminal', publicKey: device.publicKey }
  const reply = await post(`${house.url}/v1/pairings/redeem`, redeemed)
  expect(reply.status).toBe(200)
  device.id = reply.body.id
  const beat = { appVersion: 'test', camera: 'synthetic', deviceTimeMs: Date.now() }
  await device.call('POST', '/v1/devices/self/heartbeat', beat)
  return device
}
const beside = await neighbour()
const elsewhere = await house.pair('terminal', 1)

it.each([
  ['of the same shop', beside],
  ['of another shop', elsewhere],
])('a terminal %s cannot see, touch or pay the payment of this one', async (_where, stranger) => {
  const { id, version } = await presentPayment(register, terminal)
  const { path, sealed } = await prepareHover(terminal, id, standInBurst('owner', 'R'))
  const tries: [method: string, path: string, body?: object][] = [
    ['GET', `/v1/payments/${id}`],
    ['GET', `/v1/payments/${id}/events`],
    ['GET', `/v1/payments/${id}/receipt`],
    ['POST', `/v1/payments/${id}/presented`],
    ['POST', `/v1/payments/${id}/tip`, { tipMinor: 100 }],
    ['POST', `/v1/payments/${id}/card-choice`, { wanted: true }],
    ['POST', `/v1/payments/${id}/card`, { choice: 1 }],
    ['POST', `/v1/payments/${id}/challenges`],
    ['POST', `/v1/payments/${id}/cancel`],
  ]
  for (const [method, at, body] of tries) {
    const reply = await stranger.call(method, at, body)
    expect([at, reply.status, reply.body.code]).toEqual([at, 404, 'payment_unknown'])
  }
  // The very hover of the rightful terminal, overheard, and sent as its own.
  const overheard = await sendSealed(stranger, path, sealed)
  expect([overheard.status, overheard.body.outcome]).toEqual([404, undefined])
  const shown = await stranger.call('GET', `/v1/terminals/${terminal.id}/payment`)
  expect([shown.status, shown.body.code]).toEqual([404, 'terminal_unknown'])
  expect(await house.paume.money.payments.byId(id)).toMatchObject({ version, state: 'presented', hoversLeft: 2 })
  expect(await chargeOf(house, id)).toBeNull()

  const paid = await sendSealed(terminal, path, sealed)
  expect(paid.body).toMatchObject({ outcome: 'approved', payment: { id, state: 'approved' } })
})

it('a hand held before one terminal pays at that one, though two wait with the same amount', async () => {
  const here = await presentPayment(register, terminal)
  const there = (await ring(register, beside)).body
  expect((await beside.call('POST', `/v1/payments/${there.id}/presented`)).status).toBe(200)
  const { sealed, challenge } = await prepareHover(beside, there.id, standInBurst('owner', 'L'))
  // Its own hover, under the payment of the terminal beside it.
  const crossed = await sendSealed(beside, `/v1/payments/${here.id}/hovers/${challenge.captureId}`, sealed)
  expect([crossed.status, crossed.body.outcome]).toEqual([404, undefined])
  const right = await sendSealed(beside, `/v1/payments/${there.id}/hovers/${challenge.captureId}`, sealed)
  expect(right.body).toMatchObject({ outcome: 'approved', payment: { id: there.id } })
  expect(await house.paume.money.payments.byId(here.id)).toMatchObject({ state: 'presented' })
  expect(await chargeOf(house, here.id)).toBeNull()
  await register.call('POST', `/v1/payments/${here.id}/cancel`)
})
