import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PaymentHouse, paymentHouse, SHOP } from '../../test/payment-house.ts'
import { Failure } from '../failure.ts'
import { endedCounts, firstUses, movedMoney, type SumPeriod } from './report-sums.ts'

let house: PaymentHouse
beforeAll(async () => {
  house = await paymentHouse()
})
afterAll(() => house?.close())

type Step =
  | { do: 'pay'; card: string; manual: boolean; lost: boolean }
  | { do: 'capture' | 'cancel'; which: number }
  | { do: 'refund'; which: number; amountMinor: number }
  | { do: 'wait'; minutes: number }

const which = fc.nat({ max: 6 })
const cards = ['4242424242424242', '4242424242424242', '4000000000009995', '4000000000007726', '4000000000005126']
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      card: fc.constantFrom(...cards),
      manual: fc.boolean(),
      lost: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('capture' as const, 'cancel' as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('refund' as const), which, amountMinor: fc.integer({ min: 1, max: 1500 }) }),
  },
  // Up to a day: hours and days end in between.
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 14, 47, 180, 1_440) }),
  },
)

let terminals = 0
const made: string[] = []

async function perform(step: Step): Promise<void> {
  if (step.do === 'wait') {
    house.clock.moveMs(step.minutes * 60_000)
    await house.reconcile()
    return
  }
  try {
    if (step.do === 'pay') {
      const wish = { capture: step.manual ? 'manual' : 'automatic' }
      const { id } = await house.create(wish, `dev_terminal_${++terminals}`)
      made.push(id)
      if (step.lost) house.chaos.loseReplies.authorise = 1
      await house.pay(id, await house.shopper(step.card))
      return
    }
    const id = made.at(-1 - (step.which % Math.max(1, made.length)))
    if (id === undefined) return
    if (step.do === 'refund') await house.refund(id, step.amountMinor)
    else if (step.do === 'capture') await house.capture(id)
    else await house.payments.cancel({ ...SHOP, deviceId: 'dev_till', kind: 'register' }, id)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
  }
}

/** The same figures another way: entry by entry of the ledger, on the account of what the merchant is owed. */
async function recount({ from, to }: Pick<SumPeriod, 'from' | 'to'>) {
  const { rows } = await sql<{ kind: string; id: string; minor: bigint }>`
    select t.kind, t.id, -e.amount_minor as minor from ledger_entry e
      join ledger_account a on a.id = e.account_id and a.kind in ('merchant_payable', 'refunds_in_transit')
      join ledger_journal j on j.id = e.journal_id and j.kind = 'post'
      join ledger_transfer t on t.id = j.transfer_id
     where j.created_at >= ${from} and j.created_at < ${to}
       and not (t.kind = 'refund' and a.kind = 'merchant_payable')`.execute(house.parts.db)
  const of = (kind: string) => rows.filter((row) => row.kind === kind).reduce((sum, { minor }) => sum + minor, 0n)
  return { chargedMinor: of('charge'), refundedMinor: -of('refund') - of('merchant_adjustment') }
}

