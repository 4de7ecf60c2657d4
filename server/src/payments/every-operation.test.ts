import type { Payment } from '@paume/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type MoneyCall, mortalNode } from '../../test/mortal-node.ts'
import { type PaymentHouse, paymentHouse, TILL, terminalCaller } from '../../test/payment-house.ts'
import { Failure } from '../failure.ts'
import { trialBalance } from './ledger/store.ts'
import { calm } from './processors/sandbox/chaos.ts'
import type { PaymentService } from './service.ts'

/** The node dies before the processor hears of the call, or after it acted and before that is written; or only the reply is lost. */
type Trouble = 'none' | 'dies_before' | 'dies_after' | 'reply_lost' | 'down'
type Step = { which: number; trouble: Trouble; at: MoneyCall } & (
  | { do: 'pay'; cards: string[]; manual: boolean; choose: boolean; acknowledge: boolean }
  | { do: 'choose'; choice: number }
  | { do: 'cancel'; by: 'till' | 'shopper' }
  | { do: 'increment'; amountMinor: number }
  | { do: 'capture'; amountMinor?: number; tipMinor?: number }
  | { do: 'refund'; amountMinor?: number }
  | { do: 'acknowledge' | 'poll' }
  | { do: 'wait'; ms: number; nodes: number }
)

const AMOUNT = 10_000
const CARDS = {
  good: '4242424242424242',
  neverMore: '378282246310005',
  poor: '4000000000009995',
  lost: '4000000000009987',
  slowRefund: '4000000000007726',
  failingRefund: '4000000000005126',
  noIncrement: '6011111111111117',
}
const card = fc.constantFrom(CARDS.good, ...Object.values(CARDS))
const any = {
  which: fc.nat({ max: 4 }),
  trouble: fc.constantFrom<Trouble>('none', 'none', 'none', 'dies_before', 'dies_after', 'reply_lost', 'down'),
  at: fc.constantFrom<MoneyCall>('authorise', 'increment', 'capture', 'void', 'refund'),
}
const amount = fc.integer({ min: 1, max: 14_000 })
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const step = <T extends object>(weight: number, more: { [K in keyof T]: fc.Arbitrary<T[K]> }) => ({
  weight,
  arbitrary: fc.record({ ...any, ...more }) as unknown as fc.Arbitrary<Step>,
})
const is = <T extends string>(name: T) => fc.constant(name)
const anyStep = fc.oneof(
  step(6, {
    do: is('pay'),
    cards: fc.array(card, { minLength: 1, maxLength: 3 }),
    manual: fc.boolean(),
    choose: fc.boolean(),
    acknowledge: fc.boolean(),
  }),
  step(3, { do: is('choose'), choice: fc.integer({ min: 1, max: 3 }) }),
  step(2, { do: is('cancel'), by: fc.constantFrom('till', 'shopper') }),
  step(3, { do: is('increment'), amountMinor: amount }),
  step(4, { do: is('capture'), amountMinor: maybe(amount), tipMinor: maybe(fc.nat({ max: 3_500 })) }),
  step(4, { do: is('refund'), amountMinor: maybe(amount) }),
  step(2, { do: fc.constantFrom('acknowledge', 'poll') }),
  step(4, {
    do: is('wait'),
    ms: fc.constantFrom(1_000, 6_000, 9_000, 21_000, 61_000, 8 * 24 * 3_600_000),
    nodes: fc.integer({ min: 1, max: 3 }),
  }),
)

/** What was asked of one payment, whatever became of it. */
type Model = {
  shopper: string
  manual: boolean
  acknowledge: boolean
  acknowledged: boolean
  captures: Set<string>
  increments: number[]
}

let house: PaymentHouse
let terminals = 0
let sequences = 0
let steps = 0
beforeAll(async () => {
  house = await paymentHouse()
})
afterAll(() => house.close())

