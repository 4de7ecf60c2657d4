import { afterEach, expect, it } from 'vitest'
import { createDeviceKey } from './device-key.ts'
import { openDevice } from './open.ts'
import { openShopper } from './shopper.ts'
import { type Answer, json, lostReply, scriptedServer } from './test-server.ts'

const QUICK = { tries: 4, firstWaitMs: 2, longestWaitMs: 8 }
let close = async () => {}
afterEach(() => close())

async function till(answers: Answer[]) {
  const server = await scriptedServer(answers)
  close = server.close
  const key = await createDeviceKey()
  return { server, device: openDevice({ baseUrl: server.baseUrl, deviceId: 'dev_1', key, retry: QUICK }) }
}
type Heard = Awaited<ReturnType<typeof scriptedServer>>['heard']
const asked = (heard: Heard) =>
  heard.map(({ method, target, body }) => [method, target, body.length === 0 ? null : JSON.parse(body.toString())])

it('a sale in parts: every step that moves money carries a key and keeps it when a reply is lost', async () => {
  const { server, device } = await till([lostReply, json({ id: 'sal_1' }, 201)])
  const { sales } = device
  const sale = await sales.create({ amountMinor: 100, currency: 'EUR', reference: 'T-1' })
  await sales.recordOtherTender(sale.id, { kind: 'cash', amountMinor: 40 })
  await sales.refund(sale.id, { partId: 'otd_1', amountMinor: 10 }, { idempotencyKey: 'back-1' })
  await sales.get(sale.id)
  expect(asked(server.heard).slice(1)).toEqual([
    ['POST', '/v1/sales', { amountMinor: 100, currency: 'EUR', reference: 'T-1' }],
    ['POST', '/v1/sales/sal_1/other-tenders', { kind: 'cash', amountMinor: 40 }],
    ['POST', '/v1/sales/sal_1/refunds', { partId: 'otd_1', amountMinor: 10 }],
    ['GET', '/v1/sales/sal_1', null],
  ])
  const keys = server.heard.map(({ headers }) => headers['idempotency-key'])
  expect(keys[0]).toBe(keys[1])
  expect(keys[3]).toBe('back-1')
  expect(new Set(keys.slice(1, 4)).size).toBe(3)
  expect(keys[4]).toBeUndefined()
})

it('a sale is found by the till’s own number', async () => {
  const { server, device } = await till([json({ sales: [{ id: 'sal_1' }] })])
  expect(await device.sales.byReference('T 1')).toEqual([{ id: 'sal_1' }])
  expect(server.heard[0]!.target).toBe('/v1/sales?reference=T+1')
})

it('an approved payment is raised, captured with a tip and acknowledged', async () => {
  const { server, device } = await till([lostReply, json({ id: 'pay_1', state: 'approved' })])
  const { payments } = device
  await payments.increment('pay_1', 500)
  await payments.capture('pay_1', { tipMinor: 300 })
  await payments.capture('pay_1', 200)
  await payments.capture('pay_1')
  await payments.acknowledge('pay_1')
  expect(asked(server.heard).slice(1)).toEqual([
    ['POST', '/v1/payments/pay_1/increments', { amountMinor: 500 }],
    ['POST', '/v1/payments/pay_1/capture', { tipMinor: 300 }],
    ['POST', '/v1/payments/pay_1/capture', { amountMinor: 200 }],
    ['POST', '/v1/payments/pay_1/capture', {}],
    ['POST', '/v1/payments/pay_1/acknowledge', {}],
  ])
  expect(server.heard[0]!.headers['idempotency-key']).toBe(server.heard[1]!.headers['idempotency-key'])
})

it('a terminal asks for a choice and sends it again until it is heard', async () => {
  const { server, device } = await till([lostReply, json({ outcome: 'approved' })])
  await device.terminal.wantCardChoice('pay_1', true)
  expect(await device.terminal.chooseCard('pay_1', 2)).toEqual({ outcome: 'approved' })
  expect(asked(server.heard).slice(1)).toEqual([
    ['POST', '/v1/payments/pay_1/card-choice', { wanted: true }],
    ['POST', '/v1/payments/pay_1/card', { choice: 2 }],
  ])
})

it('a shopper keeps cards: set up, added, chosen, removed', async () => {
  const server = await scriptedServer([json({ setupId: 'cds_1' }, 201), lostReply, json({ cards: [{ id: 'ins_1' }] })])
  close = server.close
  const session = { token: 'sht_1', expiresAt: new Date().toISOString() }
  const shopper = openShopper(session, { baseUrl: server.baseUrl, retry: QUICK })
  const { setupId } = await shopper.beginCardSetup()
  expect(await shopper.addCard({ setupId, default: true })).toEqual([{ id: 'ins_1' }])
  await shopper.makeDefault('ins_1')
  await shopper.removeCard('ins_1')
  expect(asked(server.heard)).toEqual([
    ['POST', '/v1/me/card-setups', {}],
    ['POST', '/v1/me/cards', { setupId: 'cds_1', default: true }],
    ['POST', '/v1/me/cards', { setupId: 'cds_1', default: true }],
    ['POST', '/v1/me/cards/ins_1/default', {}],
    ['DELETE', '/v1/me/cards/ins_1', null],
  ])
  expect(server.heard.every(({ headers }) => headers.authorization === 'Bearer sht_1')).toBe(true)
})
