import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { calm } from '../src/payments/processors/sandbox/chaos.ts'
import { chargeOf, pay, refund, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'

const chaos = calm()
const { house, register, terminal } = await openShop({
  overrides: { chaos, timing: { processorReplyMs: 1_000, neverSeenMs: 2_000 } },
})
const sold = async () => (await pay(house, register, terminal, await shopperWithCard(house))).id
const shown = async (id: string) => (await register.call('GET', `/v1/payments/${id}`)).body
const givenBack = (id: string) => expect.poll(async () => (await shown(id)).refundedMinor, { timeout: 15_000 })
const refundsAtProcessor = async (id: string) =>
  (await chargeOf(house, id))!.operations.filter(({ kind }) => kind === 'refund').map(({ amountMinor }) => amountMinor)

describe('the processor gave the money back and its reply was lost', () => {
  it('is the same refund, found by our own key: pending first, then done, never a second one', async () => {
    const id = await sold()
    const key = randomUUID()
    chaos.loseReplies.refund = 1
    const first = await refund(register, id, { amountMinor: 1_000 }, key)
    expect(first).toMatchObject({ status: 200, body: { refundedMinor: 0, refunds: [{ state: 'pending' }] } })
    const { id: refundId } = first.body.refunds[0]
    // The till does not know either, and taps again.
    const again = await refund(register, id, { amountMinor: 1_000 }, key)
    expect(again.body.refunds.map((each: { id: string }) => each.id)).toEqual([refundId])
    await givenBack(id).toBe(1_000)
    expect((await shown(id)).refunds).toMatchObject([{ id: refundId, amountMinor: 1_000, state: 'succeeded' }])
    expect(await refundsAtProcessor(id)).toEqual([1_000n])
  })

  it('leaves no more to give back than is left of it, while it is not known', async () => {
    const id = await sold()
    chaos.loseReplies.refund = 1
    expect((await refund(register, id, { amountMinor: 2_000 })).body.refunds).toMatchObject([{ state: 'pending' }])
    const greedy = await refund(register, id, { amountMinor: 341 })
    expect([greedy.status, greedy.body.code]).toEqual([422, 'amount_exceeds'])
    expect((await refund(register, id, { amountMinor: 340 })).status).toBe(200)
    await givenBack(id).toBe(2_340)
    expect(await refundsAtProcessor(id)).toEqual([2_000n, 340n])
  })
})
