import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MODEL, modelVersionOf } from '../7-protection/protect.ts'
import type { Candidate, HandSide } from '../8-gallery/gallery.ts'
import { evidenceOf, fmrOf, IMPOSTOR_TAIL, similarityAtFmr } from './calibration.ts'
import { DEFAULT_POLICY, decide, evidenceForTwo, REQUIRED_MARGIN, type Shown, thresholdFor } from './decide.ts'

const found = (shopper: string, similarity: number, hand: HandSide = 'R'): Candidate => ({
  palmId: `${shopper} ${hand}`,
  shopperId: shopper,
  hand,
  modelVersion: modelVersionOf(MODEL),
  shortlistSimilarity: 0.5,
  similarity,
})
const right = (...candidates: Candidate[]): Shown => ({ hand: 'R', candidates })
const left = (...candidates: Candidate[]): Shown => ({ hand: 'L', candidates })
const at1000 = { enrolledPalms: 1_000 }
const enough = thresholdFor(1_000, DEFAULT_POLICY.targetFpir)
const nearly = enough - 0.01

describe('calibration', () => {
  test('belongs to the model in use', () => {
    expect(IMPOSTOR_TAIL.model).toBe(modelVersionOf(MODEL))
  })

  test('is what was measured where it was measured, and never above 1', () => {
    expect(fmrOf(0.66683)).toBeCloseTo(1e-3, 12)
    expect(similarityAtFmr(1e-3)).toBeCloseTo(0.66683, 12)
    expect(fmrOf(0.3)).toBe(1)
    expect(evidenceOf(0.3)).toBeCloseTo(0, 12)
  })
})

describe('decide', () => {
  const table: [string, Shown, string][] = [
    ['an empty answer', right(), 'not_recognised'],
    ['one well above the threshold', right(found('ann', enough + 0.05)), 'identified'],
    ['one exactly at it', right(found('ann', enough)), 'identified'],
    ['one just below it', right(found('ann', nearly)), 'other_palm'],
    ['a stranger', right(found('ann', 0.64), found('bob', 0.63)), 'not_recognised'],
    ['two people nearly alike', right(found('ann', 0.8), found('bob', 0.8 - REQUIRED_MARGIN / 2)), 'other_palm'],
    ['two people exactly alike', right(found('ann', 0.8), found('bob', 0.8)), 'other_palm'],
    ['two people well apart', right(found('bob', 0.66), found('ann', 0.8)), 'identified'],
    ['two palms of one person', right(found('ann', 0.8), { ...found('ann', 0.799), palmId: 'old' }), 'identified'],
    ['the other hand only', right(found('ann', 0.9, 'L')), 'not_recognised'],
    ['the other hand of somebody else', right(found('ann', 0.8), found('bob', 0.8, 'L')), 'identified'],
  ]
  test.each(table)('%s', (_, shown, outcome) => {
    expect(decide(shown, at1000).outcome).toBe(outcome)
  })

  test('names who was found and says why', () => {
    expect(decide(right(found('bob', 0.65), found('ann', 0.81)), at1000)).toMatchObject({
      outcome: 'identified',
      shopperId: 'ann',
      palmId: 'ann R',
      palmsShown: 1,
      evidence: { enrolledPalms: 1_000, bestSimilarity: 0.81, threshold: enough },
    })
  })

  test('asks for the hand that was not shown, unless the policy never does', () => {
    const shown = left(found('ann', nearly, 'L'))
    expect(decide(shown, at1000)).toMatchObject({ outcome: 'other_palm', askFor: 'R' })
    const never = { ...DEFAULT_POLICY, secondPalm: 'never' } as const
    expect(decide(shown, { ...at1000, policy: never }).outcome).toBe('not_recognised')
    const always = { ...DEFAULT_POLICY, secondPalm: 'always' } as const
    expect(decide(right(found('ann', 0.9)), { ...at1000, policy: always }).outcome).toBe('other_palm')
  })

  test('two people alike are ambiguous where no other palm can tell them apart', () => {
    const twins = right(found('ann', 0.8), found('bob', 0.8), found('cid', 0.66))
    const never = { ...DEFAULT_POLICY, secondPalm: 'never' } as const
    expect(decide(twins, { ...at1000, policy: never }).outcome).toBe('ambiguous')
    const has = (...shoppers: string[]) =>
      decide(twins, { ...at1000, isEnrolled: (id) => shoppers.includes(id) }).outcome
    expect(has('ann', 'bob')).toBe('other_palm')
    expect(has('bob')).toBe('other_palm')
    expect(has('cid')).toBe('ambiguous')
    expect(has()).toBe('ambiguous')
  })

  test('asks nobody for a palm that was never enrolled', () => {
    const asked: string[] = []
    const isEnrolled = (shopperId: string, hand: HandSide) => {
      asked.push(`${shopperId} ${hand}`)
      return false
    }
    expect(decide(right(found('ann', nearly)), { ...at1000, isEnrolled }).outcome).toBe('not_recognised')
    expect(asked).toEqual(['ann L'])
  })

  test('refuses figures that cannot be, rather than deciding on them', () => {
    expect(() => decide(right(), { enrolledPalms: -1 })).toThrow(RangeError)
    expect(() => decide(right(found('ann', Number.NaN)), at1000)).toThrow(RangeError)
    expect(() => decide(right(), { ...at1000, policy: { ...DEFAULT_POLICY, targetFpir: 0 } })).toThrow(RangeError)
    expect(() => decide(right(), { ...at1000, first: right() })).toThrow(RangeError)
  })

  test('the threshold rises with the gallery, and never lets in what a smaller gallery kept out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b, similarity) => {
          const [small, large] = [Math.min(a, b), Math.max(a, b)]
          expect(thresholdFor(large, 1e-4)).toBeGreaterThanOrEqual(thresholdFor(small, 1e-4))
          expect(evidenceForTwo(large, 1e-4)).toBeGreaterThanOrEqual(evidenceForTwo(small, 1e-4))
          const shown = right(found('ann', similarity))
          if (decide(shown, { enrolledPalms: large }).outcome === 'identified') {
            expect(decide(shown, { enrolledPalms: small }).outcome).toBe('identified')
          }
        },
      ),
    )
    expect(thresholdFor(10_000, 1e-4) - thresholdFor(1_000, 1e-4)).toBeCloseTo(0.00474 * Math.log(10), 6)
  })
})

