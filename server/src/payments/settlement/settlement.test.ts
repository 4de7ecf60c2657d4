import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, type SettlementHouse, settlementHouse } from '../../../test/settlement-house.ts'
import { withTransaction } from '../../database.ts'
import { merchantBalance } from './batch.ts'
import { resolveDifference } from './differences.ts'
import { endPayout, listPayouts } from './payouts.ts'
import { findBatch, linesOfBatch } from './reports.ts'
import { runSettlement } from './service.ts'
import { PLAIN_TERMS, setTerms } from './terms.ts'

let house: SettlementHouse
beforeEach(async () => {
  house = await settlementHouse()
})
afterEach(() => house.close())

describe('settling a day', () => {
  it('pays out what was captured less refunds and what the processor kept, once', async () => {
    const charge = await house.capture(10_000n, 170n)
    await house.capture(2_500n, 62n)
    await house.refund(charge, 1_000n, 5n)
    const { batches } = await house.nextDay()
    expect(batches).toMatchObject([
      {
        day: '2026-11-20',
        carriedMinor: 0n,
        capturedMinor: 12_500n,
        captures: 2,
        refundedMinor: -1_000n,
        refunds: 1,
        processorFeeMinor: 237n,
        platformFeeMinor: 237n,
        payoutMinor: 11_263n,
        payoutStopped: null,
        closingMinor: 0n,
      },
    ])
    expect(await house.balances()).toEqual({
      processor_receivable: 11_500n - 237n,
      processor_fees: 237n,
      platform_fees: -237n,
      payouts_in_transit: -11_263n,
    })
    expect((await runSettlement(house.parts, true)).batches).toEqual([])
    const [payout] = await listPayouts(house.db, {})
    expect(payout).toMatchObject({ amountMinor: 11_263n, state: 'in_transit', day: '2026-11-20' })
    await endPayout(house.parts, payout!.id, { outcome: 'paid', note: 'bank reference 7' })
    await endPayout(house.parts, payout!.id, { outcome: 'paid', note: 'said again' })
    await expect(endPayout(house.parts, payout!.id, { outcome: 'returned', note: null })).rejects.toMatchObject({
      code: 'settlement_state',
    })
    // What the processor kept was the platform's cost, and the merchant made it good: nothing is left anywhere.
    expect(await house.balances()).toEqual({ processor_fees: 237n, platform_fees: -237n })
  })

  it('is made once however many servers try', async () => {
    await house.capture(5_000n)
    house.clock.moveMs(DAY_MS)
    const rounds = await Promise.all([1, 2, 3].map(() => runSettlement(house.parts)))
    expect(rounds.flatMap((round) => round.failures)).toEqual([])
    expect(rounds.flatMap((round) => round.batches)).toHaveLength(1)
    expect(await listPayouts(house.db, {})).toHaveLength(1)
  })

  it('charges what was agreed, splits it over the lines to the cent, and keeps a reserve until its time', async () => {
    const terms = {
      ...PLAIN_TERMS,
      timeZone: 'UTC',
      rateBasisPoints: 125,
      fixedMinor: 10,
      passThrough: false,
      reserveBasisPoints: 1_000,
      reserveDays: 2,
      minimumPayoutMinor: 1,
    }
    await withTransaction(house.db, (tx) => setTerms(tx, house.book, terms, house.now()))
    for (const amountMinor of [999n, 333n, 1n]) await house.capture(amountMinor, 3n)
    const [first] = (await house.nextDay()).batches
    // 1.25 % of 13.33 is 0.17 (0.166625), and three times 0.10; a tenth of 13.33 stays.
    expect(first).toMatchObject({
      processorFeeMinor: 9n,
      platformFeeMinor: 47n,
      reservedMinor: 133n,
      payoutMinor: 1_153n,
    })
    const { fees } = await linesOfBatch(house.db, await findBatch(house.db, first!.id), 100)
    expect(fees.reduce((sum, line) => sum + line.platformFeeMinor, 0n)).toBe(47n)
    expect(await house.balances()).toMatchObject({ merchant_reserve: -133n, platform_fees: -47n, processor_fees: 9n })
    expect((await house.nextDay()).batches).toMatchObject([{ releasedMinor: 0n, payoutMinor: 0n }])
    expect((await house.nextDay()).batches).toMatchObject([{ releasedMinor: 133n, payoutMinor: 133n }])
    expect(await house.balances()).not.toHaveProperty('merchant_reserve')
  })

  it('carries a debt until it is earned back, and takes back what the bank returns', async () => {
    const charge = await house.capture(3_000n)
    await house.nextDay()
    const [payout] = await listPayouts(house.db, {})
    await endPayout(house.parts, payout!.id, { outcome: 'paid', note: null })
    const dispute = await house.hold('dispute', 3_000n)
    house.list('dispute', dispute, -3_000n, 1_500n, { chargeKey: charge })
    expect((await house.nextDay()).batches).toMatchObject([
      { disputedMinor: -3_000n, disputes: 1, platformFeeMinor: 1_500n, payoutMinor: 0n, closingMinor: -4_500n },
    ])
    await house.capture(2_000n)
    expect((await house.nextDay()).batches).toMatchObject([
      { carriedMinor: -4_500n, payoutMinor: 0n, closingMinor: -2_500n },
    ])
    await house.end(dispute, { kind: 'void' })
    house.list('dispute_returned', dispute, 3_000n, 0n, { chargeKey: charge })
    expect((await house.nextDay()).batches).toMatchObject([
      { disputedMinor: 3_000n, payoutMinor: 500n, closingMinor: 0n },
    ])
    const [second] = await listPayouts(house.db, { state: 'in_transit' })
    await endPayout(house.parts, second!.id, { outcome: 'returned', note: 'account closed' })
    expect((await house.nextDay()).batches).toMatchObject([{ returnedMinor: 500n, payoutMinor: 500n }])
    expect(await house.open()).toEqual([])
  })

  it('pays no more than is owed now, when more was refunded after midnight', async () => {
    const charge = await house.capture(1_000n)
    house.clock.moveMs(12 * HOUR_MS + 60_000)
    await house.refund(charge, 400n)
    house.clock.moveMs(HOUR_MS)
    const { batches } = await runSettlement(house.parts)
    expect(batches).toMatchObject([{ capturedMinor: 1_000n, refundedMinor: 0n, payoutMinor: 600n, closingMinor: 400n }])
    expect(await merchantBalance(house.db, house.book)).toBe(0n)
    expect((await house.nextDay()).batches).toMatchObject([
      { carriedMinor: 400n, refundedMinor: -400n, payoutMinor: 0n, closingMinor: 0n },
    ])
  })

  it('waits for the processor, and makes every day that was missed', async () => {
    await house.capture(700n, 7n)
    house.processor.down = true
    house.clock.moveMs(DAY_MS)
    const round = await runSettlement(house.parts)
    expect([round.batches, round.failures.length, round.daysClosed]).toEqual([[], 1, 1])
    house.clock.moveMs(2 * DAY_MS)
    house.processor.down = false
    const { batches } = await runSettlement(house.parts)
    expect(batches.map((batch) => [batch.day, batch.payoutMinor])).toEqual([
      ['2026-11-20', 693n],
      ['2026-11-21', 0n],
      ['2026-11-22', 0n],
    ])
  })
})

describe('books that do not balance', () => {
  it('stop the payouts of their merchant and say so, until a person has looked', async () => {
    await house.capture(900n)
    await house.meddle(1)
    const [batch] = (await house.nextDay()).batches
    expect(batch!.payoutMinor).toBe(0n)
    expect(batch!.payoutStopped).toContain('all accounts sum to 1, not to 0')
    expect(await listPayouts(house.db, {})).toEqual([])
    const items = await house.open()
    expect(items.map(({ kind }) => kind)).toContain('book_unbalanced')
    expect((await house.nextDay()).batches[0]!.payoutStopped).not.toBeNull()
    await house.meddle(-1)
    await house.nextDay()
    for (const item of await house.open()) {
      await resolveDifference(house.parts, item.id, {
        resolution: 'explained',
        note: 'Put right from the backup.',
        resolvedBy: 'jb',
      })
    }
    expect((await house.nextDay()).batches).toMatchObject([{ payoutMinor: 900n, payoutStopped: null }])
  })
})
