import { describe, expect, it } from 'vitest'
import { checkBurst } from './checks.ts'
import { flashOutcome, isDrawnSequence, MIN_FOLLOWS, MIN_STRENGTH } from './flash.ts'
import type { Asked } from './liveness.ts'
import { attackBurst, DRAWN, handBurst } from './presented-bursts.test-data.ts'

const asked: Asked = { flash: DRAWN, unseenFlash: 'refuse' }
const failed = (burst: ReturnType<typeof checkBurst>) => burst.measures.filter(({ ok }) => !ok).map(({ name }) => name)

describe('a hand before a flashing screen', () => {
  it('takes on the colours in their order, in relief, and its background does not', () => {
    const seen = flashOutcome(handBurst(3), asked)
    if (seen.outcome !== 'followed') throw new Error(seen.outcome)
    expect(seen.response.onHand).toBeGreaterThan(MIN_STRENGTH)
    expect(seen.response.follows).toBeGreaterThan(MIN_FOLLOWS)
    expect(seen.response.surround).toBeLessThan(0.5)
    expect(seen.response.unlit).toBeLessThan(0.05)
    expect(seen.response.relief).toBeGreaterThan(0.02)
    expect(seen.response.roundness).toBeGreaterThan(3)
  })

  it('passes, also where no flash is asked', () => {
    expect(failed(checkBurst(handBurst(3), asked))).toEqual([])
    expect(failed(checkBurst(handBurst(3, null), { ...asked, flash: null }))).toEqual([])
  })

  it('is not seen in it where the room is too bright: refused, or told to a policy that accepts that', () => {
    const frames = handBurst(4, DRAWN, 40_000)
    const refused = checkBurst(frames, asked)
    expect(refused.flash).toBe('unseen')
    expect(refused.measures.find(({ name }) => name === 'flash')).toMatchObject({ ok: false, limit: MIN_STRENGTH })
    const accepted = checkBurst(frames, { ...asked, unseenFlash: 'accept' })
    expect(accepted.flash).toBe('unseen')
    expect(failed(accepted)).toEqual([])
  })
})

describe('a picture before a flashing screen', () => {
  it('is flat when it is a print', () => {
    const hand = flashOutcome(handBurst(5), asked)
    const print = flashOutcome(attackBurst('print-filling', 5), asked)
    if (hand.outcome !== 'followed' || print.outcome !== 'followed') throw new Error('a print takes on light as well')
    expect(print.response.relief).toBeLessThan(0.5 * hand.response.relief)
    expect(print.response.surround).toBeGreaterThan(0.5)
  })

  it('throws next to nothing back when it is a screen', () => {
    expect(flashOutcome(attackBurst('phone', 6), asked).outcome).not.toBe('followed')
  })

  it('shows no colours when it is a recorded film, whatever a policy accepts of order', () => {
    expect(checkBurst(attackBurst('injected-film', 7), asked).flash).toBe('unseen')
    expect(failed(checkBurst(attackBurst('injected-old-flash', 7), asked))).not.toEqual([])
  })
})

describe('the drawn sequence', () => {
  const frames = (colours: readonly (typeof DRAWN)[number][]) => colours.map((screenColour) => ({ screenColour }))

  it('must be there whole and in order', () => {
    expect(isDrawnSequence(frames(DRAWN), DRAWN)).toBe(true)
    expect(isDrawnSequence(frames(DRAWN.slice(1)), DRAWN)).toBe(false)
    expect(isDrawnSequence(frames([...DRAWN].reverse()), DRAWN)).toBe(false)
    expect(isDrawnSequence([...frames(DRAWN.slice(1)), { screenColour: null }], DRAWN)).toBe(false)
  })

  it('has two colours at least', () => {
    const flash = ['blue', 'blue', 'blue'] as const
    expect(() => flashOutcome([], { flash })).toThrow(RangeError)
  })

  it('is not answered by fewer than three frames', () => {
    expect(flashOutcome(handBurst(3).slice(0, 2), asked)).toEqual({ outcome: 'unseen', response: null })
  })
})
