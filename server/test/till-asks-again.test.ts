import { createDeviceKey, openDevice } from '@paume/client'
import type { Payment } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { chargeOf, present, recognise, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'
import { post } from './test-device.ts'

const { house, terminal } = await openShop()

/** The next reply that is lost: the request arrives and is carried out, its answer never comes back. */
let loseNext = false
let sent = 0
const shaky: typeof fetch = async (input, init) => {
  sent += 1
  const reply = await fetch(input, init)
  if (!loseNext) return reply
  loseNext = false
  await reply.arrayBuffer()
  throw new TypeError('fetch failed')
}
/** A till with the client package, on a network that loses replies. */
async function openTill() {
  const baseUrl = house.url
  const register = (await house.pair('register')).id
  const code = await post(`${baseUrl}/v1/sandbox/devices/${register}/pairing-code`, {})
  const key = await createDeviceKey()
  const redeemed = { code: code.body.pairingCode, kind: 'register', publicKey: key.publicKey }
  expect((await post(`${baseUrl}/v1/pairings/redeem`, redeemed)).status).toBe(200)
  const retry = { tries: 3, firstWaitMs: 5, longestWaitMs: 10 }
  return openDevice({ baseUrl, deviceId: register, key, retry, send: shaky })
}
const till = await openTill()
const shopper = await shopperWithCard(house)
/** Does `work` with its first reply lost: the client must have sent it a second time. */
async function losing<T>(work: () => Promise<T>): Promise<T> {
  const before = sent
  loseNext = true
  const result = await work()
  expect([loseNext, sent - before]).toEqual([false, 2])
  return result
}
const kindsOf = async (id: string) =>
  (await chargeOf(house, id))!.operations.map(({ kind, amountMinor }) => `${kind} ${amountMinor}`)
let sales = 0
const saleOf = (more: object = {}) => ({
  amountMinor: 10_000,
  currency: 'USD',
  reference: `again-${++sales}`,
  ...more,
})
async function paid(more: object = {}): Promise<Payment> {
  const { id } = await till.payments.create(terminal.id, saleOf(more))
  await present(terminal, id)
  return recognise(house, id, shopper)
}

describe('a till whose every answer is lost once, and which asks again', () => {
  it('makes one payment, charged once', async () => {
    const sale = saleOf()
    const { id } = await losing(() => till.payments.create(terminal.id, sale))
    expect(await till.payments.byReference(sale.reference)).toMatchObject([{ id, state: 'created' }])
    await present(terminal, id)
    expect((await recognise(house, id, shopper)).state).toBe('approved')
    expect(await till.payments.byReference(sale.reference)).toHaveLength(1)
    expect(await kindsOf(id)).toEqual(['capture 10000'])
  })

  it('raises once, captures once, gives back once', async () => {
    const { id } = await paid({ capture: 'manual' })
    expect(await losing(() => till.payments.increment(id, 500))).toMatchObject({ authorisedMinor: 10_500 })
    expect(await losing(() => till.payments.capture(id, { amountMinor: 10_200 }))).toMatchObject({
      capturedMinor: 10_200,
    })
    expect(await losing(() => till.payments.refund(id, { amountMinor: 200 }))).toMatchObject({ refundedMinor: 200 })
    expect(await losing(() => till.payments.refund(id, { amountMinor: 200 }))).toMatchObject({ refundedMinor: 400 })
    expect(await kindsOf(id)).toEqual(['increment 500', 'capture 10200', 'refund 200', 'refund 200'])
  })

  it('voids once', async () => {
    const { id } = await paid({ capture: 'manual' })
    expect(await losing(() => till.payments.cancel(id))).toMatchObject({ state: 'cancelled', reason: 'voided' })
    expect(await kindsOf(id)).toEqual(['void 10000'])
  })

  it('acknowledges once, and keeps its money', async () => {
    const { id } = await paid({ acknowledge: true })
    expect((await losing(() => till.payments.acknowledge(id))).acknowledge!.doneAt).toBeDefined()
    expect(await kindsOf(id)).toEqual(['capture 10000'])
  })

  it('takes cash of a split sale once', async () => {
    const sale = await losing(() => till.sales.create(saleOf({ amountMinor: 5_000 })))
    const cash = { kind: 'cash', amountMinor: 2_000 } as const
    const taken = await losing(() => till.sales.recordOtherTender(sale.id, cash))
    expect(taken).toMatchObject({ paidMinor: 2_000, leftMinor: 3_000 })
    expect((await till.sales.get(sale.id)).parts).toHaveLength(1)
  })
})
