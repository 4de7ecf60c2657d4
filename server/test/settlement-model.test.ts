import fc from 'fast-check'
import { sql } from 'kysely'
import type pg from 'pg'
import { expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { merchantBalance } from '../src/payments/settlement/batch.ts'
import { endPayout, listPayouts } from '../src/payments/settlement/payouts.ts'
import { listBatches } from '../src/payments/settlement/reports.ts'
import { runSettlement } from '../src/payments/settlement/service.ts'
import { setTerms } from '../src/payments/settlement/terms.ts'
import { mortalDatabase } from './ledger-drill/crashes.ts'
import { ledgerPool } from './ledger-drill/pool.ts'
import { DAY_MS, HOUR_MS, type SettlementHouse, settlementHouse } from './settlement-house.ts'

type Deed =
  | { do: 'capture'; amountMinor: number; feeMinor: number }
  | { do: 'refund'; amountMinor: number; feeMinor: number }
  | { do: 'dispute'; amountMinor: number; feeMinor: number }
  | { do: 'decide'; won: boolean }
  | { do: 'payout'; outcome: 'paid' | 'returned' }
  | { do: 'terms'; passThrough: boolean; rateBasisPoints: number; reserveBasisPoints: number }
/** What is done on a day, and after how many statements each try to settle it dies; the last try lives. */
type Day = { deeds: Deed[]; deaths: number[] }

const amountMinor = fc.integer({ min: 1, max: 20_000 })
const feeMinor = fc.integer({ min: 0, max: 90 })
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('capture' as const), amountMinor, feeMinor }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('refund' as const, 'dispute' as const), amountMinor, feeMinor }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('decide' as const), won: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('payout' as const),
      outcome: fc.constantFrom('paid' as const, 'returned' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('terms' as const),
      passThrough: fc.boolean(),
      rateBasisPoints: fc.integer({ min: 0, max: 500 }),
      reserveBasisPoints: fc.constantFrom(0, 500, 10_000),
    }),
  },
)
const day: fc.Arbitrary<Day> = fc.record({
  deeds: fc.array(deed, { maxLength: 6 }),
  deaths: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 2 }),
})

type State = { disputes: string[]; charges: string[] }

async function perform(house: SettlementHouse, state: State, deed: Deed): Promise<void> {
  house.clock.moveMs(HOUR_MS)
  if (deed.do === 'capture') {
    state.charges.push(await house.capture(BigInt(deed.amountMinor), BigInt(deed.feeMinor)))
  } else if (deed.do === 'refund' || deed.do === 'dispute') {
    const charge = state.charges.at(-1)
    if (charge === undefined) return
    if (deed.do === 'refund') return void (await house.refund(charge, BigInt(deed.amountMinor), BigInt(deed.feeMinor)))
    const id = await house.hold('dispute', BigInt(deed.amountMinor))
    house.list('dispute', id, -BigInt(deed.amountMinor), BigInt(deed.feeMinor), { chargeKey: charge })
    state.disputes.push(id)
  } else if (deed.do === 'decide') {
    const id = state.disputes.pop()
    if (id === undefined) return
    await house.end(id, { kind: deed.won ? 'void' : 'post' })
    const opened = house.processor.lines.find((line) => line.key === id)!
    if (deed.won) {
      house.list('dispute_returned', id, -opened.amountMinor, -opened.feeMinor, { chargeKey: opened.chargeKey })
    }
  } else if (deed.do === 'payout') {
    const [open] = await listPayouts(house.db, { state: 'in_transit' })
    if (open !== undefined)
      await endPayout({ ...house.parts, db: house.db }, open.id, { outcome: deed.outcome, note: null })
  } else {
    const { passThrough, rateBasisPoints, reserveBasisPoints } = deed
    const terms = {
      passThrough,
      rateBasisPoints,
      reserveBasisPoints,
      fixedMinor: 3,
      reserveDays: 2,
      minimumPayoutMinor: 50,
    }
    await withTransaction(house.db, (tx) => setTerms(tx, house.book, { ...terms, timeZone: 'UTC' }, house.now()))
  }
}

/** To the next noon; settles, dying as often as the day says, then once more alive. */
async function settle(house: SettlementHouse, pool: pg.Pool, deaths: number[]): Promise<number> {
  house.clock.moveMs(DAY_MS - ((house.clock.nowMs() - DAY_MS / 2) % DAY_MS))
  let died = 0
  for (const at of [...deaths, null]) {
    const { db, plan } = mortalDatabase(pool)
    Object.assign(plan, { at, after: at !== null && at % 2 === 0, committed: false })
    house.parts.db = db
    try {
      const round = await runSettlement(house.parts)
      if (round.failures.length > 0) died += 1
      if (at === null) expect(round.failures).toEqual([])
    } catch (error) {
      if (at === null) throw error
      died += 1
    }
  }
  return died
}

async function expectSettled(house: SettlementHouse): Promise<void> {
  const batches = (await listBatches(house.db, {})).reverse()
  for (const [i, batch] of batches.entries()) {
    expect([batch.sequence, batch.carriedMinor]).toEqual([i + 1, batches[i - 1]?.closingMinor ?? 0n])
  }
  const total = (pick: (batch: (typeof batches)[number]) => bigint) =>
    batches.reduce((sum, batch) => sum + pick(batch), 0n)
  expect(batches.at(-1)?.closingMinor ?? 0n).toBe(await merchantBalance(house.db, house.book))
  const { rows } = await sql<{ lines: number; fees: bigint; platform: bigint }>`
    select count(*)::int as lines, coalesce(sum(fee_minor), 0)::bigint as fees, coalesce(sum(platform_fee_minor), 0)::bigint as platform
      from settlement_line where batch_id is not null`.execute(house.db)
  const { lines } = house.processor
  const listed = lines.reduce((sum, line) => sum + line.feeMinor, 0n)
  expect(rows[0]).toEqual({ lines: lines.length, fees: listed, platform: total((batch) => batch.platformFeeMinor) })
  expect(total((batch) => batch.processorFeeMinor)).toBe(listed)
  const paid = (await listPayouts(house.db, { state: 'paid' })).reduce((sum, payout) => sum + payout.amountMinor, 0n)
  const brought = lines.reduce((sum, line) => sum + line.amountMinor, 0n)
  expect((await house.balances()).processor_receivable ?? 0n).toBe(brought - listed - paid)
  expect(await house.open()).toEqual([])
}

it('settles every day once and every fee once, whatever happens on it and wherever settling dies', async () => {
  let sequences = 0
  let deaths = 0
  await fc.assert(
    fc.asyncProperty(fc.array(day, { minLength: 1, maxLength: 6 }), async (days) => {
      const house = await settlementHouse()
      const pool = await ledgerPool(house.url)
      try {
        const state: State = { disputes: [], charges: [] }
        for (const { deeds, deaths: planned } of days) {
          for (const deed of deeds) await perform(house, state, deed)
          deaths += await settle(house, pool, planned)
        }
        await settle(house, pool, [])
        await expectSettled(house)
        sequences += 1
      } finally {
        await pool.end()
        await house.close()
      }
    }),
    { numRuns: 25, interruptAfterTimeLimit: 15_000, endOnFailure: true },
  )
  expect(sequences).toBeGreaterThan(1)
  expect(deaths).toBeGreaterThan(0)
}, 60_000)
