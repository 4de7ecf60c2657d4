import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paidMinor, planStep, type Step, type Taking } from './plan.ts'

/** A processor and a card as far as a visit feels them. */
type World = {
  increments: boolean
  partial: boolean
  overCapturePercent: number
  /** The most this card gives, holds counted; null: all. */
  limitMinor: bigint | null
  holdMinor: bigint
}

const world: fc.Arbitrary<World> = fc.record({
  increments: fc.boolean(),
  partial: fc.boolean(),
  overCapturePercent: fc.constantFrom(0, 20),
  limitMinor: fc.option(fc.bigInt(0n, 30_000n), { nil: null }),
  holdMinor: fc.bigInt(1n, 8_000n),
})

/** What stands at the processor; a node that dies forgets nothing of it. */
class Card {
  readonly takings: Taking[] = []
  readonly of: World
  declined = false
  constructor(of: World) {
    this.of = of
    this.takings.push(this.held(of.holdMinor))
  }
  private held(minor: bigint): Taking {
    const maximumMinor = (minor * BigInt(100 + this.of.overCapturePercent)) / 100n
    const more = { capturedMinor: 0n, refundedMinor: 0n, wholeOnly: false, mayRaise: this.of.increments }
    return { paymentId: `p${this.takings.length}`, state: 'held', authorisedMinor: minor, maximumMinor, ...more }
  }
  private outMinor() {
    return (
      paidMinor(this.takings) + this.takings.reduce((sum, t) => sum + (t.state === 'held' ? t.authorisedMinor : 0n), 0n)
    )
  }
  private gives(minor: bigint): boolean {
    return this.of.limitMinor === null || this.outMinor() + minor <= this.of.limitMinor
  }
  do(step: Step): void {
    if (!('paymentId' in step)) {
      if (step.kind !== 'charge') return
      const given = this.gives(step.minor)
      if (!given) this.declined = true
      const taking = { ...this.held(step.minor), state: given ? ('taken' as const) : ('refused' as const) }
      this.takings.push({ ...taking, capturedMinor: given ? step.minor : 0n })
      return
    }
    const taking = this.takings.find(({ paymentId }) => paymentId === step.paymentId)!
    switch (step.kind) {
      case 'release':
        expect(taking.state).toBe('held')
        taking.state = 'gone'
        return
      case 'raise':
        if (!this.gives(step.byMinor)) taking.mayRaise = false
        else {
          taking.authorisedMinor += step.byMinor
          if (taking.maximumMinor < taking.authorisedMinor) taking.maximumMinor = taking.authorisedMinor
        }
        return
      case 'capture':
        expect(step.minor > 0n && step.minor <= taking.maximumMinor).toBe(true)
        if (!this.of.partial && step.minor < taking.authorisedMinor) taking.wholeOnly = true
        else Object.assign(taking, { state: 'taken', capturedMinor: step.minor })
        return
      case 'refund':
        expect(step.minor > 0n && taking.refundedMinor + step.minor <= taking.capturedMinor).toBe(true)
        taking.refundedMinor += step.minor
    }
  }
}

/** Runs to the end. `dies`: at these steps the node that asked never heard the answer, and another one looks again. */
function settle(card: Card, targetMinor: bigint, dies: ReadonlySet<number>): Step {
  for (let n = 0; n < 12; n++) {
    const step = planStep(targetMinor, card.takings, !card.declined)
    if (step.kind === 'done' || step.kind === 'owe') return step
    card.do(step)
    if (dies.has(n))
      expect(planStep(targetMinor, card.takings, !card.declined)).toEqual(
        planStep(targetMinor, structuredClone(card.takings), !card.declined),
      )
  }
  throw new Error('the plan does not come to an end')
}

describe('the money of a visit', () => {
  it('comes to what the visit costs, or says what is owed, whatever the processor can and however often a cart is adjusted', () => {
    fc.assert(
      fc.property(
        world,
        fc.array(fc.bigInt(0n, 20_000n), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(11)),
        (of, targets, dies) => {
          const card = new Card(of)
          for (const target of targets) {
            card.declined = false
            const end = settle(card, target, new Set(dies))
            const paid = paidMinor(card.takings)
            expect(card.takings.some(({ state }) => state === 'held' || state === 'moving')).toBe(false)
            if (end.kind === 'done') expect(paid).toBe(target)
            else expect(end).toEqual({ kind: 'owe', minor: target - paid })
            if (of.limitMinor === null) expect(end.kind).toBe('done')
            expect(paid >= 0n && paid <= target).toBe(true)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('waits while anything is under way', () => {
    const moving = {
      ...new Card({ increments: true, partial: true, overCapturePercent: 0, limitMinor: null, holdMinor: 5n })
        .takings[0]!,
    }
    expect(planStep(5n, [{ ...moving, state: 'moving' }], true)).toEqual({ kind: 'wait' })
  })
})
