import fc from 'fast-check'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openPaymentHouse, STRANGER, TILL } from '../../test/payment-house.ts'
import { planCapture } from './capture-plan.ts'
import { trialBalance } from './ledger/store.ts'
import type { Processor } from './processors/processor.ts'
import { openSandboxProcessor, type SandboxProcessor } from './processors/sandbox/sandbox.ts'

const DECLINES_INCREMENTS = '6011111111111117'
const house = await openPaymentHouse()
afterEach(() => use(house.sandbox))
afterAll(async () => {
  const { accounts } = await trialBalance(house.parts.db)
  for (const kind of ['authorised_receivable', 'authorised_payable']) {
    expect(accounts.find((account) => account.kind === kind)?.balanceMinor).toBe(0n)
  }
  for (const lame of opened) await lame.close()
})
const code = (wanted: string) => expect.objectContaining({ name: 'Failure', code: wanted })
const held = async (more: Record<string, unknown> = {}, number?: string) => {
  const { id } = await house.create({ capture: 'manual', amountMinor: 10_000, ...more }, house.newTerminal())
  return house.pay(id, await house.shopper(number))
}
const opened: SandboxProcessor[] = []
const use = (processor: SandboxProcessor) => {
  ;(house.parts.processors as Record<string, Processor>).sandbox = processor
}
/** The same house, but its processor cannot do some things. */
const without = async (lacking: object) => {
  const lame = await openSandboxProcessor({
    databaseUrl: house.databaseUrl,
    clock: house.clock,
    chaos: house.chaos,
    mode: 'sandbox',
    capabilities: lacking,
  })
  opened.push(lame)
  use(lame)
}

describe('the plan of a capture', () => {
  it('never takes more than the processor lets, and names what is missing', () => {
    const amount = fc.bigInt({ min: 1n, max: 10_000n })
    const can = fc.record({ increments: fc.boolean(), partialCapture: fc.boolean() })
    fc.assert(
      fc.property(amount, amount, fc.bigInt({ min: 0n, max: 2_000n }), can, (wanted, authorisedMinor, over, able) => {
        const held = { authorisedMinor, maximumMinor: authorisedMinor + over }
        const plan = planCapture(wanted, held, able)
        switch (plan.kind) {
          case 'capture':
            expect(wanted <= held.maximumMinor).toBe(true)
            expect(able.partialCapture || wanted >= authorisedMinor).toBe(true)
            break
          case 'raise_first':
            expect(able.increments && plan.byMinor + authorisedMinor === wanted).toBe(true)
            break
          case 'second_payment':
            expect(plan.maximumMinor + plan.restMinor).toBe(wanted)
            expect(plan.restMinor > 0n && !able.increments).toBe(true)
            break
          case 'all_or_nothing':
            expect(!able.partialCapture && wanted < authorisedMinor).toBe(true)
        }
      }),
    )
  })
})

