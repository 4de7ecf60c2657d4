import { ACTIVE_STATES, PAYMENT_STATES, type PaymentState, REASONS } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BEFORE_MONEY, ENDS, MONEY_IN_FLIGHT, MOVES, type Move, nextState, reasonFits, TRANSITIONS } from './states.ts'

const anyMove = fc.constantFrom<Move>(...MOVES)

/** Applies moves, skipping the refused; answers every state passed. */
function walk(moves: Move[]): PaymentState[] {
  const passed: PaymentState[] = ['created']
  for (const move of moves) {
    const next = nextState(passed.at(-1)!, move)
    if (next !== null) passed.push(next)
  }
  return passed
}

describe('the transition table', () => {
  it('names every state and reaches every state from created', () => {
    expect(Object.keys(TRANSITIONS).sort()).toEqual([...PAYMENT_STATES].sort())
    const reached = new Set<PaymentState>(['created'])
    for (let grew = true; grew; ) {
      const before = reached.size
      for (const state of [...reached]) for (const move of MOVES) reached.add(nextState(state, move) ?? state)
      grew = reached.size > before
    }
    expect([...reached].sort()).toEqual([...PAYMENT_STATES].sort())
  })

  it('lets nothing leave an end', () => {
    for (const state of ENDS) for (const move of MOVES) expect(nextState(state, move)).toBeNull()
  })

  it('approves only after an intent, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 60 }), (moves) => {
        const passed = walk(moves)
        const approvedAt = passed.indexOf('approved')
        if (approvedAt < 0) return
        expect(passed.slice(0, approvedAt)).toContain('authorising')
        expect(MONEY_IN_FLIGHT).toContain(passed[approvedAt - 1])
      }),
      { numRuns: 2000 },
    )
  })

  it('never goes back before the money once the processor was asked', () => {
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 60 }), (moves) => {
        const passed = walk(moves)
        const asked = passed.indexOf('authorising')
        if (asked >= 0) for (const state of passed.slice(asked)) expect(BEFORE_MONEY).not.toContain(state)
      }),
      { numRuns: 2000 },
    )
  })

  it('lets a shopper choose a card only while nothing is under way, and charges only by a new intent', () => {
    const from = PAYMENT_STATES.filter((state) => nextState(state, 'offer_cards') === 'choosing_card')
    expect(from).toEqual(['identified', 'authorising'])
    expect(MONEY_IN_FLIGHT).not.toContain('choosing_card')
    const leaves = MOVES.map((move) => nextState('choosing_card', move)).filter((state) => state !== null)
    expect([...new Set(leaves)].sort()).toEqual(['authorising', 'cancelled', 'declined', 'expired'])
  })

  it('moves money of an approved payment without leaving it, but for a void or a lapse', () => {
    for (const move of ['increment', 'capture', 'refund', 'acknowledge'] as const) {
      const from = PAYMENT_STATES.filter((state) => nextState(state, move) !== null)
      expect([move, from, nextState('approved', move)]).toEqual([move, ['approved'], 'approved'])
    }
  })

  it('gives every active state a way to be cancelled and to expire', () => {
    for (const state of ACTIVE_STATES) {
      expect(nextState(state, 'cancel')).toBe('cancelled')
      expect(nextState(state, 'expire')).toBe('expired')
    }
  })
})

describe('reasons', () => {
  it('stand on ends only, and every reason has an end', () => {
    for (const state of PAYMENT_STATES) expect(reasonFits(state, null)).toBe(!ENDS.includes(state))
    for (const reason of REASONS) {
      if (reason === 'limit_exceeded' || reason === 'shopper_erased') expect(reasonFits('declined', reason)).toBe(true)
      expect(ENDS.filter((state) => reasonFits(state, reason))).toHaveLength(1)
    }
  })
})
