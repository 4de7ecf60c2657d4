import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PaymentHouse, paymentHouse } from '../../../test/payment-house.ts'
import { trialBalance } from '../ledger/store.ts'
import { type Dispute, type Processor, ProcessorFailure } from '../processors/processor.ts'
import { followDispute, followOpen } from './follow.ts'
import { claimedMinor, findDispute } from './store.ts'

let house: PaymentHouse
let terminals = 0
beforeAll(async () => {
  house = await paymentHouse()
})
afterAll(() => house.close())

/** The sandbox, with one dispute as the card's bank has it. */
const bankSays = (told: Dispute): Processor => ({ ...house.sandbox, fetchDispute: async () => told })
const held = async () =>
  (await trialBalance(house.parts.db)).accounts
    .filter(({ kind }) => kind.startsWith('disputes'))
    .map(({ balanceMinor }) => balanceMinor)

async function asked() {
  const { id } = await house.create({}, `dev_terminal_${terminals++}`)
  await house.pay(id, await house.shopper())
  const told: Dispute = {
    ref: `dp_${terminals}`,
    chargeRef: (await house.charge(id))!.ref,
    amountMinor: 2340n,
    currency: 'USD',
    state: 'needs_response',
    inquiry: true,
    reason: 'fraudulent',
    openedAt: new Date(house.clock.nowMs()),
    evidenceDueAt: null,
  }
  const hear = (more: Partial<Dispute>) =>
    followDispute({ ...house.parts, processors: { sandbox: bankSays({ ...told, ...more }) } }, 'sandbox', told.ref)
  const shown = async () => (await house.payments.byId(id)).disputes
  return { id, told, hear, shown, claimed: () => claimedMinor(house.parts.db, id) }
}

describe('a bank that only asks', () => {
  it('takes nothing: the books stay as they are, and the money can be given back', async () => {
    const before = await held()
    const { id, hear, shown, claimed } = await asked()
    await Promise.all([hear({}), hear({})])
    await hear({ state: 'under_review' })
    expect(await shown()).toMatchObject([{ state: 'under_review', inquiry: true, amountMinor: 2340 }])
    expect(await claimed()).toBe(0n)
    expect((await house.refund(id)).refundedMinor).toBe(2340)
    await hear({ state: 'won' })
    expect(await shown()).toMatchObject([{ state: 'won', inquiry: true }])
    expect(await held()).toEqual(before)
    expect((await trialBalance(house.parts.db)).sumMinor).toBe(0n)
  })

  it('and then takes the money is booked from there on, once, and may be answered anew', async () => {
    const { hear, shown, claimed } = await asked()
    await hear({})
    const { id: disputeId } = (await shown())![0]!
    await hear({ state: 'needs_response', inquiry: false })
    await hear({ state: 'needs_response', inquiry: false })
    expect(await shown()).toEqual([expect.not.objectContaining({ inquiry: true })])
    expect(await claimed()).toBe(2340n)
    const row = (await findDispute(house.parts.db, disputeId))!
    expect(row).toMatchObject({ inquiry: false, evidence_key: null, transfer_id: expect.any(String) })
    await hear({ state: 'lost', inquiry: false })
    expect(await shown()).toMatchObject([{ state: 'lost' }])
    expect((await trialBalance(house.parts.db)).sumMinor).toBe(0n)
  })

  it('and was heard of only when it was over leaves a note, no booking', async () => {
    const before = await held()
    const { hear, shown } = await asked()
    await hear({ state: 'won' })
    expect(await shown()).toMatchObject([{ state: 'won', inquiry: true }])
    expect(await held()).toEqual(before)
  })
})

describe('open disputes', () => {
  it('are asked after, also when one before them cannot be', async () => {
    const [first, second] = [await asked(), await asked()]
    await first.hear({})
    await second.hear({})
    house.clock.moveMs(2 * 3_600_000)
    const fetchDispute = async (ref: string): Promise<Dispute | null> => {
      if (ref === first.told.ref) throw new ProcessorFailure('lost', 'away')
      return ref === second.told.ref ? { ...second.told, state: 'under_review' } : null
    }
    const processors = { sandbox: { ...house.sandbox, fetchDispute } }
    await expect(followOpen({ ...house.parts, processors })).rejects.toThrow()
    expect(await first.shown()).toMatchObject([{ state: 'needs_response' }])
    expect(await second.shown()).toMatchObject([{ state: 'under_review' }])
  })
})
