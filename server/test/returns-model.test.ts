import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHouse, type TestHouse } from './harness.ts'
import type { TestDevice } from './test-device.ts'
import { move, registerBeside, sellForCash } from './till-desk.ts'

/** Each run is a sale and up to twelve requests over HTTP. */
const RUNS = 25
let house: TestHouse
let tills: TestDevice[]
beforeAll(async () => {
  house = await startHouse()
  const register = await house.pair('register')
  tills = [register, await registerBeside(house, register)]
})
afterAll(() => house.stop())

const line = fc.record({
  name: fc.constant('Tea'),
  quantity: fc.integer({ min: 1, max: 4 }),
  unitMinor: fc.integer({ min: 1, max: 9_999 }),
  taxBasisPoints: fc.constantFrom(0, 250, 825),
})
const ticket = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    taxMode: fc.constantFrom('inclusive' as const, 'exclusive' as const),
  })
  .map(({ lines, taxMode }) => {
    const rates = [...new Set(lines.map(({ taxBasisPoints }) => taxBasisPoints))]
    const taxes = rates.map((rate) => {
      const of = lines.filter(({ taxBasisPoints }) => taxBasisPoints === rate)
      const cost = of.reduce((sum, { unitMinor, quantity }) => sum + unitMinor * quantity, 0)
      const taxMinor = Math.round((cost * rate) / (taxMode === 'exclusive' ? 10_000 : 10_000 + rate))
      return { taxBasisPoints: rate, netMinor: taxMode === 'exclusive' ? cost : cost - taxMinor, taxMinor }
    })
    const totalMinor = taxes.reduce((sum, { netMinor, taxMinor }) => sum + netMinor + taxMinor, 0)
    return { currency: 'USD' as const, taxMode, lines, taxes, totalMinor }
  })
/** Who wishes for how many pieces of which line, both registers in the same moment. */
const wishes = fc.array(fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 3 })), { minLength: 2, maxLength: 2 }), {
  maxLength: 6,
})

it('whatever two registers give back at once, no piece and no cent goes twice, and all of it is the total', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(ticket, wishes, async (sold, rounds) => {
      const reference = `R-model-${++run}`
      const sale = await sellForCash(tills[0]!, reference, sold)
      const partId = sale.parts[0]!.id
      const read = async () => (await tills[0]!.call('GET', `/v1/tickets/${reference}`)).body.returned as number[]
      const refundedMinor = async () => (await tills[0]!.call('GET', `/v1/sales/${sale.id}`)).body.refundedMinor
      /** Asks with a wrong sum first: the refusal says what the lines cost. */
      const giveBack = async (till: TestDevice, lines: { line: number; quantity: number }[]) => {
        const ask = (amountMinor: number) =>
          move(till, `/v1/tickets/${reference}/returns`, { lines, shares: [{ partId, amountMinor }] })
        const first = await ask(99_999_999)
        if (first.body.code !== 'amount_invalid') return first
        return ask(Number(/costs (\d+)/.exec(first.body.detail)![1]))
      }
      let givenMinor = 0
      for (const round of rounds) {
        const replies = await Promise.all(
          round.map(([place, quantity], at) => giveBack(tills[at]!, [{ line: place % sold.lines.length, quantity }])),
        )
        for (const { status, body } of replies) {
          if (status === 200) givenMinor += body.linesMinor
          else expect(['line_returned', 'amount_invalid']).toContain(body.code)
        }
        const returned = await read()
        for (const [place, { quantity }] of sold.lines.entries()) expect(returned[place]).toBeLessThanOrEqual(quantity)
        expect(await refundedMinor()).toBe(givenMinor)
      }
      const returned = await read()
      const rest = sold.lines.flatMap(({ quantity }, place) =>
        quantity > returned[place]! ? [{ line: place, quantity: quantity - returned[place]! }] : [],
      )
      if (rest.length > 0) expect((await giveBack(tills[1]!, rest)).status).toBe(200)
      expect(await refundedMinor()).toBe(sold.totalMinor)
    }),
    { numRuns: RUNS },
  )
})
