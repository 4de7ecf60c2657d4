import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Charge, FollowUp } from '../processor.ts'
import { type CardKind, followUpOf, lost, type ProcessorBench, refusedAs, requestOf, type UseBench } from './bench.ts'

type Refusal = Parameters<typeof refusedAs>[0]
type Call = 'increment' | 'capture' | 'void' | 'refund'
type Step =
  | { do: Call; amountMinor: bigint; replyLost: boolean }
  /** Sends an earlier request again, as it was or with another amount under its key. */
  | { do: 'repeat'; which: number; changed: boolean }
  | { do: 'wait' }

const AUTHORISED_MINOR = 1000n
const amount = fc.bigInt({ min: 0n, max: 1300n })
const asking = (call: Call) =>
  fc.record({ do: fc.constant(call), amountMinor: amount, replyLost: fc.boolean() }) as fc.Arbitrary<Step>
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: asking('increment') },
  { weight: 2, arbitrary: asking('capture') },
  { weight: 1, arbitrary: asking('void') },
  { weight: 5, arbitrary: asking('refund') },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('repeat' as const), which: fc.nat({ max: 9 }), changed: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'wait' }) },
)
const anyCard = fc.constantFrom<CardKind>(
  'approves',
  'approves',
  'slow_refund',
  'failing_refund',
  'declines_increments',
)

/** What a charge must be like after what was asked so far: a few sums and a state. */
type Model = {
  state: Charge['state']
  amountMinor: bigint
  maximumMinor: bigint
  capturedMinor: bigint
  refunds: { amountMinor: bigint; state: 'pending' | 'succeeded' | 'failed' }[]
  /** Requests that were performed, or declined by the issuer: their keys are used. */
  used: { call: Call; request: FollowUp; declined: boolean }[]
}

const given = (model: Model, ...states: string[]) =>
  model.refunds.filter(({ state }) => states.includes(state)).reduce((sum, refund) => sum + refund.amountMinor, 0n)

/** What the processor must answer: `done`, or the reason of its refusal. */
function predict(
  bench: ProcessorBench,
  model: Model,
  call: Call,
  amountMinor: bigint,
  card: CardKind,
): Refusal | 'done' | 'unsupported' {
  const can = bench.processor.capabilities
  if (call === 'increment' && !can.increments) return 'unsupported'
  if (amountMinor <= 0n) return 'amount_invalid'
  if (call === 'refund') {
    if (model.state !== 'captured') return 'charge_not_captured'
    return given(model, 'pending', 'succeeded') + amountMinor > model.capturedMinor ? 'amount_exceeds' : 'done'
  }
  if (model.state !== 'authorised') return `charge_${model.state}`
  if (call === 'increment') return card === 'declines_increments' ? 'increment_declined' : 'done'
  if (call === 'capture' && amountMinor > model.maximumMinor) return 'amount_exceeds'
  if (call === 'capture' && amountMinor < model.amountMinor && !can.partialCapture) return 'unsupported'
  return 'done'
}

function apply(model: Model, call: Call, amountMinor: bigint, card: CardKind): void {
  if (call === 'increment') model.amountMinor += amountMinor
  else if (call === 'capture') Object.assign(model, { state: 'captured', capturedMinor: amountMinor })
  else if (call === 'void') model.state = 'voided'
  else model.refunds.push({ amountMinor, state: card.endsWith('refund') ? 'pending' : 'succeeded' })
}