describe('what payments tell reports', () => {
  it('is what a recount of the ledger says, whatever happens to payments, in any window of time', async () => {
    const beganMs = house.clock.nowMs() - 60_000
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 4, maxLength: 12 }),
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
        async (steps, ends) => {
          for (const step of steps) await perform(step)
          const nowMs = house.clock.nowMs()
          const [a, b] = ends.map((share) => beganMs + share * (nowMs - beganMs)).sort((x, y) => x - y)
          for (const [fromMs, toMs] of [
            [a!, b!],
            [beganMs, nowMs + 1],
          ] as const) {
            const period = { shopId: SHOP.shopId, timeZone: 'UTC', from: new Date(fromMs), to: new Date(toMs) }
            const [money] = await movedMoney(house.parts.db, [period])
            const { chargedMinor = 0n, refundedMinor = 0n } = money ?? {}
            expect({ chargedMinor, refundedMinor }).toEqual(await recount(period))
            const rows = await house.parts.db
              .selectFrom('payment')
              .select(['state', 'ended_at'])
              .where('ended_at', '>=', period.from)
              .where('ended_at', '<', period.to)
              .execute()
            const counts = await endedCounts(house.parts.db, [period])
            expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length)
            for (const state of ['approved', 'declined', 'cancelled', 'expired'] as const) {
              const counted = counts.filter((one) => one.state === state).reduce((sum, { count }) => sum + count, 0)
              expect(counted).toBe(rows.filter((row) => row.state === state).length)
            }
          }
        },
      ),
      { numRuns: 20, interruptAfterTimeLimit: 45_000 },
    )
    // And what was captured less what was refunded, of all payments, is what all windows together say.
    const all = { shopId: SHOP.shopId, timeZone: 'UTC', from: new Date(0), to: new Date('2100-01-01') }
    const [money] = await movedMoney(house.parts.db, [all])
    const rows = await house.parts.db.selectFrom('payment').select(['captured_minor', 'refunded_minor']).execute()
    for (let round = 0; round < 4; round++) {
      house.clock.moveMs(9_000)
      await house.reconcile()
    }
    expect(rows.length).toBeGreaterThan(20)
    expect(money!.chargedMinor).toBe(rows.reduce((sum, row) => sum + row.captured_minor, 0n))
  }, 60_000)

  it('tells the hour by the clock on the shop’s wall, also when clocks change', async () => {
    const { db } = house.parts
    const paid = await house.create({}, `dev_terminal_${++terminals}`)
    await house.pay(paid.id, await house.shopper())
    const at = async (instant: string, timeZone: string, day: string) => {
      await sql`update payment set ended_at = ${instant}::timestamptz where id = ${paid.id}`.execute(db)
      const { rows } = await sql<{ from: Date; to: Date }>`
        select ${day}::date::timestamp at time zone ${timeZone} as from, (${day}::date + 1)::timestamp at time zone ${timeZone} as to`.execute(
        db,
      )
      const counts = await endedCounts(db, [{ shopId: SHOP.shopId, timeZone, ...rows[0]! }])
      return counts.map(({ hour, count }) => [hour, count])
    }
    // The night of 1 November 2026 has 25 hours in Los Angeles: both halves of the hour that comes twice are the hour from one.
    expect(await at('2026-11-01T08:30:00Z', 'America/Los_Angeles', '2026-11-01')).toEqual([[1, 1]])
    expect(await at('2026-11-01T09:30:00Z', 'America/Los_Angeles', '2026-11-01')).toEqual([[1, 1]])
    expect(await at('2026-11-01T10:30:00Z', 'America/Los_Angeles', '2026-11-01')).toEqual([[2, 1]])
    // Its last hour still is that day, the next is not.
    expect(await at('2026-11-02T07:59:59Z', 'America/Los_Angeles', '2026-11-01')).toEqual([[23, 1]])
    expect(await at('2026-11-02T08:00:00Z', 'America/Los_Angeles', '2026-11-01')).toEqual([])
    // A day of 23 hours: two o'clock is three.
    expect(await at('2026-03-08T10:15:00Z', 'America/Los_Angeles', '2026-03-08')).toEqual([[3, 1]])
    expect(await at('2026-03-09T06:59:59Z', 'America/Los_Angeles', '2026-03-08')).toEqual([[23, 1]])
    expect(await at('2026-03-09T07:00:00Z', 'America/Los_Angeles', '2026-03-08')).toEqual([])
    // Three quarters of an hour off.
    expect(await at('2026-05-04T18:14:59Z', 'Asia/Kathmandu', '2026-05-04')).toEqual([[23, 1]])
    expect(await at('2026-05-04T18:15:00Z', 'Asia/Kathmandu', '2026-05-05')).toEqual([[0, 1]])
  })

  it('counts a first and a second payment of one shopper once each', async () => {
    const shopper = await house.shopper()
    const all = { shopId: SHOP.shopId, timeZone: 'UTC', from: new Date(0), to: new Date('2100-01-01') }
    const before = (await firstUses(house.parts.db, [all]))[0] ?? { first: 0, second: 0 }
    for (let n = 0; n < 3; n++) {
      const { id } = await house.create({}, `dev_terminal_${++terminals}`)
      await house.pay(id, shopper)
    }
    const [after] = await firstUses(house.parts.db, [all])
    expect([after!.first - before.first, after!.second - before.second]).toEqual([1, 1])
  })
})
