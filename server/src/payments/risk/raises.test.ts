import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type PaymentHouse, paymentHouse, TILL } from '../../../test/payment-house.ts'
import { Failure } from '../../failure.ts'
import { createChargeLimits } from './decide.ts'
import { type LimitValues, NO_LIMITS } from './limits.ts'

const HOUR_MS = 3_600_000
/** Never raised by the issuer, though the processor can. */
const NO_INCREMENT = '6011111111111117'

let house: PaymentHouse
let terminals = 0
const limit = (limits: Partial<LimitValues>) => {
  house.parts.limits = createChargeLimits(() => ({ ...NO_LIMITS, ...limits }), {
    stepUp: { provenFor: async () => 'not_available' },
    places: { placesOf: async () => new Map() },
  })
}
const hold = async (shopperId: string, amountMinor: number, more: Record<string, unknown> = {}) => {
  const { id } = await house.create({ amountMinor, capture: 'manual', ...more }, `dev_terminal_raise_${++terminals}`)
  return house.pay(id, shopperId)
}
const refused = { code: 'limit_exceeded' }
/** Which limit refused what of a payment, as the audit tells it. */
const refusals = async (paymentId: string): Promise<string[]> => {
  const told = house.parts.db.selectFrom('audit_entries').select('facts').where('event', '=', 'payment.raise_refused')
  const facts = (await told.execute()).map((entry) => JSON.parse(entry.facts) as { paymentId: string; limit: string })
  return facts.filter((each) => each.paymentId === paymentId).map(({ limit }) => limit)
}

beforeAll(async () => {
  house = await paymentHouse()
})
beforeEach(() => {
  limit({})
  // Nothing of the test before counts for its merchant.
  house.clock.moveMs(49 * HOUR_MS)
})
afterAll(async () => {
  await house.expectAgreement()
  await house.close()
})

describe('what is raised after the approval', () => {
  it('is bound by the limit of one charge: increments, over-captures, tips on paper', async () => {
    limit({ chargeMinor: 1200n })
    const shopper = await house.shopper()
    const { id } = await hold(shopper, 1000)
    await expect(house.increment(id, 201)).rejects.toMatchObject(refused)
    expect(await refusals(id)).toEqual(['charge'])
    expect(await house.increment(id, 100)).toMatchObject({ authorisedMinor: 1100 })
    // Within what the card lets, 15 % above, and above the limit.
    await expect(house.capture(id, 1201)).rejects.toMatchObject(refused)
    await expect(house.capture(id, { tipMinor: 101 })).rejects.toMatchObject(refused)
    expect(await house.capture(id, { tipMinor: 100 })).toMatchObject({ capturedMinor: 1200, tipMinor: 100 })
  })

  it('is bound by the day of the shopper and of the merchant', async () => {
    limit({ shopperDayMinor: 2000n })
    const shopper = await house.shopper()
    const first = await hold(shopper, 1000)
    const second = await hold(shopper, 800)
    await expect(house.increment(first.id, 201)).rejects.toMatchObject(refused)
    expect(await house.increment(first.id, 150)).toMatchObject({ authorisedMinor: 1150 })
    await expect(house.capture(second.id, 851)).rejects.toMatchObject(refused)
    expect(await house.capture(second.id, 850)).toMatchObject({ capturedMinor: 850 })
    expect(await hold(shopper, 1)).toMatchObject({ reason: 'limit_exceeded' })

    limit({ merchantDayMinor: 5000n })
    const other = await hold(await house.shopper(), 2900)
    await expect(house.increment(other.id, 101)).rejects.toMatchObject(refused)
    expect(await house.increment(other.id, 100)).toMatchObject({ authorisedMinor: 3000 })
  })

  it('counts on the day when it is raised, also on a payment of before', async () => {
    limit({ shopperDayMinor: 1000n })
    const shopper = await house.shopper()
    const { id } = await hold(shopper, 1000)
    house.clock.moveMs(25 * HOUR_MS)
    await expect(house.increment(id, 1001)).rejects.toMatchObject(refused)
    expect(await house.increment(id, 400)).toMatchObject({ authorisedMinor: 1400 })
    expect(await hold(shopper, 601)).toMatchObject({ reason: 'limit_exceeded' })
    expect(await hold(shopper, 500)).toMatchObject({ state: 'approved' })
    await expect(house.increment(id, 101)).rejects.toMatchObject(refused)
    house.clock.moveMs(25 * HOUR_MS)
    expect(await hold(shopper, 1000)).toMatchObject({ state: 'approved' })
  })

  it('is free again when the raise failed, the hold was released, or less was captured', async () => {
    limit({ shopperDayMinor: 2000n })
    const shopper = await house.shopper(NO_INCREMENT)
    const { id } = await hold(shopper, 1000)
    await house.increment(id, 1000).catch(() => {})
    expect(await house.payments.byId(id)).toMatchObject({ authorisedMinor: 1000 })
    const second = await hold(shopper, 1000)
    expect(second).toMatchObject({ state: 'approved' })
    await house.capture(id, 600)
    expect(await hold(shopper, 400)).toMatchObject({ state: 'approved' })
    expect(await hold(shopper, 1)).toMatchObject({ reason: 'limit_exceeded' })
    await house.payments.cancel(TILL, second.id)
    expect(await hold(shopper, 1000)).toMatchObject({ state: 'approved' })
  })

  it('counts while nobody knows whether it was raised', async () => {
    limit({ shopperDayMinor: 2000n })
    const shopper = await house.shopper()
    const { id } = await hold(shopper, 1000)
    house.chaos.loseReplies = { increment: 1 }
    await house.increment(id, 900)
    expect(await hold(shopper, 101)).toMatchObject({ reason: 'limit_exceeded' })
    house.clock.moveMs(house.parts.timing.neverSeenMs + 1000)
    await house.reconcile()
    expect(await house.payments.byId(id)).toMatchObject({ authorisedMinor: 1900 })
  })

  it('is refused without a trace of the key: the same wish may be asked again', async () => {
    limit({ chargeMinor: 1000n })
    const { id } = await hold(await house.shopper(), 1000)
    await expect(house.increment(id, 10, 'one-key')).rejects.toMatchObject(refused)
    limit({ chargeMinor: 1010n })
    expect(await house.increment(id, 10, 'one-key')).toMatchObject({ authorisedMinor: 1010 })
    expect(await house.increment(id, 10, 'one-key')).toMatchObject({ authorisedMinor: 1010 })
  })
})

