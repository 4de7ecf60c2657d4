import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../../test/test-database.ts'
import { createAudit } from '../../audit/service.ts'
import { type DatabaseHandle, withTransaction } from '../../database.ts'
import type { TwoStepKind } from '../ledger/journals.ts'
import { holdTransfer, settleTransfer, trialBalance } from '../ledger/store.ts'
import type { SettlementLine } from '../processors/processor.ts'
import { merchantBalance } from './batch.ts'
import { listDifferences, resolveDifference } from './differences.ts'
import type { SettlementParts } from './parts.ts'
import { endPayout, listPayouts } from './payouts.ts'
import { findBatch, linesOfBatch, reconcileDay } from './reports.ts'
import { runSettlement } from './service.ts'
import { PLAIN_TERMS, setTerms } from './terms.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Noon of the first day: 20 November 2026. */
const START = new Date('2026-11-20T12:00:00Z')

/** Stands still but for what it is moved by. */
const stoppedClock = (atMs: number) => ({
  nowMs: () => atMs,
  moveMs(byMs: number) {
    atMs += byMs
  },
})

let handle: DatabaseHandle
let clock: ReturnType<typeof stoppedClock>
let parts: SettlementParts
let listed: SettlementLine[]
let down: boolean
let book: { organisationId: string; currency: string }
let tests = 0

