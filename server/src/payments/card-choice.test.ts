import { describe, expect, it } from 'vitest'
import { openPaymentHouse, TILL, terminalCaller } from '../../test/payment-house.ts'

const GOOD = '4242424242424242'
const POOR = '4000000000009995'
const LOST = '4000000000009987'
const house = await openPaymentHouse()
const code = (wanted: string) => expect.objectContaining({ name: 'Failure', code: wanted })
/** A payment shown on a terminal of its own; the shopper has said whether to choose. */
async function shown(wanted: boolean, more: Record<string, unknown> = {}) {
  const { id, terminalId } = await house.create(more, house.newTerminal())
  const terminal = terminalCaller(terminalId)
  await house.payments.present(terminal, id)
  const payment = await house.payments.wantCardChoice(terminal, id, wanted)
  expect(payment.choosesCard).toBe(wanted ? true : undefined)
  const hover = async (shopperId: string) => {
    await house.payments.recordPalmCaptured(id, `cap_${id}`)
    return house.payments.authorise(id, await house.assert(id, shopperId))
  }
  return { id, terminal, hover }
}
const chargesOf = async (id: string) => {
  const asked = await house.parts.db
    .selectFrom('payment_operation')
    .select('processor_key')
    .where('payment_id', '=', id)
    .where('kind', '=', 'authorise')
    .execute()
  const charges = await Promise.all(asked.map(({ processor_key: key }) => house.sandbox.fetch({ key })))
  return charges.map((charge) => charge!.state).sort()
}