async function begin(of: Extract<Step, { do: 'pay' }>, models: Map<string, Model>): Promise<string> {
  const { id, terminalId } = await house.create(
    { amountMinor: AMOUNT, capture: of.manual ? 'manual' : 'automatic', acknowledge: of.acknowledge },
    `dev_terminal_${++terminals}`,
  )
  await house.payments.present(terminalCaller(terminalId), id)
  if (of.choose) await house.payments.wantCardChoice(terminalCaller(terminalId), id, true)
  await house.payments.recordPalmCaptured(id, `cap_${id}`)
  const { manual, acknowledge } = of
  const shopper = await house.shopper(of.cards[0]!, ...of.cards.slice(1))
  models.set(id, { shopper, manual, acknowledge, acknowledged: false, captures: new Set(), increments: [] })
  return id
}

/** What the step asks of a service. Notes in the model what was wished. */
async function ask(of: Step, payments: PaymentService, id: string, model: Model): Promise<unknown> {
  const till = (path: string, body: object) => house.idempotent(`/v1/payments/${id}/${path}`, body)
  const told = () => {
    model.acknowledged = true
  }
  switch (of.do) {
    case 'pay':
      return payments.authorise(id, await house.assert(id, model.shopper))
    case 'choose':
      return payments.chooseCard(terminalCaller((await house.payments.byId(id)).terminalId), id, of.choice)
    case 'cancel': {
      const { terminalId } = await house.payments.byId(id)
      return payments.cancel(of.by === 'till' ? TILL : terminalCaller(terminalId), id)
    }
    case 'increment':
      model.increments.push(of.amountMinor)
      return payments.increment(TILL, id, of.amountMinor, till('increments', { a: of.amountMinor })).finally(told)
    case 'capture': {
      const wish = { amountMinor: of.amountMinor, tipMinor: of.tipMinor }
      const { authorisedMinor, tipMinor } = await house.payments.byId(id)
      const whole = of.amountMinor ?? authorisedMinor - (of.tipMinor === undefined ? 0 : tipMinor) + (of.tipMinor ?? 0)
      model.captures.add(`${whole}:${of.tipMinor ?? 0}`)
      return payments.capture(TILL, id, wish, till('capture', wish)).finally(told)
    }
    case 'refund': {
      const wish = of.amountMinor === undefined ? {} : { amountMinor: of.amountMinor }
      return payments.refund(TILL, id, wish, till('refunds', wish)).finally(told)
    }
    case 'acknowledge':
      return payments.acknowledge(TILL, id).then(told)
    case 'poll':
      return payments.waitForChange(TILL, id, { waitMs: 0, afterVersion: 0 })
    case 'wait':
      throw new Error('nobody is asked to wait')
  }
}

async function perform(of: Step, models: Map<string, Model>): Promise<void> {
  if (of.do === 'wait') {
    house.clock.moveMs(of.ms)
    const rounds = await Promise.all(Array.from({ length: of.nodes }, () => house.reconcile()))
    for (const { failures } of rounds) expect(failures).toEqual([])
    return
  }
  const made = [...models.keys()]
  const id = of.do === 'pay' ? await begin(of, models) : made[of.which % Math.max(1, made.length)]
  if (id === undefined) return
  const node = mortalNode(house)
  node.state.at = of.at
  if (of.trouble === 'dies_before' || of.trouble === 'dies_after') {
    node.state.deadly = of.trouble === 'dies_before' ? 'before' : 'after'
  }
  if (of.trouble === 'reply_lost') house.chaos.loseReplies[of.at] = 1
  house.chaos.down = of.trouble === 'down'
  try {
    await ask(of, node.payments, id, models.get(id)!)
  } catch (error) {
    // Refusals are fine and dead nodes are the point; anything else is a defect.
    if (!(error instanceof Failure) && !node.state.dead) throw error
  } finally {
    Object.assign(house.chaos, calm())
  }
}