type Step =
  | { do: 'charge'; who: number; amountMinor: number; manual: boolean }
  | { do: 'increment' | 'capture' | 'refund'; which: number; amountMinor: number }
  | { do: 'tip'; which: number; amountMinor: number }
  | { do: 'void'; which: number }
const which = fc.nat({ max: 5 })
const amountMinor = fc.integer({ min: 1, max: 900 })
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('charge'), who: fc.nat({ max: 1 }), amountMinor, manual: fc.boolean() }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('increment', 'capture', 'refund'), which, amountMinor }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tip'), which, amountMinor: fc.nat({ max: 300 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('void'), which }) },
) as fc.Arbitrary<Step>

describe('charges, increments, captures, tips, voids and refunds, many at once', () => {
  it('never pass a limit together, by the processor’s own books', async () => {
    let moved = 0
    await fc.assert(
      fc.asyncProperty(
        // Each round is begun at once; rounds follow each other.
        fc.array(fc.array(anyStep, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 6 }),
        fc.record({
          charge: fc.integer({ min: 300, max: 1500 }),
          shopper: fc.integer({ min: 500, max: 2500 }),
          merchant: fc.integer({ min: 800, max: 4000 }),
        }),
        fc.array(fc.constantFrom('authorise', 'increment', 'capture', 'void'), { maxLength: 2 }),
        async (rounds, most, lost) => {
          house.clock.moveMs(49 * HOUR_MS)
          limit({
            chargeMinor: BigInt(most.charge),
            shopperDayMinor: BigInt(most.shopper),
            merchantDayMinor: BigInt(most.merchant),
          })
          house.chaos.loseReplies = Object.fromEntries(lost.map((call) => [call, 1]))
          const shoppers = [await house.shopper(), await house.shopper()]
          const made: { id: string; who: number }[] = []
          const check = async () => {
            const taken = [0n, 0n]
            for (const { id, who } of made) {
              const charge = await house.charge(id)
              if (charge === null || ['voided', 'declined', 'lapsed'].includes(charge.state)) continue
              const minor = charge.capturedMinor > 0n ? charge.capturedMinor : charge.amountMinor
              expect(minor).toBeLessThanOrEqual(BigInt(most.charge))
              taken[who]! += minor
            }
            for (const minor of taken) expect(minor).toBeLessThanOrEqual(BigInt(most.shopper))
            expect(taken[0]! + taken[1]!).toBeLessThanOrEqual(BigInt(most.merchant))
          }
          for (const round of rounds) {
            await Promise.all(round.map((each) => perform(each, shoppers, made).then(() => (moved += 1), allowed)))
            await check()
          }
          house.chaos.loseReplies = {}
          house.clock.moveMs(house.parts.timing.neverSeenMs + 1000)
          await house.reconcile()
          await check()
        },
      ),
      { numRuns: 60 },
    )
    expect(moved).toBeGreaterThan(100)
  }, 240_000)
})

const allowed = (error: unknown) => {
  if (!(error instanceof Failure)) throw error
  expect(['limit_exceeded', 'payment_state', 'amount_exceeds', 'amount_invalid', 'increment_unsupported']).toContain(
    error.code,
  )
}

async function perform(step: Step, shoppers: string[], made: { id: string; who: number }[]): Promise<unknown> {
  if (step.do === 'charge') {
    const { amountMinor, manual, who } = step
    const wish = { amountMinor, capture: manual ? 'manual' : 'automatic' }
    const { id } = await house.create(wish, `dev_terminal_raise_${++terminals}`)
    made.push({ id, who })
    return house.pay(id, shoppers[who]!)
  }
  const id = made[step.which % Math.max(1, made.length)]?.id
  if (id === undefined) return
  switch (step.do) {
    case 'increment':
      return house.increment(id, step.amountMinor)
    case 'capture':
      return house.capture(id, step.amountMinor)
    case 'tip':
      return house.capture(id, { tipMinor: step.amountMinor })
    case 'refund':
      return house.refund(id, step.amountMinor)
    case 'void':
      return house.payments.cancel(TILL, id)
  }
}