describe('two palms', () => {
  const on = (first: Shown, second: Shown, enrolledPalms = 1_000) => decide(second, { enrolledPalms, first })

  test('two that were each not quite enough are enough together', () => {
    const first = right(found('ann', nearly), found('bob', 0.65))
    expect(decide(first, at1000).outcome).toBe('other_palm')
    const decision = on(first, left(found('ann', nearly, 'L'), found('cid', 0.65, 'L')))
    expect(decision).toMatchObject({ outcome: 'identified', shopperId: 'ann', palmId: 'ann L', palmsShown: 2 })
  })

  test('they must point to one person', () => {
    expect(on(right(found('ann', nearly)), left(found('bob', nearly, 'L'))).outcome).toBe('ambiguous')
    expect(on(right(found('ann', 0.9)), left(found('bob', 0.9, 'L'))).outcome).toBe('ambiguous')
  })

  test('each must say something: a perfect palm does not carry a stranger’s', () => {
    expect(on(right(found('ann', 0.9)), left(found('ann', 0.63, 'L'))).outcome).toBe('not_recognised')
  })

  test('nobody on one side is nobody', () => {
    expect(on(right(), left(found('ann', 0.9, 'L'))).outcome).toBe('not_recognised')
    expect(on(right(found('ann', 0.9)), left()).outcome).toBe('not_recognised')
  })

  test('somebody else who fits both nearly as well makes it ambiguous', () => {
    const first = right(found('ann', 0.75), found('bob', 0.745))
    expect(on(first, left(found('ann', 0.75, 'L'), found('bob', 0.745, 'L'))).outcome).toBe('ambiguous')
    expect(on(first, left(found('ann', 0.75, 'L'), found('bob', 0.65, 'L'))).outcome).toBe('identified')
  })

  test('chance alone: the evidence asked for holds the target', () => {
    const x = evidenceForTwo(1_000, 1e-4)
    expect(1_000 * 25 * Math.exp(-x) * (1 + x)).toBeCloseTo(1e-4, 8)
  })
})