/** One payment against what was asked of it and against the processor's books. */
async function checkPayment(id: string, model: Model): Promise<void> {
  const payment = await house.payments.byId(id)
  expect(['approved', 'declined', 'cancelled', 'expired']).toContain(payment.state)
  const asked = await house.parts.db.selectFrom('payment_operation').selectAll().where('payment_id', '=', id).execute()
  const charges = []
  for (const { processor_key: key } of asked.filter(({ kind }) => kind === 'authorise')) {
    const charge = await house.sandbox.fetch({ key })
    if (charge) charges.push(charge)
  }
  const standing = charges.filter(({ state }) => state === 'captured' || state === 'authorised')
  expect(standing.length).toBe(payment.state === 'approved' ? 1 : 0)
  const refused = asked.some(
    ({ kind, note, reason }) => kind === 'refund' && note === 'till_gone' && reason === 'refund_refused_by_issuer',
  )
  checkSums(payment, model, refused)
  const [charge] = standing
  if (!charge) return
  expect([charge.amountMinor, charge.capturedMinor, charge.refundedMinor].map(Number)).toEqual([
    payment.authorisedMinor,
    payment.capturedMinor,
    payment.refundedMinor,
  ])
  expect(charge.operations.filter(({ kind }) => kind === 'capture').length).toBeLessThanOrEqual(1)
}

function checkSums(payment: Payment, model: Model, refused: boolean): void {
  const { capturedMinor, refundedMinor, authorisedMinor, tipMinor, maximumCaptureMinor, steps, refunds } = payment
  const done = (kind: string) => steps.filter((one) => one.kind === kind && one.state === 'succeeded')
  for (const one of [...steps, ...refunds]) expect(one.state).not.toBe('pending')
  expect(refunds.filter(({ state }) => state === 'succeeded').reduce((sum, one) => sum + one.amountMinor, 0)).toBe(
    refundedMinor,
  )
  expect(refundedMinor).toBeLessThanOrEqual(capturedMinor)
  expect(capturedMinor).toBeLessThanOrEqual(maximumCaptureMinor)
  if (payment.state !== 'approved') {
    expect(capturedMinor).toBe(0)
    return
  }
  const raised = done('increment').reduce((sum, one) => sum + one.amountMinor, 0)
  expect(authorisedMinor).toBe(AMOUNT + raised)
  expect(done('capture').length).toBeLessThanOrEqual(1)
  if (!model.manual) expect([capturedMinor, tipMinor]).toEqual([AMOUNT, 0])
  else if (capturedMinor > 0) expect([...model.captures]).toContain(`${capturedMinor}:${tipMinor}`)
  // A till that promised and was never heard of again has nothing left of the payment, unless the issuer refused to take it back.
  if (model.acknowledge && !model.acknowledged) {
    expect(payment.reversal).toBe('till_gone')
    if (!refused) expect(refundedMinor).toBe(capturedMinor)
  }
  if (!model.acknowledge) expect(payment.reversal).toBeUndefined()
}

/** What the holds of all payments come to. */
async function checkHolds(): Promise<void> {
  const rows = await house.parts.db.selectFrom('payment').selectAll().where('state', '=', 'approved').execute()
  const heldMinor = rows.filter((row) => row.captured_minor === 0n).reduce((sum, row) => sum + row.authorised_minor, 0n)
  const { accounts, sumMinor } = await trialBalance(house.parts.db)
  expect(sumMinor).toBe(0n)
  const of = (wanted: string) => accounts.find(({ kind }) => kind === wanted)?.balanceMinor ?? 0n
  expect([of('authorised_receivable'), of('authorised_payable')]).toEqual([heldMinor, -heldMinor])
  expect(of('refunds_in_transit')).toBe(0n)
}

it('charges once and loses nothing, whatever is asked in whatever order and wherever a node dies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 16 }), async (sequence) => {
      const models = new Map<string, Model>()
      for (const one of sequence) await perform(one, models)
      for (let round = 0; round < 9; round++) {
        house.clock.moveMs(round === 0 ? 61_000 : 9_000)
        const [first, second] = await Promise.all([house.reconcile(), house.reconcile()])
        expect([...first!.failures, ...second!.failures]).toEqual([])
      }
      for (const [id, model] of models) await checkPayment(id, model)
      const open = house.parts.db.selectFrom('payment_operation').select('id').where('settled_at', 'is', null)
      expect(await open.execute()).toEqual([])
      await checkHolds()
      sequences += 1
      steps += sequence.length
    }),
    { numRuns: 40, interruptAfterTimeLimit: 60_000 },
  )
  await house.expectAgreement()
  expect(sequences).toBeGreaterThan(0)
  expect(steps).toBeGreaterThan(sequences)
}, 120_000)
