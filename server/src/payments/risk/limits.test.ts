import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type PaymentHouse, paymentHouse } from '../../../test/payment-house.ts'
import type { StepUp } from '../ports.ts'
import { createChargeLimits } from './decide.ts'
import { defaultLimits, type LimitValues, NO_LIMITS } from './limits.ts'

const HOUR_MS = 3_600_000

let house: PaymentHouse
let terminals = 0
const asked: string[] = []
const deaf: StepUp = { provenFor: async () => 'not_available' }
/** Believes everybody, and writes down what it was asked. */
const proves: StepUp = {
  async provenFor(_tx, { limit }) {
    asked.push(limit)
    return 'proven'
  },
}
const limit = (limits: Partial<LimitValues>, stepUp = deaf) => {
  house.parts.limits = createChargeLimits(() => ({ ...NO_LIMITS, ...limits }), {
    stepUp,
    places: { placesOf: async () => new Map() },
  })
}
const terminal = () => `dev_terminal_limit_${++terminals}`
const tryPay = async (shopperId: string, amountMinor = 1000, on = terminal()) => {
  const { id } = await house.create({ amountMinor }, on)
  return house.pay(id, shopperId)
}
const over = { state: 'declined', reason: 'limit_exceeded' }

beforeAll(async () => {
  house = await paymentHouse()
})
beforeEach(() => {
  limit({})
  asked.length = 0
  // Nothing of the test before counts for its merchant.
  house.clock.moveMs(25 * HOUR_MS)
})
afterAll(async () => {
  await house.expectAgreement()
  await house.close()
})

describe('a charge above a limit', () => {
  it('is declined before the processor is asked, tip included, and the terminal is free', async () => {
    limit({ chargeMinor: 1000n })
    const shopper = await house.shopper()
    expect(await tryPay(shopper, 1000)).toMatchObject({ state: 'approved' })
    const declined = await tryPay(shopper, 1001, 'dev_terminal_limit')
    expect(declined).toMatchObject({ ...over, authorisedMinor: 0 })
    expect(await house.charge(declined.id)).toBeNull()
    expect(await tryPay(shopper, 999, 'dev_terminal_limit')).toMatchObject({ state: 'approved' })
  })

  it('counts a day by shopper, what was declined by the issuer left out, and forgets after 24 hours', async () => {
    limit({ shopperDayMinor: 2500n })
    const shopper = await house.shopper()
    const poor = await house.shopper('4000000000009995')
    expect(await tryPay(poor, 2000)).toMatchObject({ reason: 'insufficient_funds' })
    expect(await tryPay(poor, 2000)).toMatchObject({ reason: 'insufficient_funds' })
    await tryPay(shopper, 2000)
    expect(await tryPay(shopper, 501)).toMatchObject(over)
    expect(await tryPay(shopper, 500)).toMatchObject({ state: 'approved' })
    expect(await tryPay(await house.shopper(), 2500)).toMatchObject({ state: 'approved' })
    house.clock.moveMs(24 * HOUR_MS + 1000)
    expect(await tryPay(shopper, 2500)).toMatchObject({ state: 'approved' })
  })

  it('counts a day of the merchant over all shoppers, captured and only held', async () => {
    limit({ merchantDayMinor: 3000n })
    await tryPay(await house.shopper(), 1000)
    const held = await house.create({ amountMinor: 1500, capture: 'manual' }, terminal())
    await house.pay(held.id, await house.shopper())
    expect(await tryPay(await house.shopper(), 501)).toMatchObject(over)
    await house.capture(held.id, 1000)
    expect(await tryPay(await house.shopper(), 1000)).toMatchObject({ state: 'approved' })
  })

  it('counts tries of a shopper, a card and a terminal in an hour, declined ones too', async () => {
    limit({ shopperPerHour: 2 })
    const poor = await house.shopper('4000000000009995')
    await tryPay(poor)
    await tryPay(poor)
    expect(await tryPay(poor)).toMatchObject(over)
    house.clock.moveMs(HOUR_MS + 1000)
    expect(await tryPay(poor)).toMatchObject({ reason: 'insufficient_funds' })

    limit({ cardPerHour: 1 })
    const shopper = await house.shopper()
    await tryPay(shopper)
    expect(await tryPay(shopper)).toMatchObject(over)

    limit({ terminalPerHour: 2 })
    const on = terminal()
    for (let i = 0; i < 2; i++)
      expect(await tryPay(await house.shopper(), 1000, on)).toMatchObject({ state: 'approved' })
    expect(await tryPay(await house.shopper(), 1000, on)).toMatchObject(over)
    expect(await tryPay(await house.shopper())).toMatchObject({ state: 'approved' })
  })

  it('counts one of which nothing was heard: it may have been charged', async () => {
    limit({ shopperDayMinor: 1500n })
    const shopper = await house.shopper()
    house.chaos.loseReplies = { authorise: 1 }
    expect(await tryPay(shopper)).toMatchObject({ state: 'unknown' })
    expect(await tryPay(shopper)).toMatchObject(over)
    house.clock.moveMs(house.parts.timing.neverSeenMs + 1000)
    await house.reconcile()
  })
})

