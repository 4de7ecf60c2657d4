import { GUIDANCE_CODES, type GuidanceCode, type HandSide } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ARRIVAL_MS,
  advance,
  GRACE_MS,
  HINT_MS,
  HOLD_MS,
  type HoverStep,
  NOBODY,
  SLOW_LOOK_MS,
  WRONG_HAND_PATIENCE_MS,
} from './hover-machine.ts'
import type { HandPlace, Observation } from './hover-types.ts'

const PLACE: HandPlace = { box: { left: 0.3, top: 0.2, width: 0.3, height: 0.6 }, landmarks: [] }
const hintFor = (code: GuidanceCode) => ({ code, measure: 'm', value: 1, limit: 0, unit: '' })
const good = (hand: HandSide = 'R'): Observation => ({ outcome: 'good', hints: [], hand, place: PLACE })
const adjust = (code: GuidanceCode, hand: HandSide = 'R'): Observation => ({
  outcome: 'adjust',
  hints: [hintFor(code)],
  hand,
  place: PLACE,
})
const none: Observation = { outcome: 'no_hand', hints: [hintFor('no_hand')], hand: null, place: null }
const two: Observation = { outcome: 'two_hands', hints: [hintFor('two_hands')], hand: null, place: null }

/** Runs looks at an even pace and answers every step. */
function run(looks: Observation[], { asked = null as HandSide | null, everyMs = 100 } = {}): HoverStep[] {
  let state = NOBODY
  return looks.map((look, index) => {
    const step = advance(state, look, asked, index * everyMs)
    state = step.state
    return step
  })
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)
const shown = (steps: HoverStep[]) =>
  steps.map(({ phase }) => (phase.phase === 'hint' || phase.phase === 'waiting' ? phase.code : phase.phase))

describe('a hover', () => {
  it('goes from nobody to seen, hint, holding and the burst', () => {
    const steps = run([none, ...times(6, adjust('too_far')), ...times(5, good())])
    expect(shown(steps)).toEqual(['no_hand', ...times(4, 'seen'), 'too_far', 'too_far', ...times(5, 'holding')])
    expect(steps.map(({ fire }) => fire).indexOf(true)).toBe(11)
  })

  it('needs no hint when the hand comes as it should', () => {
    const steps = run(times(5, good()))
    expect(shown(steps)).toEqual(times(5, 'holding'))
    expect(steps.at(-1)).toMatchObject({ fire: true, phase: { progress: 1 } })
  })

  it('stands one look that fails, but starts anew after a longer gap', () => {
    const tolerant = run([good(), good(), none, good(), good()])
    expect(tolerant.at(-1)!.fire).toBe(true)
    const broken = run([good(), good(), good(), ...times(4, none), good(), good()])
    expect(broken.some(({ fire }) => fire)).toBe(false)
    expect(shown(broken).slice(-4)).toEqual(['no_hand', 'no_hand', 'holding', 'holding'])
  })

  it('fires on a slow device too, whose looks lie far apart', () => {
    expect(run([none, good(), good()], { everyMs: 700 }).at(-1)!.fire).toBe(true)
    expect(run([good(), none, good()], { everyMs: 700 }).at(-1)!.fire).toBe(false)
  })

  it('shows a hint long enough to be read', () => {
    const noisy = Array.from({ length: 40 }, (_, index) => adjust(index % 2 ? 'too_far' : 'tilted'))
    const codes = shown(run(noisy, { everyMs: 50 }))
    const changes = codes.filter((code, index) => index > 0 && code !== codes[index - 1]).length
    expect(changes).toBeLessThanOrEqual(1 + Math.ceil((40 * 50 - ARRIVAL_MS) / HINT_MS))
  })

  it('says "two hands" at once, even in the middle of a hold', () => {
    expect(shown(run([good(), good(), two])).at(-1)).toBe('two_hands')
  })

  it('asks for the other hand, and after a while leaves it to the server', () => {
    const looks = Math.ceil((WRONG_HAND_PATIENCE_MS + HOLD_MS) / 100) + 2
    const steps = run(times(looks, good('R')), { asked: 'L' })
    const fired = steps.findIndex(({ fire }) => fire)
    expect(shown(steps)[5]).toBe('wrong_hand')
    expect(fired * 100).toBeGreaterThanOrEqual(WRONG_HAND_PATIENCE_MS + HOLD_MS)
    expect(run(times(5, good('L')), { asked: 'L' }).at(-1)!.fire).toBe(true)
  })
})

describe('whatever is looked at', () => {
  const look = fc.oneof(
    fc.constant(none),
    fc.constant(two),
    fc.constantFrom<HandSide>('L', 'R').map(good),
    fc
      .tuple(fc.constantFrom(...GUIDANCE_CODES), fc.constantFrom<HandSide>('L', 'R'))
      .map(([code, hand]) => adjust(code, hand)),
  )
  const script = fc.array(fc.record({ look, afterMs: fc.integer({ min: 1, max: 400 }) }), { maxLength: 60 })

  it('fires only after a full hold of good looks of the asked hand without a long gap', () => {
    fc.assert(
      fc.property(script, fc.constantFrom<HandSide | null>('L', 'R', null), (moments, asked) => {
        let state = NOBODY
        let nowMs = 0
        const history: { atMs: number; counts: boolean }[] = []
        for (const { look: seen, afterMs } of moments) {
          nowMs += afterMs
          const patient = state.wrongHandSinceMs !== null && nowMs - state.wrongHandSinceMs >= WRONG_HAND_PATIENCE_MS
          const counts = seen.outcome === 'good' && (asked === null || seen.hand === asked || patient)
          history.push({ atMs: nowMs, counts })
          const step = advance(state, seen, asked, nowMs)
          state = step.state
          if (!step.fire) continue
          expect(history.at(-1)!.counts).toBe(true)
          // Walk back from now: good looks close to each other must reach back a whole hold.
          let reach = nowMs
          let missed = false
          for (const { atMs, counts } of history.toReversed()) {
            if (!counts) missed = true
            else if (reach - atMs > (missed ? GRACE_MS : SLOW_LOOK_MS)) break
            else {
              reach = atMs
              missed = false
            }
          }
          expect(nowMs - reach).toBeGreaterThanOrEqual(HOLD_MS)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('keeps progress between 0 and 1 and never holds without a hand having been good', () => {
    fc.assert(
      fc.property(script, (moments) => {
        let state = NOBODY
        let nowMs = 0
        let wasGood = false
        for (const { look: seen, afterMs } of moments) {
          nowMs += afterMs
          wasGood ||= seen.outcome === 'good'
          const step = advance(state, seen, null, nowMs)
          state = step.state
          if (step.phase.phase !== 'holding') continue
          expect(wasGood).toBe(true)
          expect(step.phase.progress).toBeGreaterThanOrEqual(0)
          expect(step.phase.progress).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})
