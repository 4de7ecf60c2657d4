import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PaymentHouse, paymentHouse } from '../../../test/payment-house.ts'
import { trialBalance } from '../ledger/store.ts'
import type { Processor } from '../processors/processor.ts'
import { followCharge } from './follow-charge.ts'

let house: PaymentHouse
beforeAll(async () => {
  house = await paymentHouse()
})
afterAll(() => house.close())

/** The sandbox, but that a refund it called done has come back from the bank. */
const bankRefuses = (): Processor => ({
  ...house.sandbox,
  async fetch(by) {
    const charge = await house.sandbox.fetch(by)
    if (charge === null) return null
    const operations = charge.operations.map((each) =>
      each.kind === 'refund' ? { ...each, state: 'failed' as const, reason: 'account_closed' } : each,
    )
    return { ...charge, refundedMinor: 0n, operations }
  },
})
const balances = async () =>
  Object.fromEntries(
    (await trialBalance(house.parts.db)).accounts.map(({ kind, balanceMinor }) => [kind, balanceMinor]),
  )

describe('a refund that comes back after it was done', () => {
  it('is the merchant’s again, once, and can be given another way', async () => {
    const { id } = await house.create()
    await house.pay(id, await house.shopper())
    const before = await balances()
    const refunded = await house.refund(id, 1000)
    expect(refunded).toMatchObject({ refundedMinor: 1000, refunds: [{ state: 'succeeded' }] })
    const { ref } = (await house.charge(id))!
    const parts = { ...house.parts, processors: { sandbox: bankRefuses() } }
    await Promise.all(Array.from({ length: 4 }, () => followCharge(parts, 'sandbox', ref)))
    const after = await house.payments.byId(id)
    expect(after).toMatchObject({ state: 'approved', refundedMinor: 0, refunds: [{ state: 'failed' }] })
    expect(after.version).toBe(refunded.version + 1)
    expect(await balances()).toMatchObject(before)
    expect((await trialBalance(house.parts.db)).sumMinor).toBe(0n)
    // Settlement matches both steps with the two lines of the processor, under the refund.
    const { rows } = await sql<{ minor: bigint; steps: number }>`
      select sum(amount_minor)::bigint as minor, count(*)::int as steps from settlement_ours
       where kind = 'refund' and key = ${refunded.refunds[0]!.id}`.execute(house.parts.db)
    expect(rows).toEqual([{ minor: 0n, steps: 2 }])
    await followCharge(house.parts, 'sandbox', ref)
    await followCharge(parts, 'sandbox', 'no-such-charge')
    await followCharge(parts, 'no-such-processor', ref)
    expect((await house.payments.byId(id)).version).toBe(after.version)
  })

  it('is asked for again while the processor cannot be reached', async () => {
    const { id } = await house.create({}, 'dev_terminal_2')
    await house.pay(id, await house.shopper())
    const { ref } = (await house.charge(id))!
    house.chaos.down = true
    await expect(followCharge(house.parts, 'sandbox', ref)).rejects.toMatchObject({ kind: 'lost' })
    house.chaos.down = false
  })
})