describe('many terminals at once', () => {
  it('never pass a limit together, whatever the amounts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 300, max: 2000 }),
        fc.boolean(),
        async (amounts, most, merchant) => {
          house.clock.moveMs(25 * HOUR_MS)
          limit(merchant ? { merchantDayMinor: BigInt(most) } : { shopperDayMinor: BigInt(most) })
          const shopper = await house.shopper()
          const ready = await Promise.all(
            amounts.map(async (amountMinor) => {
              const { id } = await house.create({ amountMinor }, terminal())
              await house.hover(id)
              return { id, assertion: await house.assert(id, shopper) }
            }),
          )
          const ends = await Promise.all(ready.map(({ id, assertion }) => house.payments.authorise(id, assertion)))
          const paid = ends.filter(({ state }) => state === 'approved')
          const sum = paid.reduce((total, { capturedMinor }) => total + capturedMinor, 0)
          expect(sum).toBeLessThanOrEqual(most)
          // And what was declined would have been too much on top of what passed.
          for (const end of ends.filter(({ state }) => state !== 'approved')) {
            expect(end).toMatchObject(over)
            expect(sum + end.totalMinor).toBeGreaterThan(most)
          }
        },
      ),
      { numRuns: 25 },
    )
  }, 120_000)
})

describe('a step-up', () => {
  it('is asked for what it may lift, and a shopper who proves more than the palm pays', async () => {
    limit({ stepUpAboveMinor: 500n }, proves)
    const shopper = await house.shopper()
    expect(await tryPay(shopper, 500)).toMatchObject({ state: 'approved' })
    expect(asked).toEqual([])
    expect(await tryPay(shopper, 501)).toMatchObject({ state: 'approved' })
    limit({ shopperDayMinor: 1n, shopperPerHour: 1, cardPerHour: 1 }, proves)
    expect(await tryPay(shopper)).toMatchObject({ state: 'approved' })
    expect(asked).toEqual(['step_up', 'shopper_rate'])
  })

  it('that is not available leaves the limit standing', async () => {
    limit({ stepUpAboveMinor: 500n })
    expect(await tryPay(await house.shopper(), 501)).toMatchObject(over)
  })

  it('that fails charges nothing', async () => {
    const broken = { provenFor: () => Promise.reject(new Error('no answer')) }
    limit({ stepUpAboveMinor: 500n }, broken)
    const { id } = await house.create({ amountMinor: 501 }, terminal())
    await expect(house.pay(id, await house.shopper())).rejects.toThrow('no answer')
    expect(await house.charge(id)).toBeNull()
    expect(await house.payments.byId(id)).toMatchObject({ state: 'palm_captured', authorisedMinor: 0 })
  })

  it('is asked again for what is raised above its amount', async () => {
    limit({ stepUpAboveMinor: 500n })
    const { id } = await house.create({ amountMinor: 500, capture: 'manual' }, terminal())
    await house.pay(id, await house.shopper())
    await expect(house.increment(id, 1)).rejects.toMatchObject({ code: 'limit_exceeded' })
    limit({ stepUpAboveMinor: 500n }, proves)
    expect(await house.increment(id, 1)).toMatchObject({ authorisedMinor: 501 })
    expect(asked).toEqual(['step_up'])
  })

  it('is not asked for what it cannot lift', async () => {
    for (const hard of [{ chargeMinor: 1n }, { merchantDayMinor: 1n }]) {
      limit({ ...hard, stepUpAboveMinor: 1n }, proves)
      expect(await tryPay(await house.shopper())).toMatchObject(over)
    }
    limit({ terminalPerHour: 1 }, proves)
    const on = `dev_terminal_${randomUUID()}`
    await tryPay(await house.shopper(), 1000, on)
    expect(await tryPay(await house.shopper(), 1000, on)).toMatchObject(over)
    expect(asked).toEqual([])
  })
})

describe('limits nobody set', () => {
  it('are as much in money in every currency', () => {
    expect(defaultLimits('USD')).toMatchObject({
      chargeMinor: 100_000n,
      shopperDayMinor: 200_000n,
      merchantDayMinor: null,
    })
    expect(defaultLimits('JPY').chargeMinor).toBe(100_000n)
    expect(defaultLimits('KWD').chargeMinor).toBe(1_000_000n)
  })
})