describe('a shopper with several cards', () => {
  it('pays by the default without being asked', async () => {
    const { hover } = await shown(false)
    expect(await hover(await house.shopper(GOOD, POOR))).toMatchObject({ state: 'approved', card: { last4: '4242' } })
  })

  it('who asked to choose sees brand and last four digits, on the terminal only, and pays by the chosen one', async () => {
    const { id, terminal, hover } = await shown(true)
    const asked = await hover(await house.shopper(POOR, GOOD))
    expect(asked.state).toBe('choosing_card')
    expect(asked.cardChoice!.cards).toEqual([
      { choice: 1, brand: 'visa', last4: '4242', default: true },
      { choice: 2, brand: 'visa', last4: '0000', default: false },
    ])
    expect(JSON.stringify(asked)).not.toContain('ins_')
    expect((await house.payments.byId(id, TILL)).cardChoice).toBeUndefined()
    expect((await house.payments.byId(id, terminal)).cardChoice).toBeDefined()
    expect(await house.payments.chooseCard(terminal, id, 2)).toMatchObject({
      state: 'approved',
      card: { last4: '0000' },
    })
    expect((await house.payments.byId(id, terminal)).cardChoice).toBeUndefined()
    expect(await chargesOf(id)).toEqual(['captured'])
    const kept = await house.parts.db
      .selectFrom('payment')
      .select('card_choice')
      .where('id', '=', id)
      .executeTakeFirst()
    expect(kept!.card_choice!.map((card) => card.last4)).toEqual(['', '0000'])
    expect((await house.payments.chooseCard(terminal, id, 2)).state).toBe('approved')
    await expect(house.payments.chooseCard(terminal, id, 1)).rejects.toEqual(code('payment_state'))
  })

  it('with very many is offered as many as fit on a screen', async () => {
    const { terminal, id, hover } = await shown(true)
    const asked = await hover(await house.shopper(...Array.from({ length: 11 }, () => GOOD)))
    expect(asked.cardChoice!.cards.map((card) => card.choice)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect((await house.payments.chooseCard(terminal, id, 8)).state).toBe('approved')
  })

  it('who has only one card is not asked', async () => {
    const { hover } = await shown(true)
    expect((await hover(await house.shopper())).state).toBe('approved')
  })

  it('is charged once however often the choice is tapped, and whatever else is tapped', async () => {
    const { id, terminal, hover } = await shown(true)
    await hover(await house.shopper(GOOD, GOOD))
    const taps = await Promise.allSettled([2, 2, 1, 2].map((choice) => house.payments.chooseCard(terminal, id, choice)))
    expect(taps.some((tap) => tap.status === 'fulfilled')).toBe(true)
    for (const tap of taps) if (tap.status === 'rejected') expect(tap.reason).toEqual(code('payment_state'))
    expect(await chargesOf(id)).toEqual(['captured'])
  })

  it('chooses of what was offered, on their own terminal', async () => {
    const { id, terminal, hover } = await shown(true)
    await hover(await house.shopper(GOOD, GOOD))
    await expect(house.payments.chooseCard(terminal, id, 3)).rejects.toEqual(code('card_choice_unknown'))
    const elsewhere = house.payments.chooseCard(terminalCaller('dev_terminal_else'), id, 1)
    await expect(elsewhere).rejects.toEqual(code('payment_unknown'))
    expect(await house.payments.cancel(terminal, id)).toMatchObject({ reason: 'cancelled_by_shopper' })
    await expect(house.payments.chooseCard(terminal, id, 1)).rejects.toEqual(code('payment_state'))
    expect(await chargesOf(id)).toEqual([])
  })

  it('who says nothing is charged on the default, on any node, once', async () => {
    const { id, terminal, hover } = await shown(true)
    await hover(await house.shopper(GOOD, GOOD))
    house.clock.moveMs(20_001)
    await expect(house.payments.chooseCard(terminal, id, 2)).rejects.toEqual(code('payment_state'))
    await Promise.all([house.reconcile(), house.reconcile(), house.reconcile()])
    expect(await house.payments.byId(id)).toMatchObject({ state: 'approved', card: { last4: '4242' } })
    expect(await chargesOf(id)).toEqual(['captured'])
  })

  it('whose terminal goes away while they choose is not charged', async () => {
    const { id, terminal, hover } = await shown(true)
    await hover(await house.shopper(GOOD, GOOD))
    house.silent.add(terminal.deviceId)
    await house.reconcile()
    expect(await house.payments.byId(id)).toMatchObject({ state: 'expired', reason: 'terminal_gone' })
  })

  it('is not asked when there is no time left to choose', async () => {
    const { hover } = await shown(true, { deadlineMs: 7_000 })
    expect((await hover(await house.shopper(GOOD, POOR))).state).toBe('approved')
  })

  it('who is erased while choosing is not charged', async () => {
    const { id, terminal, hover } = await shown(true)
    const shopperId = await house.shopper(GOOD, GOOD)
    await hover(shopperId)
    await house.parts.db.transaction().execute(async (tx) => {
      expect(await house.payments.hasOpenPayment(tx, shopperId)).toBe(true)
    })
    house.erased.add(shopperId)
    expect(await house.payments.chooseCard(terminal, id, 1)).toMatchObject({
      state: 'declined',
      reason: 'shopper_erased',
    })
  })
})

describe('a default card that is declined', () => {
  it('leaves the others to choose from; the declined one is not offered again', async () => {
    const { id, terminal, hover } = await shown(false)
    const asked = await hover(await house.shopper(POOR, LOST, GOOD))
    expect(asked).toMatchObject({ state: 'choosing_card', cardChoice: { declined: 'insufficient_funds' } })
    expect(asked.cardChoice!.cards.map((card) => card.last4)).toEqual(['0000', '0001'])
    const again = await house.payments.chooseCard(terminal, id, 1)
    expect(again).toMatchObject({ state: 'choosing_card', cardChoice: { declined: 'card_lost' } })
    expect(again.cardChoice!.cards).toEqual([{ choice: 1, brand: 'visa', last4: '0001', default: false }])
    expect(house.troubled).toHaveLength(1)
    expect(await house.payments.chooseCard(terminal, id, 1)).toMatchObject({ state: 'approved', capturedMinor: 2340 })
    expect(await chargesOf(id)).toEqual(['captured', 'declined', 'declined'])
    expect((await house.refund(id)).refundedMinor).toBe(2340)
  })

  it('ends the payment with its own reason when nobody chooses', async () => {
    const { id, hover } = await shown(false)
    await hover(await house.shopper(POOR, GOOD))
    house.clock.moveMs(20_001)
    await house.reconcile()
    expect(await house.payments.byId(id)).toMatchObject({ state: 'declined', reason: 'insufficient_funds' })
    expect(await chargesOf(id)).toEqual(['declined'])
  })

  it('ends it at once when there is no other, or the till has cancelled', async () => {
    const alone = await shown(false)
    expect(await alone.hover(await house.shopper(POOR))).toMatchObject({
      state: 'declined',
      reason: 'insufficient_funds',
    })
    const { id, hover } = await shown(false)
    house.chaos.slowBeforeMs = 300
    const hovering = hover(await house.shopper(POOR, GOOD))
    await new Promise((done) => setTimeout(done, 100))
    while ((await house.payments.byId(id)).state !== 'authorising') await new Promise((done) => setTimeout(done, 20))
    await house.payments.cancel(TILL, id)
    expect(await hovering).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_till' })
  })

  it('of which only the reply was lost offers nothing before the processor has said so', async () => {
    const { id, hover } = await shown(false)
    house.chaos.loseReplies.authorise = 1
    expect((await hover(await house.shopper(POOR, GOOD))).state).toBe('unknown')
    house.clock.moveMs(9_000)
    await house.reconcile()
    // The shopper has gone by then: it ends.
    expect(await house.payments.byId(id)).toMatchObject({ state: 'declined', reason: 'insufficient_funds' })
  })

  it('does not change that a chosen card whose reply is lost is charged once', async () => {
    const { id, terminal, hover } = await shown(false, { deadlineMs: 600_000 })
    await hover(await house.shopper(POOR, GOOD))
    house.chaos.loseReplies.authorise = 1
    expect((await house.payments.chooseCard(terminal, id, 1)).state).toBe('unknown')
    expect((await house.payments.chooseCard(terminal, id, 1)).state).toBe('unknown')
    house.clock.moveMs(9_000)
    await house.reconcile()
    expect(await house.payments.byId(id)).toMatchObject({ state: 'approved', capturedMinor: 2340 })
    expect(await chargesOf(id)).toEqual(['captured', 'declined'])
  })
})
