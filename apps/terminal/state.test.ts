import type { HoverResult, Payment, PaymentState } from '@paume/contract'
import { ACTIVE_STATES, PAYMENT_STATES } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IDLE, nextTerminal, type TerminalEvent, type TerminalState } from './state.ts'

const payment = (state: PaymentState, version = 1, more: Partial<Payment> = {}) =>
  ({ id: 'pay_1', state, version, tip: { mode: 'none' }, tipMinor: 0, askedHand: null, ...more }) as unknown as Payment
const news = (state: PaymentState, version?: number, more?: Partial<Payment>): TerminalEvent => ({
  type: 'news',
  payment: payment(state, version, more),
})
const answer = (outcome: HoverResult['outcome'], of: Payment): TerminalEvent => ({
  type: 'hover_answer',
  result: { outcome, guidance: [{ code: 'too_far', message: '' }], payment: of },
})
const run = (...events: TerminalEvent[]) => events.reduce<TerminalState>(nextTerminal, IDLE)
const taken: TerminalEvent = { type: 'burst_taken' }

describe('the terminal', () => {
  it('shows the amount before it takes a hand', () => {
    expect(run(news('created')).at).toBe('preparing')
    expect(run(news('created'), news('presented', 2))).toMatchObject({ at: 'hover', attempt: 0 })
  })

  it('asks for the tip before the palm, once', () => {
    const tip = { tip: { mode: 'ask', presets: [5, 10] } } as Partial<Payment>
    const asked = run(news('presented', 2, tip))
    expect(asked.at).toBe('tip')
    const chosen = nextTerminal(asked, { type: 'tip_chosen', payment: payment('presented', 3, tip) })
    expect(chosen.at).toBe('hover')
    expect(nextTerminal(chosen, news('presented', 4, tip)).at).toBe('hover')
  })

  it('goes from hover to paid', () => {
    const checking = run(news('presented', 2), taken, news('palm_captured', 3), news('authorising', 5))
    expect(checking).toMatchObject({ at: 'checking', awaiting: true })
    expect(nextTerminal(checking, answer('approved', payment('approved', 6)))).toMatchObject({ at: 'ended' })
  })

  it('asks for another try, and says what was wrong', () => {
    const again = run(news('presented', 2), taken, answer('try_again', payment('presented', 4)))
    expect(again).toMatchObject({ at: 'hover', attempt: 1, guidance: 'too_far' })
  })

  it('does not start a second hover while its own is on the way', () => {
    expect(run(news('presented', 2), taken, news('presented', 4))).toMatchObject({ at: 'checking', awaiting: true })
  })

  it('follows the system after a lost answer', () => {
    const failed = run(news('presented', 2), taken, { type: 'hover_failed', trouble: { code: 'unreachable' } })
    expect(failed).toMatchObject({ at: 'hover', trouble: { code: 'unreachable' } })
    expect(nextTerminal(failed, news('authorising', 5)).at).toBe('checking')
    expect(nextTerminal(failed, news('approved', 6)).at).toBe('ended')
  })

  it('waits while the system itself does not know', () => {
    const unknown = run(news('presented', 2), taken, answer('unknown', payment('authorising', 5)))
    expect(unknown).toMatchObject({ at: 'checking', awaiting: false })
    expect(nextTerminal(unknown, news('unknown', 6))).toMatchObject({ at: 'ended' })
    expect(nextTerminal(nextTerminal(unknown, news('unknown', 6)), news('approved', 7))).toMatchObject({
      at: 'ended',
      payment: { state: 'approved' },
    })
  })

  it('asks which card, after the palm or after a declined one, and goes on with the choice', () => {
    const cardChoice = { cards: [{ choice: 1, brand: 'visa', last4: '4242', default: true }], until: '' }
    const asked = payment('choosing_card', 5, { cardChoice })
    const choosing = run(news('presented', 2), taken, answer('choose_card', asked))
    expect(choosing).toMatchObject({ at: 'choosing', payment: { version: 5 } })
    expect(run(news('presented', 2), taken, news('choosing_card', 5, { cardChoice }))).toEqual(choosing)
    expect(nextTerminal(choosing, news('authorising', 6))).toMatchObject({ at: 'checking', awaiting: false })
    expect(nextTerminal(choosing, news('approved', 7)).at).toBe('ended')
    expect(nextTerminal(choosing, news('declined', 7)).at).toBe('ended')
    // What there is to choose is shown to this terminal only: without it there is nothing to show but patience.
    expect(run(news('presented', 2), taken, answer('choose_card', payment('choosing_card', 5))).at).toBe('checking')
  })

  it('does not show a stranger how the last payment ended', () => {
    for (const state of PAYMENT_STATES.filter((each) => !ACTIVE_STATES.includes(each))) {
      expect(nextTerminal(IDLE, news(state)).at).toBe('idle')
    }
  })

  it('shows the next payment at once, over the end of the last', () => {
    const ended = run(news('presented', 2), news('declined', 3))
    expect(ended.at).toBe('ended')
    expect(nextTerminal(ended, news('created', 1, { id: 'pay_2' } as Partial<Payment>)).at).toBe('preparing')
    expect(nextTerminal(ended, { type: 'dwell_over' }).at).toBe('idle')
    expect(nextTerminal(ended, { type: 'none' }).at).toBe('ended')
  })

  it('never goes back in versions, whatever order the news comes in', () => {
    const anyNews = fc.tuple(fc.constantFrom(...PAYMENT_STATES), fc.integer({ min: 1, max: 20 }))
    fc.assert(
      fc.property(fc.array(anyNews, { maxLength: 25 }), (all) => {
        let state: TerminalState = run(news('presented', 1))
        for (const [name, version] of all) {
          const before = state.at === 'idle' ? 0 : state.payment.version
          state = nextTerminal(state, news(name, version))
          if (state.at !== 'idle') expect(state.payment.version).toBeGreaterThanOrEqual(before)
        }
      }),
    )
  })
})