async function ask(bench: ProcessorBench, model: Model, card: CardKind, ref: string, step: Step): Promise<void> {
  const { processor } = bench
  if (step.do === 'wait') {
    await bench.moveMs(bench.slowRefundMs + 1)
    const decided = card === 'failing_refund' ? 'failed' : 'succeeded'
    for (const refund of model.refunds) if (refund.state === 'pending') refund.state = decided
    return
  }
  if (step.do === 'repeat') {
    const earlier = model.used[step.which % Math.max(1, model.used.length)]
    if (!earlier) return
    // A void is always of the whole: an amount beside it is no other request.
    const changed = step.changed && earlier.call !== 'void'
    const request = changed ? { ...earlier.request, amountMinor: earlier.request.amountMinor + 1n } : earlier.request
    const again = processor[earlier.call](request)
    if (changed) await expect(again).rejects.toEqual(refusedAs('key_of_another_request'))
    else if (earlier.declined) await expect(again).rejects.toEqual(refusedAs('increment_declined'))
    else expect((await again).ref).toBe(ref)
    return
  }
  const amountMinor = step.do === 'void' ? model.amountMinor : step.amountMinor
  const request = followUpOf({ ref }, amountMinor, randomUUID())
  const expected = predict(bench, model, step.do, amountMinor, card)
  if (expected === 'done' && step.replyLost) bench.loseReply(step.do)
  const asked = processor[step.do](request)
  if (expected === 'unsupported') await expect(asked).rejects.toMatchObject({ kind: 'unsupported' })
  else if (expected !== 'done') await expect(asked).rejects.toEqual(refusedAs(expected))
  else if (step.replyLost) await expect(asked).rejects.toEqual(lost)
  else expect((await asked).ref).toBe(ref)
  if (expected === 'done') apply(model, step.do, amountMinor, card)
  if (expected === 'done' || expected === 'increment_declined') {
    model.used.push({ call: step.do, request, declined: expected !== 'done' })
  }
}

async function compare(bench: ProcessorBench, model: Model, ref: string): Promise<void> {
  const charge = (await bench.processor.fetch({ ref }))!
  expect({
    state: charge.state,
    amountMinor: charge.amountMinor,
    capturedMinor: charge.capturedMinor,
    refundedMinor: charge.refundedMinor,
  }).toEqual({
    state: model.state,
    amountMinor: model.amountMinor,
    capturedMinor: model.capturedMinor,
    refundedMinor: given(model, 'succeeded'),
  })
  expect(charge.refundedMinor).toBeLessThanOrEqual(charge.capturedMinor)
  expect(charge.capturedMinor).toBeLessThanOrEqual(charge.maximumCaptureMinor)
  expect(charge.operations.length).toBe(model.used.length)
  expect(new Set(charge.operations.map(({ key }) => key)).size).toBe(model.used.length)
  model.maximumMinor = charge.maximumCaptureMinor
}

/**
 * Holds an adapter against the model for so many random sequences. Rejects at the first that breaks it, after a search for the shortest
 * that does, unless the first is enough.
 */
export function checkSequences(bench: ProcessorBench, runs: number, endOnFailure = false): Promise<void> {
  const { processor } = bench
  const property = fc.asyncProperty(
    anyCard,
    fc.array(anyStep, { minLength: 1, maxLength: 16 }),
    async (card, steps) => {
      const asked = requestOf(await bench.saveCard(card), { amountMinor: AUTHORISED_MINOR })
      const charge = await processor.authorise(asked)
      const model: Model = {
        state: 'authorised',
        amountMinor: AUTHORISED_MINOR,
        maximumMinor: charge.maximumCaptureMinor,
        capturedMinor: 0n,
        refunds: [],
        used: [],
      }
      for (const step of steps) {
        await ask(bench, model, card, charge.ref, step)
        await compare(bench, model, charge.ref)
      }
      const lines = await processor.listSettlement({ from: new Date(0), to: new Date('2100-01-01') })
      const paidOut = lines.filter((line) => line.chargeKey === asked.key)
      expect(paidOut.reduce((sum, line) => sum + line.amountMinor, 0n)).toBe(
        model.capturedMinor - given(model, 'succeeded'),
      )
    },
  )
  return fc.assert(property, { numRuns: runs, endOnFailure })
}

/** Any order of anything, with lost replies and requests sent again, against the few sums of the model. */
export function sequencesContract(bench: UseBench, runs: number): void {
  describe('any sequence of requests', () => {
    it(`keeps refunded ≤ captured ≤ maximum and answers as the model says (${runs} runs)`, async () => {
      await checkSequences(bench(), runs)
    })
  })
}
