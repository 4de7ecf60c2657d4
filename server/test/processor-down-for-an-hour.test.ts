import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calm } from '../src/payments/processors/sandbox/chaos.ts'
import { type PaymentHouse, paymentHouse, TILL } from './payment-house.ts'

let house: PaymentHouse
let terminals = 0
beforeAll(async () => {
  house = await paymentHouse()
})
afterAll(() => house.close())

const create = (more: Record<string, unknown> = {}) => house.create(more, `dev_terminal_${++terminals}`)
const paid = async (more: Record<string, unknown> = {}) => {
  const { id } = await create(more)
  await house.pay(id, await house.shopper())
  return id
}
const stateOf = async (id: string) => {
  const { state, capturedMinor, refundedMinor } = await house.payments.byId(id)
  return [state, capturedMinor, refundedMinor]
}
const kindsOf = async (id: string) => (await house.charge(id))?.operations.map(({ kind, state }) => `${kind} ${state}`)

describe('the processor is down for an hour', () => {
  const ids = { asked: '', held: '', given: '', dropped: '' }

  it('at once for what had not begun: the shopper is told, and nothing is charged', async () => {
    ids.held = await paid({ capture: 'manual' })
    ids.given = await paid()
    ids.dropped = await paid({ capture: 'manual' })
    const asked = await create()
    const [shopper, another] = [await house.shopper(), await house.shopper()]
    ids.asked = asked.id
    house.chaos.loseReplies.authorise = 1
    expect((await house.pay(asked.id, shopper)).state).toBe('unknown')
    house.chaos.down = true
    const late = await create()
    await house.hover(late.id)
    const answer = await house.payments.authorise(late.id, await house.assert(late.id, another))
    expect(answer).toMatchObject({ state: 'declined', reason: 'processor_unavailable', capturedMinor: 0 })
    expect(await house.payments.activeOf(late.terminalId)).toBeNull()
  })

  it('keeps what was asked for and says no more than it knows, all the hour long', async () => {
    await house.capture(ids.held)
    await house.refund(ids.given, 340)
    await house.payments.cancel(TILL, ids.dropped)
    for (let minute = 0; minute < 60; minute++) {
      house.clock.moveMs(60_000)
      expect((await house.reconcile()).failures).toEqual([])
      if (minute % 20 > 0) continue
      expect(await stateOf(ids.asked)).toEqual(['unknown', 0, 0])
      expect(await stateOf(ids.held)).toEqual(['approved', 0, 0])
      expect(await stateOf(ids.given)).toEqual(['approved', 2340, 0])
      expect(await stateOf(ids.dropped)).toEqual(['approved', 0, 0])
    }
  })

  it('does each of it once when the processor is back, and all books agree', async () => {
    Object.assign(house.chaos, calm())
    for (let round = 0; round < 3; round++) {
      house.clock.moveMs(9_000)
      // Two nodes at it at the same time.
      const rounds = await Promise.all([house.reconcile(), house.reconcile()])
      expect(rounds.flatMap(({ failures }) => failures)).toEqual([])
    }
    expect(await stateOf(ids.asked)).toEqual(['approved', 2340, 0])
    expect(await stateOf(ids.held)).toEqual(['approved', 2340, 0])
    expect(await stateOf(ids.given)).toEqual(['approved', 2340, 340])
    expect(await stateOf(ids.dropped)).toEqual(['cancelled', 0, 0])
    expect(await kindsOf(ids.asked)).toEqual(['capture succeeded'])
    expect(await kindsOf(ids.held)).toEqual(['capture succeeded'])
    expect(await kindsOf(ids.given)).toEqual(['capture succeeded', 'refund succeeded'])
    expect(await kindsOf(ids.dropped)).toEqual(['void succeeded'])
    await house.expectAgreement()
  })
})
