import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openPaymentHouse, TILL, terminalCaller } from '../../test/payment-house.ts'
import { trialBalance } from './ledger/store.ts'
import { SLOW_REFUND_MS } from './processors/sandbox/sandbox.ts'

const house = await openPaymentHouse()
const code = (wanted: string) => expect.objectContaining({ name: 'Failure', code: wanted })
const paid = async (more: Record<string, unknown> = {}, number?: string) => {
  const { id } = await house.create(more, house.newTerminal())
  return house.pay(id, await house.shopper(number))
}

describe('cancelling', () => {
  it('tells till from shopper, before and after the amount was shown', async () => {
    const first = await house.create({}, house.newTerminal())
    expect(await house.payments.cancel(TILL, first.id)).toMatchObject({
      state: 'cancelled',
      reason: 'cancelled_by_till',
    })
    const second = await house.create({}, house.newTerminal())
    await house.hover(second.id)
    const shopper = terminalCaller(second.terminalId)
    expect(await house.payments.cancel(shopper, second.id)).toMatchObject({ reason: 'cancelled_by_shopper' })
    expect(await house.payments.cancel(TILL, second.id)).toMatchObject({ reason: 'cancelled_by_shopper', version: 4 })
  })

  it('voids what was authorised and not captured', async () => {
    const { id } = await paid({ capture: 'manual' })
    expect(await house.charge(id)).toMatchObject({ state: 'authorised' })
    expect(await house.payments.cancel(TILL, id)).toMatchObject({ state: 'cancelled', reason: 'voided' })
    expect(await house.charge(id)).toMatchObject({ state: 'voided' })
    const receipt = await house.payments.receipt(TILL, id, 'fr')
    expect(receipt.lines.join('\n')).toContain('ANNULÉ')
  })

  it('refuses once the money was captured', async () => {
    const { id } = await paid()
    await expect(house.payments.cancel(TILL, id)).rejects.toEqual(code('payment_state'))
  })

  it('sends one void however many cancel at once', async () => {
    const { id } = await paid({ capture: 'manual' })
    const ends = await Promise.all(Array.from({ length: 4 }, () => house.payments.cancel(TILL, id)))
    expect(ends.some((end) => end.state === 'cancelled')).toBe(true)
    const charge = await house.charge(id)
    expect(charge!.operations.filter((operation) => operation.kind === 'void')).toHaveLength(1)
  })
})

describe('capturing', () => {
  it('takes less than was authorised, once, and answers a double tap the same', async () => {
    const { id } = await paid({ capture: 'manual' })
    // The sandbox lets this card be captured for 15 per cent more than was authorised, and no more.
    await expect(house.capture(id, 2692)).rejects.toEqual(code('amount_exceeds'))
    await expect(house.capture(id, 0.5)).rejects.toEqual(code('amount_invalid'))
    const key = randomUUID()
    const taps = await Promise.all([house.capture(id, 2000, key), house.capture(id, 2000, key)])
    expect(taps.some((tap) => tap.capturedMinor === 2000)).toBe(true)
    expect((await house.capture(id, 2000, key)).capturedMinor).toBe(2000)
    await expect(house.capture(id, 340)).rejects.toEqual(code('payment_state'))
    expect(await house.charge(id)).toMatchObject({ capturedMinor: 2000n })
  })

  it('is over when the authorisation has lapsed', async () => {
    const { id } = await paid({ capture: 'manual' })
    house.clock.moveMs(8 * 24 * 3_600_000)
    expect(await house.capture(id)).toMatchObject({ state: 'expired', reason: 'timed_out', capturedMinor: 0 })
    const other = await paid({ capture: 'manual' })
    house.clock.moveMs(8 * 24 * 3_600_000)
    await house.reconcile()
    expect(await house.payments.byId(other.id)).toMatchObject({ state: 'expired', reason: 'timed_out' })
  })
})

describe('refunding', () => {
  it('gives back in parts, never more than was captured', async () => {
    const { id } = await paid()
    expect(await house.refund(id, 1000)).toMatchObject({
      refundedMinor: 1000,
      refunds: [{ amountMinor: 1000, state: 'succeeded' }],
    })
    await expect(house.refund(id, 1341)).rejects.toEqual(code('amount_exceeds'))
    expect(await house.refund(id)).toMatchObject({ refundedMinor: 2340, state: 'approved' })
    await expect(house.refund(id)).rejects.toEqual(code('amount_exceeds'))
    const receipt = await house.payments.receipt(TILL, id)
    expect(receipt.lines.filter((line) => line.startsWith('REFUND'))).toHaveLength(2)
  })

  it('stays within the captured amount when many refund at once', async () => {
    const { id } = await paid()
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => house.refund(id, 1000)))
    expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(2)
    for (const tried of tries) if (tried.status === 'rejected') expect(tried.reason).toEqual(code('amount_exceeds'))
  })

  it('refunds once for one key', async () => {
    const { id } = await paid()
    const key = randomUUID()
    await Promise.all(Array.from({ length: 4 }, () => house.refund(id, 1000, key)))
    expect((await house.payments.byId(id)).refundedMinor).toBe(1000)
    await expect(house.refund(id, 1001, key)).rejects.toEqual(code('idempotency_key_conflict'))
  })

  it('keeps a slow refund pending until the processor has decided, and gives a failed one back', async () => {
    const slow = await paid({}, '4000000000007726')
    const failing = await paid({}, '4000000000005126')
    for (const { id } of [slow, failing]) {
      expect(await house.refund(id)).toMatchObject({ refundedMinor: 0, refunds: [{ state: 'pending' }] })
      await expect(house.refund(id, 1)).rejects.toEqual(code('amount_exceeds'))
    }
    house.clock.moveMs(SLOW_REFUND_MS + 1)
    await house.reconcile()
    expect(await house.payments.byId(slow.id)).toMatchObject({ refundedMinor: 2340, refunds: [{ state: 'succeeded' }] })
    expect(await house.payments.byId(failing.id)).toMatchObject({ refundedMinor: 0, refunds: [{ state: 'failed' }] })
    const { accounts } = await trialBalance(house.parts.db)
    expect(accounts.find((account) => account.kind === 'refunds_in_transit')!.balanceMinor).toBe(0n)
  })

  it('comes through although its reply was lost: same refund, not a second one', async () => {
    const { id } = await paid()
    house.chaos.loseReplies.refund = 1
    expect(await house.refund(id, 500)).toMatchObject({ refundedMinor: 0, refunds: [{ state: 'pending' }] })
    house.clock.moveMs(10_000)
    await house.reconcile()
    expect(await house.payments.byId(id)).toMatchObject({ refundedMinor: 500, refunds: [{ state: 'succeeded' }] })
    expect((await house.charge(id))!.operations.filter((operation) => operation.kind === 'refund')).toHaveLength(1)
  })

  it('is sent again under its own key when it never arrived', async () => {
    const { id } = await paid()
    house.chaos.down = true
    expect(await house.refund(id, 500)).toMatchObject({ refunds: [{ state: 'pending' }] })
    house.chaos.down = false
    house.clock.moveMs(10_000)
    await house.reconcile()
    expect(await house.payments.byId(id)).toMatchObject({ refundedMinor: 500 })
  })

  it('asks for something that was captured', async () => {
    const { id } = await paid({ capture: 'manual' })
    await expect(house.refund(id, 1)).rejects.toEqual(code('payment_state'))
    await house.payments.cancel(TILL, id)
  })
})