describe('an increment', () => {
  it('holds more, is captured with the rest and stands in the books meanwhile', async () => {
    const { id } = await held()
    const raised = await house.increment(id, 2_500)
    expect(raised).toMatchObject({
      state: 'approved',
      authorisedMinor: 12_500,
      capturedMinor: 0,
      steps: [{ kind: 'increment', amountMinor: 2_500, state: 'succeeded' }],
    })
    await house.increment(id, 500)
    const { accounts } = await trialBalance(house.parts.db)
    expect(accounts.find((account) => account.kind === 'authorised_receivable')!.balanceMinor).toBe(13_000n)
    expect(await house.capture(id)).toMatchObject({ capturedMinor: 13_000 })
    expect(await house.charge(id)).toMatchObject({ amountMinor: 13_000n, capturedMinor: 13_000n })
    await expect(house.increment(id, 1)).rejects.toEqual(code('payment_state'))
    expect((await house.refund(id)).refundedMinor).toBe(13_000)
  })

  it('is released with a void, and asked for once however often it is tapped', async () => {
    const { id } = await held()
    const taps = await Promise.allSettled([1, 2, 3].map(() => house.increment(id, 700, `raise-${id}`)))
    expect(taps.every((tap) => tap.status === 'fulfilled')).toBe(true)
    expect((await house.payments.byId(id)).authorisedMinor).toBe(10_700)
    await expect(house.increment(id, 701, `raise-${id}`)).rejects.toEqual(code('idempotency_key_conflict'))
    expect(await house.payments.cancel(TILL, id)).toMatchObject({ state: 'cancelled', reason: 'voided' })
  })

  it('that the issuer declines leaves the payment as it was, and says why', async () => {
    const { id } = await held({}, DECLINES_INCREMENTS)
    expect(await house.increment(id, 2_000)).toMatchObject({
      state: 'approved',
      authorisedMinor: 10_000,
      steps: [{ kind: 'increment', state: 'failed', reason: 'increment_declined' }],
    })
    expect(await house.capture(id)).toMatchObject({ capturedMinor: 10_000 })
  })

  it('whose reply was lost is looked up; nothing else moves before that', async () => {
    const { id } = await held()
    house.chaos.loseReplies.increment = 1
    expect(await house.increment(id, 300)).toMatchObject({
      authorisedMinor: 10_000,
      steps: [{ state: 'pending', kind: 'increment' }],
    })
    for (const early of [
      () => house.capture(id),
      () => house.increment(id, 1),
      () => house.payments.cancel(TILL, id),
    ]) {
      await expect(early()).rejects.toEqual(code('payment_state'))
    }
    house.clock.moveMs(10_000)
    await house.reconcile()
    expect(await house.payments.byId(id)).toMatchObject({ authorisedMinor: 10_300, steps: [{ state: 'succeeded' }] })
    await house.payments.cancel(TILL, id)
  })

  it('is refused by capability, by form and to strangers', async () => {
    const { id } = await held()
    for (const amount of [0, -5, 0.5, Number.NaN]) {
      await expect(house.increment(id, amount)).rejects.toEqual(code('amount_invalid'))
    }
    await expect(house.increment(id, 100_000_000)).rejects.toEqual(code('amount_invalid'))
    await without({ increments: false })
    await expect(house.increment(id, 1)).rejects.toEqual(code('increment_unsupported'))
    const strange = house.payments.increment(STRANGER, id, 1, house.idempotent('/x', {}))
    await expect(strange).rejects.toEqual(code('payment_unknown'))
    await house.payments.cancel(TILL, id)
  })
})

describe('a capture above what is held', () => {
  it('takes as much more as the processor lets', async () => {
    const { id, maximumCaptureMinor } = await held()
    expect(maximumCaptureMinor).toBe(11_500)
    expect(await house.capture(id, 11_500)).toMatchObject({ capturedMinor: 11_500 })
    expect((await house.refund(id)).refundedMinor).toBe(11_500)
  })

  it('is refused where the processor takes no more than it holds', async () => {
    await without({ overCapture: false })
    const { id } = await held()
    await expect(house.capture(id, 10_001)).rejects.toEqual(code('amount_exceeds'))
    expect(await house.capture(id, 9_999)).toMatchObject({ capturedMinor: 9_999 })
  })

  it('and below it, where the processor captures all or nothing', async () => {
    await without({ partialCapture: false })
    const { id } = await held()
    await expect(house.capture(id, 9_999)).rejects.toEqual(code('amount_invalid'))
    expect(await house.capture(id)).toMatchObject({ capturedMinor: 10_000 })
  })
})