beforeAll(async () => {
  handle = await openTestDatabase()
})
afterAll(() => handle.close())
beforeEach(async () => {
  clock = stoppedClock(START.getTime())
  listed = []
  down = false
  book = { organisationId: `org_${++tests}`, currency: 'EUR' }
  // Books of earlier tests are as they were left: only this one's are looked at.
  await handle.db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = 'replica'`.execute(tx)
    for (const table of [
      'settlement_difference',
      'settlement_reserve',
      'settlement_payout',
      'settlement_line',
      'settlement_batch',
      'ledger_trial_balance',
      'ledger_closed_day',
      'ledger_entry',
      'ledger_journal',
      'ledger_transfer',
      'ledger_account',
    ])
      await sql`delete from ${sql.table(table)}`.execute(tx)
  })
  parts = {
    db: handle.db,
    clock,
    audit: createAudit(handle.db, clock),
    sources: async () => [
      {
        name: 'stand-in',
        books: {
          listSettlement: async ({ from, to }) => {
            if (down) throw new Error('the processor is down')
            return listed.filter((line) => line.at >= from && line.at < to)
          },
        },
      },
    ],
  }
})

const now = () => new Date(clock.nowMs())
const hold = async (kind: TwoStepKind, amountMinor: bigint, id: string = randomUUID()) => {
  await withTransaction(handle.db, (tx) => holdTransfer(tx, { ...book, id, paymentId: null, kind, amountMinor }, now()))
  return id
}
const end = (id: string, how: Parameters<typeof settleTransfer>[2] = { kind: 'post' }) =>
  withTransaction(handle.db, (tx) => settleTransfer(tx, id, how, now()))
const list = (
  kind: SettlementLine['kind'],
  key: string,
  amountMinor: bigint,
  feeMinor = 0n,
  more: Partial<SettlementLine> = {},
) =>
  listed.push({
    kind,
    key: kind === 'capture' ? `${key}:capture` : key,
    chargeKey: key,
    amountMinor,
    feeMinor,
    currency: 'EUR',
    batchRef: 'b1',
    at: now(),
    ...more,
  })
const capture = async (amountMinor: bigint, feeMinor = 0n) => {
  const id = await hold('charge', amountMinor)
  await end(id)
  list('capture', id, amountMinor, feeMinor)
  return id
}
const refund = async (charge: string, amountMinor: bigint, feeMinor = 0n) => {
  const id = await hold('refund', amountMinor)
  await end(id)
  list('refund', id, -amountMinor, feeMinor, { chargeKey: charge })
  return id
}
/** To the next day, a quarter past midnight and more, and a round. */
const nextDay = async () => {
  clock.moveMs(DAY_MS)
  const round = await runSettlement(parts)
  expect(round.failures).toEqual([])
  return round
}
const balances = async () => {
  const { accounts, sumMinor } = await trialBalance(handle.db)
  expect(sumMinor).toBe(0n)
  return Object.fromEntries(
    accounts.filter((account) => account.balanceMinor !== 0n).map((a) => [a.kind, a.balanceMinor]),
  )
}
const open = () => listDifferences(handle.db, { open: true })

describe('settling a day', () => {
  it('pays out what was captured less refunds and what the processor kept, once', async () => {
    const charge = await capture(10_000n, 170n)
    await capture(2_500n, 62n)
    await refund(charge, 1_000n, 5n)
    const { batches } = await nextDay()
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
    expect(await balances()).toEqual({
      processor_receivable: 11_500n - 237n,
      processor_fees: 237n,
      platform_fees: -237n,
      payouts_in_transit: -11_263n,
    })
    expect((await runSettlement(parts, true)).batches).toEqual([])
    const [payout] = await listPayouts(handle.db, {})
    expect(payout).toMatchObject({ amountMinor: 11_263n, state: 'in_transit', day: '2026-11-20' })
    await endPayout(parts, payout!.id, { outcome: 'paid', note: 'bank reference 7' })
    await endPayout(parts, payout!.id, { outcome: 'paid', note: 'said again' })
    await expect(endPayout(parts, payout!.id, { outcome: 'returned', note: null })).rejects.toMatchObject({
      code: 'settlement_state',
    })
    // What the processor kept was the platform's cost, and the merchant made it good: nothing is left anywhere.
    expect(await balances()).toEqual({ processor_fees: 237n, platform_fees: -237n })
  })

  it('is made once however many servers try', async () => {
    await capture(5_000n)
    clock.moveMs(DAY_MS)
    const rounds = await Promise.all([1, 2, 3].map(() => runSettlement(parts)))
    expect(rounds.flatMap((round) => round.failures)).toEqual([])
    expect(rounds.flatMap((round) => round.batches)).toHaveLength(1)
    expect(await listPayouts(handle.db, {})).toHaveLength(1)
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
    await withTransaction(handle.db, (tx) => setTerms(tx, book, terms, now()))
    for (const amountMinor of [999n, 333n, 1n]) await capture(amountMinor, 3n)
    const [first] = (await nextDay()).batches
    // 1.25 % of 13.33 is 0.17 (0.166625), and three times 0.10; a tenth of 13.33 stays.
    expect(first).toMatchObject({
      processorFeeMinor: 9n,
      platformFeeMinor: 47n,
      reservedMinor: 133n,
      payoutMinor: 1_153n,
    })
    const { fees } = await linesOfBatch(handle.db, await findBatch(handle.db, first!.id), 100)
    expect(fees.reduce((sum, line) => sum + line.platformFeeMinor, 0n)).toBe(47n)
    expect(await balances()).toMatchObject({ merchant_reserve: -133n, platform_fees: -47n, processor_fees: 9n })
    expect((await nextDay()).batches).toMatchObject([{ releasedMinor: 0n, payoutMinor: 0n }])
    expect((await nextDay()).batches).toMatchObject([{ releasedMinor: 133n, payoutMinor: 133n }])
    expect(await balances()).not.toHaveProperty('merchant_reserve')
  })

  it('carries a debt until it is earned back, and takes back what the bank returns', async () => {
    const charge = await capture(3_000n)
    await nextDay()
    const [payout] = await listPayouts(handle.db, {})
    await endPayout(parts, payout!.id, { outcome: 'paid', note: null })
    const dispute = await hold('dispute', 3_000n)
    list('dispute', dispute, -3_000n, 1_500n, { chargeKey: charge })
    expect((await nextDay()).batches).toMatchObject([
      { disputedMinor: -3_000n, disputes: 1, platformFeeMinor: 1_500n, payoutMinor: 0n, closingMinor: -4_500n },
    ])
    await capture(2_000n)
    expect((await nextDay()).batches).toMatchObject([{ carriedMinor: -4_500n, payoutMinor: 0n, closingMinor: -2_500n }])
    await end(dispute, { kind: 'void' })
    list('dispute_returned', dispute, 3_000n, 0n, { chargeKey: charge })
    expect((await nextDay()).batches).toMatchObject([{ disputedMinor: 3_000n, payoutMinor: 500n, closingMinor: 0n }])
    const [second] = await listPayouts(handle.db, { state: 'in_transit' })
    await endPayout(parts, second!.id, { outcome: 'returned', note: 'account closed' })
    expect((await nextDay()).batches).toMatchObject([{ returnedMinor: 500n, payoutMinor: 500n }])
    expect(await open()).toEqual([])
  })

  it('pays no more than is owed now, when more was refunded after midnight', async () => {
    const charge = await capture(1_000n)
    clock.moveMs(12 * HOUR_MS + 60_000)
    await refund(charge, 400n)
    clock.moveMs(HOUR_MS)
    const { batches } = await runSettlement(parts)
    expect(batches).toMatchObject([{ capturedMinor: 1_000n, refundedMinor: 0n, payoutMinor: 600n, closingMinor: 400n }])
    expect(await merchantBalance(handle.db, book)).toBe(0n)
    expect((await nextDay()).batches).toMatchObject([
      { carriedMinor: 400n, refundedMinor: -400n, payoutMinor: 0n, closingMinor: 0n },
    ])
  })

  it('waits for the processor, and makes every day that was missed', async () => {
    await capture(700n, 7n)
    down = true
    clock.moveMs(DAY_MS)
    const round = await runSettlement(parts)
    expect([round.batches, round.failures.length, round.daysClosed]).toEqual([[], 1, 1])
    clock.moveMs(2 * DAY_MS)
    down = false
    const { batches } = await runSettlement(parts)
    expect(batches.map((batch) => [batch.day, batch.payoutMinor])).toEqual([
      ['2026-11-20', 693n],
      ['2026-11-21', 0n],
      ['2026-11-22', 0n],
    ])
  })
})

describe('reconciling with the processor', () => {
  it('finds everything matched when it is', async () => {
    await refund(await capture(1_000n), 300n)
    await nextDay()
    expect(await open()).toEqual([])
    const { rows } = await reconcileDay(handle.db, book, '2026-11-20', now())
    expect(rows.map(({ status, kind, oursMinor, theirsMinor }) => [status, kind, oursMinor, theirsMinor])).toEqual([
      ['matched', 'capture', 1_000n, 1_000n],
      ['matched', 'refund', -300n, -300n],
    ])
    await expect(reconcileDay(handle.db, book, '2026-11-25', now())).rejects.toMatchObject({ code: 'not_found' })
  })

  it('makes an item of what is missing, differs, is late or was told otherwise, and moves nothing by itself', async () => {
    const missing = await hold('charge', 500n)
    await end(missing)
    const differs = await hold('charge', 800n)
    await end(differs)
    list('capture', differs, 795n)
    list('capture', 'pay_unheard:authorise', 60n)
    const late = await hold('charge', 90n)
    await end(late)
    list('capture', late, 90n, 0n, { at: new Date(START.getTime() + 50 * HOUR_MS) })
    const changed = await capture(40n, 1n)
    await nextDay()
    expect((await open()).map(({ kind }) => kind).sort()).toEqual(['amount_differs', 'missing_with_us'])
    const line = listed.find(({ chargeKey }) => chargeKey === changed)!
    listed[listed.indexOf(line)] = { ...line, feeMinor: 3n }
    await nextDay()
    clock.moveMs(HOUR_MS)
    await nextDay()
    const found = await open()
    expect(found.map(({ kind, oursMinor, theirsMinor }) => [kind, oursMinor, theirsMinor]).sort()).toEqual([
      ['amount_differs', 800n, 795n],
      ['late', 90n, 90n],
      ['line_changed', 40n, 40n],
      ['missing_at_processor', 500n, null],
      ['missing_with_us', null, 60n],
    ])
    expect((await nextDay()).differencesFound).toBe(0)
    expect(await balances()).not.toHaveProperty('platform_differences')
  })

  it('keeps back what the processor did not bring until a person has said what it was', async () => {
    const differs = await hold('charge', 800n)
    await end(differs)
    list('capture', differs, 795n)
    expect((await nextDay()).batches).toMatchObject([{ capturedMinor: 800n, heldBackMinor: 5n, payoutMinor: 795n }])
    const [item] = await open()
    const said = { note: 'The terminal fee of November, taken off this line.', resolvedBy: 'J. Baker' }
    const resolved = await resolveDifference(parts, item!.id, { ...said, resolution: 'merchant' })
    expect(resolved).toMatchObject({ ...said, resolution: 'merchant', resolvedAt: now() })
    await expect(resolveDifference(parts, item!.id, { ...said, resolution: 'platform' })).rejects.toMatchObject({
      code: 'settlement_state',
    })
    await expect(resolveDifference(parts, 'dif_none', { ...said, resolution: 'platform' })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await merchantBalance(handle.db, book)).toBe(0n)
    expect((await nextDay()).batches).toMatchObject([
      { adjustedMinor: -5n, heldBackMinor: 0n, payoutMinor: 0n, closingMinor: 0n },
    ])
    expect(await open()).toEqual([])
    const { rows } = await sql<{ facts: string }>`
      select facts from audit_entries where event = 'settlement.difference_resolved'`.execute(handle.db)
    expect(rows.at(-1)!.facts).toContain('"bookedMinor":-5')
    expect(rows.at(-1)!.facts).not.toContain('Baker')
  })

  it('lets the platform bear a difference, and moves nothing when it is explained', async () => {
    const missing = await hold('charge', 500n)
    await end(missing)
    await nextDay()
    await nextDay()
    await nextDay()
    const [item] = await open()
    expect(item).toMatchObject({ kind: 'missing_at_processor', oursMinor: 500n, theirsMinor: null })
    await resolveDifference(parts, item!.id, {
      resolution: 'platform',
      note: 'Lost at the processor.',
      resolvedBy: 'jb',
    })
    expect((await balances()).platform_differences).toBe(500n)
    // The line comes after all: that is a difference again, and a person undoes what a person did.
    list('capture', missing, 500n)
    await nextDay()
    const [late] = await open()
    expect(late!.kind).toBe('late')
    await expect(
      resolveDifference(parts, late!.id, { resolution: 'platform', note: 'no amount', resolvedBy: 'jb' }),
    ).rejects.toMatchObject({ code: 'settlement_state' })
    await resolveDifference(parts, late!.id, {
      resolution: 'explained',
      note: 'It came two days later.',
      resolvedBy: 'jb',
    })
    expect(await open()).toEqual([])
  })
})

describe('books that do not balance', () => {
  it('stop the payouts of their merchant and say so, until a person has looked', async () => {
    await capture(900n)
    const meddle = (byMinor: number) =>
      handle.db.transaction().execute(async (tx) => {
        await sql`set local session_replication_role = 'replica'`.execute(tx)
        await sql`update ledger_entry set amount_minor = amount_minor + ${byMinor}::bigint
          where id = (select max(id) from ledger_entry where journal_id = (select min(id) from ledger_journal))`.execute(
          tx,
        )
      })
    await meddle(1)
    const [batch] = (await nextDay()).batches
    expect(batch!.payoutMinor).toBe(0n)
    expect(batch!.payoutStopped).toContain('all accounts sum to 1, not to 0')
    expect(await listPayouts(handle.db, {})).toEqual([])
    const items = await open()
    expect(items.map(({ kind }) => kind)).toContain('book_unbalanced')
    expect((await nextDay()).batches[0]!.payoutStopped).not.toBeNull()
    await meddle(-1)
    await nextDay()
    for (const item of await open()) {
      await resolveDifference(parts, item.id, {
        resolution: 'explained',
        note: 'Put right from the backup.',
        resolvedBy: 'jb',
      })
    }
    expect((await nextDay()).batches).toMatchObject([{ payoutMinor: 900n, payoutStopped: null }])
  })
})
