import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mortalNode } from '../../test/mortal-node.ts'
import { type PaymentHouse, paymentHouse, TILL } from '../../test/payment-house.ts'
import { Failure } from '../failure.ts'
import { calm } from './processors/sandbox/chaos.ts'

/** Where the node dies: before the processor hears of it, after it acted, or not at all. Or only the reply is lost. */
type Trouble = 'none' | 'dies_before' | 'dies_after' | 'reply_lost' | 'down'
/** A payment asks twice: to authorise, then to capture. Its trouble may come at either. */
type Step =
  | { do: 'pay'; card: string; manual: boolean; trouble: Trouble; at: 'authorise' | 'capture' }
  | { do: 'cancel' | 'capture'; which: number; trouble: Trouble }
  | { do: 'refund'; which: number; amountMinor: number; trouble: Trouble }
  | { do: 'wait'; ms: number }

const trouble = fc.constantFrom<Trouble>('none', 'none', 'dies_before', 'dies_after', 'reply_lost', 'down')
const which = fc.nat({ max: 5 })
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      card: fc.constantFrom(
        '4242424242424242',
        '4242424242424242',
        '4000000000009995',
        '4000000000007726',
        '4000000000005126',
      ),
      manual: fc.boolean(),
      trouble,
      at: fc.constantFrom('authorise' as const, 'capture' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'capture' as const), which, trouble }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('refund' as const),
      which,
      amountMinor: fc.integer({ min: 1, max: 1500 }),
      trouble,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 6_000, 9_000, 61_000) }),
  },
)

let house: PaymentHouse
beforeAll(async () => {
  house = await paymentHouse()
})
afterAll(() => house.close())

async function perform(step: Step, made: string[]): Promise<void> {
  if (step.do === 'wait') {
    house.clock.moveMs(step.ms)
    await house.reconcile()
    return
  }
  const shopper = step.do === 'pay' ? await house.shopper(step.card) : ''
  const id = step.do === 'pay' ? (await begin(step.manual, made)).id : made[step.which % Math.max(1, made.length)]
  if (id === undefined) return
  const node = mortalNode(house)
  if (step.trouble === 'dies_before' || step.trouble === 'dies_after') {
    node.state.deadly = step.trouble === 'dies_before' ? 'before' : 'after'
  }
  const calls = { cancel: 'void', capture: 'capture', refund: 'refund' } as const
  node.state.at = step.do === 'pay' ? step.at : calls[step.do]
  if (step.trouble === 'reply_lost') house.chaos.loseReplies[node.state.at] = 1
  house.chaos.down = step.trouble === 'down'
  try {
    const body = step.do === 'refund' ? { amountMinor: step.amountMinor } : {}
    const idempotent = house.idempotent(`/v1/payments/${id}/${step.do}`, body)
    if (step.do === 'pay') await node.payments.authorise(id, await house.assert(id, shopper))
    else if (step.do === 'cancel') await node.payments.cancel(TILL, id)
    else if (step.do === 'capture') await node.payments.capture(TILL, id, {}, idempotent)
    else await node.payments.refund(TILL, id, body, idempotent)
  } catch (error) {
    // Refusals are fine and dead nodes are the point; anything else is a defect.
    if (!(error instanceof Failure) && !node.state.dead) throw error
  } finally {
    Object.assign(house.chaos, calm())
  }
}

let terminals = 0
async function begin(manual: boolean, made: string[]) {
  const payment = await house.create({ capture: manual ? 'manual' : 'automatic' }, `dev_terminal_${++terminals}`)
  await house.hover(payment.id)
  made.push(payment.id)
  return payment
}

it('keeps ledger, payments and processor at one, whatever is done and wherever a node dies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 14 }), async (steps) => {
      const made: string[] = []
      for (const step of steps) await perform(step, made)
      for (let round = 0; round < 4; round++) {
        house.clock.moveMs(9_000)
        expect((await house.reconcile()).failures).toEqual([])
      }
      for (const id of made) {
        const { state } = await house.payments.byId(id)
        expect(['approved', 'declined', 'cancelled', 'expired']).toContain(state)
        const charge = await house.charge(id)
        expect(
          (charge?.operations ?? []).filter((operation) => operation.kind === 'capture').length,
        ).toBeLessThanOrEqual(1)
      }
      const open = house.parts.db
        .selectFrom('payment_operation')
        .select('id')
        .where('state', 'in', ['intended', 'pending'])
      expect(await open.execute()).toEqual([])
      await house.expectAgreement()
    }),
    { numRuns: 25, interruptAfterTimeLimit: 45_000 },
  )
}, 60_000)