describe('a tip after the approval', () => {
  it('is told apart from the goods, on the payment and on the receipt', async () => {
    const { id } = await held()
    expect(await house.capture(id, { tipMinor: 1_200 })).toMatchObject({
      amountMinor: 10_000,
      tipMinor: 1_200,
      totalMinor: 11_200,
      capturedMinor: 11_200,
    })
    const lines = (await house.payments.receipt(TILL, id)).lines.join('\n')
    for (const amount of ['100.00 USD', '12.00 USD', '112.00 USD']) expect(lines).toContain(amount)
  })

  it('replaces a tip chosen before the palm, down to none', async () => {
    const created = await house.create(
      { capture: 'manual', amountMinor: 10_000, tip: { mode: 'ask' } },
      house.newTerminal(),
    )
    const terminal = { ...TILL, kind: 'terminal' as const, deviceId: created.terminalId }
    await house.payments.present(terminal, created.id)
    await house.payments.chooseTip(terminal, created.id, 1_000)
    await house.payments.recordPalmCaptured(created.id, 'cap_tip')
    await house.payments.authorise(created.id, await house.assert(created.id, await house.shopper()))
    expect(await house.capture(created.id, { tipMinor: 0 })).toMatchObject({ tipMinor: 0, capturedMinor: 10_000 })
  })

  it('above what may be captured raises the authorisation first, within the policy', async () => {
    const { id } = await held()
    await expect(house.capture(id, { tipMinor: 3_001 })).rejects.toEqual(code('amount_exceeds'))
    expect(await house.capture(id, { tipMinor: 3_000 })).toMatchObject({
      tipMinor: 3_000,
      capturedMinor: 13_000,
      steps: [
        { kind: 'increment', amountMinor: 3_000, state: 'succeeded' },
        { kind: 'capture', state: 'succeeded' },
      ],
    })
    expect((await house.charge(id))!.operations.filter((operation) => operation.kind === 'capture')).toHaveLength(1)
  })

  it('is not taken at all when the issuer declines the raise: the till may capture without it', async () => {
    const { id } = await held({}, DECLINES_INCREMENTS)
    const refused = await house.capture(id, { tipMinor: 3_000 })
    expect(refused).toMatchObject({ state: 'approved', capturedMinor: 0, tipMinor: 0 })
    expect(refused.steps.map(({ kind, state, reason }) => [kind, state, reason])).toEqual([
      ['increment', 'failed', 'increment_declined'],
      ['capture', 'failed', 'increment_declined'],
    ])
    expect(await house.capture(id)).toMatchObject({ capturedMinor: 10_000 })
  })

  it('is carried through by the reconciler when the node died between raise and capture', async () => {
    const { id } = await held()
    house.chaos.loseReplies.increment = 1
    expect(await house.capture(id, { tipMinor: 2_000 })).toMatchObject({ capturedMinor: 0 })
    house.clock.moveMs(10_000)
    await house.reconcile()
    await house.reconcile()
    expect(await house.payments.byId(id)).toMatchObject({ capturedMinor: 12_000, tipMinor: 2_000 })
  })

  it('has to make sense', async () => {
    const { id } = await held()
    for (const wish of [{ tipMinor: -1 }, { tipMinor: 0.5 }, { amountMinor: 100, tipMinor: 101 }]) {
      await expect(house.capture(id, wish)).rejects.toEqual(code('amount_invalid'))
    }
    await expect(house.capture(id, { amountMinor: 11_501, tipMinor: 0 })).rejects.toEqual(code('amount_exceeds'))
    expect(await house.capture(id, { amountMinor: 5_000, tipMinor: 500 })).toMatchObject({
      capturedMinor: 5_000,
      tipMinor: 500,
    })
    const lines = (await house.payments.receipt(TILL, id)).lines.join('\n')
    for (const amount of ['45.00 USD', '5.00 USD', '50.00 USD']) expect(lines).toContain(amount)
  })
})

it('gives back no more than was captured less what the card holder disputes', async () => {
  const { id } = await held()
  await house.capture(id)
  const parts = { ...house.parts, disputes: { claimedMinor: async () => 9_500n } }
  const { createPaymentService } = await import('./service.ts')
  const payments = createPaymentService(parts)
  const refund = (amountMinor: number) =>
    payments.refund(TILL, id, { amountMinor }, house.idempotent('/r', { amountMinor }))
  await expect(refund(501)).rejects.toEqual(code('amount_exceeds'))
  expect((await refund(500)).refundedMinor).toBe(500)
  await expect(refund(1)).rejects.toEqual(code('amount_exceeds'))
})
