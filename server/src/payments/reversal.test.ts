import { describe, expect, it } from 'vitest'
import { openPaymentHouse, TILL } from '../../test/payment-house.ts'

const house = await openPaymentHouse()
const code = (wanted: string) => expect.objectContaining({ name: 'Failure', code: wanted })
const paid = async (more: Record<string, unknown> = {}) => {
  const { id } = await house.create({ acknowledge: true, ...more }, house.newTerminal())
  return house.pay(id, await house.shopper())
}
const byId = (id: string) => house.payments.byId(id)
/** What a till's poll does. */
const poll = (id: string, caller = TILL) => house.payments.waitForChange(caller, id, { waitMs: 0, afterVersion: 0 })

describe('a till that promised to acknowledge', () => {
  it('keeps the payment by doing so, once', async () => {
    const { id, version, acknowledge } = await paid()
    expect(acknowledge).toEqual({ dueAt: expect.any(String) })
    const told = await house.payments.acknowledge(TILL, id)
    expect(told).toMatchObject({ version: version + 1, acknowledge: { doneAt: expect.any(String) } })
    expect(await house.payments.acknowledge(TILL, id)).toEqual(told)
    house.clock.moveMs(120_000)
    await house.reconcile()
    expect(await byId(id)).toMatchObject({ state: 'approved', refundedMinor: 0 })
  })

  it('that is silent gets the money given back, and told why when it comes back', async () => {
    const { id } = await paid()
    house.clock.moveMs(59_000)
    await house.reconcile()
    expect((await byId(id)).refunds).toEqual([])
    house.clock.moveMs(1_001)
    await Promise.all([house.reconcile(), house.reconcile()])
    expect(await byId(id)).toMatchObject({
      state: 'approved',
      reversal: 'till_gone',
      capturedMinor: 2340,
      refundedMinor: 2340,
      refunds: [{ amountMinor: 2340, state: 'succeeded', reason: 'till_gone' }],
    })
    await expect(house.payments.acknowledge(TILL, id)).rejects.toEqual(code('payment_state'))
    await house.reconcile()
    expect((await byId(id)).refunds).toHaveLength(1)
  })

  it('that is silent gets a held payment voided', async () => {
    const { id } = await paid({ capture: 'manual' })
    house.clock.moveMs(60_001)
    await house.reconcile()
    expect(await byId(id)).toMatchObject({ state: 'cancelled', reason: 'till_gone', reversal: 'till_gone' })
    expect(await house.charge(id)).toMatchObject({ state: 'voided' })
  })

  it('counts as there while it polls, and from its last poll on', async () => {
    const { id } = await paid({ acknowledgeWithinMs: 40_000 })
    for (let round = 0; round < 4; round++) {
      house.clock.moveMs(30_000)
      expect((await poll(id)).state).toBe('approved')
      await house.reconcile()
    }
    expect((await byId(id)).refundedMinor).toBe(0)
    house.clock.moveMs(40_001)
    await house.reconcile()
    expect((await byId(id)).reversal).toBe('till_gone')
  })

  it('is not there because another till looks, nor because the terminal does', async () => {
    const { id, terminalId } = await paid()
    house.clock.moveMs(50_000)
    await poll(id, { ...TILL, deviceId: 'dev_till_2' })
    await poll(id, { ...TILL, kind: 'terminal', deviceId: terminalId })
    house.clock.moveMs(10_001)
    await house.reconcile()
    expect((await byId(id)).reversal).toBe('till_gone')
  })

  it('has acknowledged when it captures or gives back', async () => {
    const { id } = await paid({ capture: 'manual' })
    await house.capture(id, 2000)
    const given = await paid()
    await house.refund(given.id, 340)
    house.clock.moveMs(120_000)
    await house.reconcile()
    expect(await byId(id)).toMatchObject({
      capturedMinor: 2000,
      refundedMinor: 0,
      acknowledge: { doneAt: expect.any(String) },
    })
    expect(await byId(given.id)).toMatchObject({ refundedMinor: 340 })
  })

  it('gets it back although the processor was away when it went, or its reply was lost', async () => {
    const [down, lost] = [await paid(), await paid({ capture: 'manual' })]
    house.clock.moveMs(60_001)
    house.chaos.down = true
    await house.reconcile()
    expect(await byId(down.id)).toMatchObject({ refunds: [{ state: 'pending' }], reversal: 'till_gone' })
    house.chaos.down = false
    house.chaos.loseReplies.void = 1
    house.clock.moveMs(10_000)
    await house.reconcile()
    house.clock.moveMs(10_000)
    await house.reconcile()
    expect(await byId(down.id)).toMatchObject({ refundedMinor: 2340 })
    expect(await byId(lost.id)).toMatchObject({ state: 'cancelled', reason: 'till_gone' })
  })

  it('gets it back even when the processor was away for days', async () => {
    const { id } = await paid()
    house.clock.moveMs(60_001)
    house.chaos.down = true
    await house.reconcile()
    house.clock.moveMs(2 * 24 * 3_600_000)
    house.chaos.down = false
    for (let round = 0; round < 3; round++) {
      await house.reconcile()
      house.clock.moveMs(6_000)
    }
    expect(await byId(id)).toMatchObject({
      reversal: 'till_gone',
      refundedMinor: 2340,
      refunds: [{ state: 'failed' }, { state: 'succeeded', reason: 'till_gone' }],
    })
  })

  it('is asked for nothing else: whoever did not promise is left alone', async () => {
    const { id, acknowledge } = await paid({ acknowledge: false })
    expect(acknowledge).toBeUndefined()
    house.clock.moveMs(3_600_000)
    await house.reconcile()
    expect(await byId(id)).toMatchObject({ state: 'approved', refundedMinor: 0 })
    expect(await house.payments.acknowledge(TILL, id)).toMatchObject({ state: 'approved' })
  })
})
