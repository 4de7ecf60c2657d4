import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR_MS, type SettlementHouse, START, settlementHouse } from '../../../test/settlement-house.ts'
import { merchantBalance } from './batch.ts'
import { resolveDifference } from './differences.ts'
import { reconcileDay } from './reports.ts'

let house: SettlementHouse
beforeEach(async () => {
  house = await settlementHouse()
})
afterEach(() => house.close())

describe('reconciling with the processor', () => {
  it('finds everything matched when it is', async () => {
    await house.refund(await house.capture(1_000n), 300n)
    await house.nextDay()
    expect(await house.open()).toEqual([])
    const { rows } = await reconcileDay(house.db, house.book, '2026-11-20', house.now())
    expect(rows.map(({ status, kind, oursMinor, theirsMinor }) => [status, kind, oursMinor, theirsMinor])).toEqual([
      ['matched', 'capture', 1_000n, 1_000n],
      ['matched', 'refund', -300n, -300n],
    ])
    await expect(reconcileDay(house.db, house.book, '2026-11-25', house.now())).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('makes an item of what is missing, differs, is late or was told otherwise, and moves nothing by itself', async () => {
    const missing = await house.hold('charge', 500n)
    await house.end(missing)
    const differs = await house.hold('charge', 800n)
    await house.end(differs)
    house.list('capture', differs, 795n)
    house.list('capture', 'pay_unheard:authorise', 60n)
    const late = await house.hold('charge', 90n)
    await house.end(late)
    house.list('capture', late, 90n, 0n, { at: new Date(START.getTime() + 50 * HOUR_MS) })
    const changed = await house.capture(40n, 1n)
    await house.nextDay()
    expect((await house.open()).map(({ kind }) => kind).sort()).toEqual(['amount_differs', 'missing_with_us'])
    const line = house.processor.lines.find(({ chargeKey }) => chargeKey === changed)!
    house.processor.lines[house.processor.lines.indexOf(line)] = { ...line, feeMinor: 3n }
    await house.nextDay()
    house.clock.moveMs(HOUR_MS)
    await house.nextDay()
    const found = await house.open()
    expect(found.map(({ kind, oursMinor, theirsMinor }) => [kind, oursMinor, theirsMinor]).sort()).toEqual([
      ['amount_differs', 800n, 795n],
      ['late', 90n, 90n],
      ['line_changed', 40n, 40n],
      ['missing_at_processor', 500n, null],
      ['missing_with_us', null, 60n],
    ])
    expect((await house.nextDay()).differencesFound).toBe(0)
    expect(await house.balances()).not.toHaveProperty('platform_differences')
  })

  it('waits for a refund that the processor is still working on, and knows one that failed there', async () => {
    const charge = await house.capture(900n)
    const refund = await house.hold('refund', 300n)
    house.list('refund', refund, -300n, 0n, { chargeKey: charge })
    await house.nextDay()
    await house.nextDay()
    expect(await house.open()).toEqual([])
    await house.end(refund, { kind: 'void' })
    house.list('refund', `${refund}:failed`, 300n, 0n, { chargeKey: charge })
    await house.nextDay()
    expect(await house.open()).toEqual([])
    // One that we had called done fails all the same: the money is the merchant's again when a person has said so.
    const done = await house.refund(charge, 200n)
    house.list('refund', `${done}:failed`, 200n, 0n, { chargeKey: charge })
    await house.nextDay()
    const [item] = await house.open()
    expect(item).toMatchObject({ kind: 'amount_differs', oursMinor: -200n, theirsMinor: 0n })
    await resolveDifference(house.parts, item!.id, {
      resolution: 'merchant',
      note: 'Failed at the bank.',
      resolvedBy: 'jb',
    })
    expect((await house.nextDay()).batches).toMatchObject([
      { carriedMinor: -200n, adjustedMinor: 200n, closingMinor: 0n },
    ])
  })

  it('keeps back what the processor did not bring until a person has said what it was', async () => {
    const differs = await house.hold('charge', 800n)
    await house.end(differs)
    house.list('capture', differs, 795n)
    expect((await house.nextDay()).batches).toMatchObject([
      { capturedMinor: 800n, heldBackMinor: 5n, payoutMinor: 795n },
    ])
    const [item] = await house.open()
    const said = { note: 'The terminal fee of November, taken off this line.', resolvedBy: 'J. Baker' }
    const resolved = await resolveDifference(house.parts, item!.id, { ...said, resolution: 'merchant' })
    expect(resolved).toMatchObject({ ...said, resolution: 'merchant', resolvedAt: house.now() })
    await expect(resolveDifference(house.parts, item!.id, { ...said, resolution: 'platform' })).rejects.toMatchObject({
      code: 'settlement_state',
    })
    await expect(resolveDifference(house.parts, 'dif_none', { ...said, resolution: 'platform' })).rejects.toMatchObject(
      {
        code: 'not_found',
      },
    )
    expect(await merchantBalance(house.db, house.book)).toBe(0n)
    expect((await house.nextDay()).batches).toMatchObject([
      { adjustedMinor: -5n, heldBackMinor: 0n, payoutMinor: 0n, closingMinor: 0n },
    ])
    expect(await house.open()).toEqual([])
    const { rows } = await sql<{ facts: string }>`
      select facts from audit_entries where event = 'settlement.difference_resolved'`.execute(house.db)
    expect(rows.at(-1)!.facts).toContain('"bookedMinor":-5')
    expect(rows.at(-1)!.facts).not.toContain('Baker')
  })

  it('lets the platform bear a difference, and moves nothing when it is explained', async () => {
    const missing = await house.hold('charge', 500n)
    await house.end(missing)
    await house.nextDay()
    await house.nextDay()
    await house.nextDay()
    const [item] = await house.open()
    expect(item).toMatchObject({ kind: 'missing_at_processor', oursMinor: 500n, theirsMinor: null })
    await resolveDifference(house.parts, item!.id, {
      resolution: 'platform',
      note: 'Lost at the processor.',
      resolvedBy: 'jb',
    })
    expect((await house.balances()).platform_differences).toBe(500n)
    // The line comes after all: that is a difference again, and a person undoes what a person did.
    house.list('capture', missing, 500n)
    await house.nextDay()
    const [late] = await house.open()
    expect(late!.kind).toBe('late')
    await expect(
      resolveDifference(house.parts, late!.id, { resolution: 'platform', note: 'no amount', resolvedBy: 'jb' }),
    ).rejects.toMatchObject({ code: 'settlement_state' })
    await resolveDifference(house.parts, late!.id, {
      resolution: 'explained',
      note: 'It came two days later.',
      resolvedBy: 'jb',
    })
    expect(await house.open()).toEqual([])
  })
})
