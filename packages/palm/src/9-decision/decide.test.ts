import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EARLIER_MODELS, MODEL, modelVersionOf } from '../7-protection/protect.ts'
import { fusionOf } from '../8-gallery/fusion.ts'
import type { Candidate, HandSide } from '../8-gallery/gallery.ts'
import { evidenceOf, fmrOf, similarityAtFmr, tailOf } from './calibration.ts'
import {
  DEFAULT_POLICY,
  decide,
  evidenceForOne,
  evidenceForTwo,
  REQUIRED_MARGIN_NATS,
  type Shown,
  thresholdFor,
} from './decide.ts'
import { IMPOSTOR_TAILS } from './impostor-tails.ts'

const MODEL_VERSION = modelVersionOf(MODEL)
/** Somebody who looks so much alike that one stranger in e^nats does. */
const found = (shopper: string, nats: number, hand: HandSide = 'R'): Candidate => ({
  palmId: `${shopper} ${hand}`,
  shopperId: shopper,
  hand,
  modelVersion: MODEL_VERSION,
  shortlistSimilarity: 0.5,
  similarity: similarityAtFmr(Math.exp(-nats), MODEL_VERSION),
})
const right = (...candidates: Candidate[]): Shown => ({ hand: 'R', candidates })
const left = (...candidates: Candidate[]): Shown => ({ hand: 'L', candidates })
const at1000 = { enrolledPalms: 1_000 }
const enough = evidenceForOne(1_000, DEFAULT_POLICY.targetFpir) + 1e-9
const nearly = enough - 2

describe('calibration', () => {
  test.each([MODEL, ...EARLIER_MODELS].map(modelVersionOf))('of %s is there and makes sense', (version) => {
    const { start, startFmr, scale, shape } = tailOf(version)
    expect([start, startFmr, scale, shape].every(Number.isFinite)).toBe(true)
    expect(startFmr).toBe(1e-3)
    expect(scale).toBeGreaterThan(0)
    expect(shape).toBeGreaterThanOrEqual(0)
    expect(shape).toBeLessThan(0.5)
    const fuse = fusionOf(version)
    expect(fuse({ code: 0.9, cosine: 0.9 })).toBeGreaterThan(thresholdFor(10_000, 1e-4, version))
    expect(fuse({ code: 0.61, cosine: 0 })).toBeLessThan(start)
  })

  test('another model has none: a missing threshold is never "pass"', () => {
    expect(() => fmrOf(3, 'eyes-1+line3x32-1')).toThrow(RangeError)
    expect(() => fusionOf('eyes-1+line3x32-1')).toThrow(RangeError)
    const other = { ...found('ann', 40), modelVersion: 'eyes-1+line3x32-1' }
    expect(() => decide(right(other), at1000)).toThrow(RangeError)
  })

  test('is what was measured where it was measured, never above 1, and turns round', () => {
    const { start, scale } = tailOf(MODEL_VERSION)
    expect(fmrOf(start, MODEL_VERSION)).toBeCloseTo(1e-3, 12)
    expect(fmrOf(start - 20 * scale, MODEL_VERSION)).toBe(1)
    expect(evidenceOf(start - 20 * scale, MODEL_VERSION)).toBeCloseTo(0, 12)
    for (const nats of [1, 6.9, 12, 25]) {
      expect(evidenceOf(similarityAtFmr(Math.exp(-nats), MODEL_VERSION), MODEL_VERSION)).toBeCloseTo(nats, 6)
    }
  })

  test('a heavy tail is believed: less evidence in the same similarity', () => {
    const version = 'heavy-1+line3x32-1'
    const tails = IMPOSTOR_TAILS as Record<string, (typeof IMPOSTOR_TAILS)[string]>
    tails[version] = { start: 0, startFmr: 1e-3, scale: 1, shape: 0.25, measuredOn: 'made up' }
    try {
      expect(fmrOf(4, version)).toBeCloseTo(1e-3 / 2 ** 4, 12)
      expect(similarityAtFmr(1e-3 / 2 ** 4, version)).toBeCloseTo(4, 9)
      expect(fmrOf(-1, version)).toBeCloseTo(1e-3 * Math.E, 12)
    } finally {
      delete tails[version]
    }
  })
})

describe('decide', () => {
  const table: [string, Shown, string][] = [
    ['an empty answer', right(), 'not_recognised'],
    ['one well above the threshold', right(found('ann', enough + 10)), 'identified'],
    ['one exactly at it', right(found('ann', enough)), 'identified'],
    ['one just below it', right(found('ann', nearly)), 'other_palm'],
    ['a stranger', right(found('ann', 1), found('bob', 0.5)), 'not_recognised'],
    ['two people nearly alike', right(found('ann', 35), found('bob', 35 - REQUIRED_MARGIN_NATS / 2)), 'other_palm'],
    ['two people exactly alike', right(found('ann', 35), found('bob', 35)), 'other_palm'],
    ['two people well apart', right(found('bob', 5), found('ann', 35)), 'identified'],
    ['two palms of one person', right(found('ann', 35), { ...found('ann', 34.9), palmId: 'old' }), 'identified'],
    ['the other hand only', right(found('ann', 50, 'L')), 'not_recognised'],
    ['the other hand of somebody else', right(found('ann', 35), found('bob', 35, 'L')), 'identified'],
  ]
  test.each(table)('%s', (_, shown, outcome) => {
    expect(decide(shown, at1000).outcome).toBe(outcome)
  })

  test('names who was found and says why', () => {
    expect(decide(right(found('bob', 3), found('ann', 37)), at1000)).toMatchObject({
      outcome: 'identified',
      shopperId: 'ann',
      palmId: 'ann R',
      palmsShown: 1,
      evidence: { enrolledPalms: 1_000, requiredNats: evidenceForOne(1_000, 1e-4), bestNats: expect.closeTo(37, 6) },
    })
  })

  test('asks for the hand that was not shown, unless the policy never does', () => {
    const shown = left(found('ann', nearly, 'L'))
    expect(decide(shown, at1000)).toMatchObject({ outcome: 'other_palm', askFor: 'R' })
    const never = { ...DEFAULT_POLICY, secondPalm: 'never' } as const
    expect(decide(shown, { ...at1000, policy: never }).outcome).toBe('not_recognised')
    const always = { ...DEFAULT_POLICY, secondPalm: 'always' } as const
    expect(decide(right(found('ann', 50)), { ...at1000, policy: always }).outcome).toBe('other_palm')
  })

  test('two people alike are ambiguous where no other palm can tell them apart', () => {
    const twins = right(found('ann', 35), found('bob', 35), found('cid', 5))
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
    for (const similarity of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => decide(right({ ...found('ann', 1), similarity }), at1000)).toThrow(RangeError)
    }
    expect(() => decide(right(), { ...at1000, policy: { ...DEFAULT_POLICY, targetFpir: 0 } })).toThrow(RangeError)
    expect(() => decide(right(), { ...at1000, first: right() })).toThrow(RangeError)
  })

  test('the threshold rises with the gallery, and never lets in what a smaller gallery kept out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        (a, b, nats) => {
          const [small, large] = [Math.min(a, b), Math.max(a, b)]
          expect(thresholdFor(large, 1e-4, MODEL_VERSION)).toBeGreaterThanOrEqual(
            thresholdFor(small, 1e-4, MODEL_VERSION),
          )
          expect(evidenceForTwo(large, 1e-4)).toBeGreaterThanOrEqual(evidenceForTwo(small, 1e-4))
          const shown = right(found('ann', nats))
          if (decide(shown, { enrolledPalms: large }).outcome === 'identified') {
            expect(decide(shown, { enrolledPalms: small }).outcome).toBe('identified')
          }
        },
      ),
    )
    expect(evidenceForOne(10_000, 1e-4) - evidenceForOne(1_000, 1e-4)).toBeCloseTo(Math.log(10), 9)
  })
})

describe('two palms', () => {
  const on = (first: Shown, second: Shown, enrolledPalms = 1_000) => decide(second, { enrolledPalms, first })

  test('two that were each not quite enough are enough together', () => {
    const first = right(found('ann', nearly), found('bob', 3))
    expect(decide(first, at1000).outcome).toBe('other_palm')
    const decision = on(first, left(found('ann', nearly, 'L'), found('cid', 3, 'L')))
    expect(decision).toMatchObject({ outcome: 'identified', shopperId: 'ann', palmId: 'ann L', palmsShown: 2 })
  })

  test('they must point to one person', () => {
    expect(on(right(found('ann', nearly)), left(found('bob', nearly, 'L'))).outcome).toBe('ambiguous')
    expect(on(right(found('ann', 50)), left(found('bob', 50, 'L'))).outcome).toBe('ambiguous')
  })

  test('each must say something: a perfect palm does not carry a stranger’s', () => {
    expect(on(right(found('ann', 50)), left(found('ann', 1, 'L'))).outcome).toBe('not_recognised')
  })

  test('nobody on one side is nobody', () => {
    expect(on(right(), left(found('ann', 50, 'L'))).outcome).toBe('not_recognised')
    expect(on(right(found('ann', 50)), left()).outcome).toBe('not_recognised')
  })

  test('somebody else who fits both nearly as well makes it ambiguous', () => {
    const first = right(found('ann', 24), found('bob', 23))
    expect(on(first, left(found('ann', 24, 'L'), found('bob', 23, 'L'))).outcome).toBe('ambiguous')
    expect(on(first, left(found('ann', 24, 'L'), found('bob', 3, 'L'))).outcome).toBe('identified')
  })

  test('chance alone: the evidence asked for holds the target, and more where palms correlate', () => {
    const x = evidenceForTwo(1_000, 1e-4) / 1.32
    expect(1_000 * 25 * Math.exp(-x) * (1 + x)).toBeCloseTo(1e-4, 8)
  })
})

describe('digits', () => {
  const policy = { ...DEFAULT_POLICY, digits: 'when_needed' } as const
  const twins = right(found('ann', 35), found('bob', 35))
  const failing: [string, Shown][] = [
    ['nobody', right()],
    ['a stranger', right(found('ann', 1))],
    ['two people alike', twins],
  ]
  test.each(failing)('are asked for when the palm alone names nobody: %s', (_, shown) => {
    const isEnrolled = () => false
    expect(decide(shown, { ...at1000, policy, isEnrolled }).outcome).toBe('digits')
    expect(decide(shown, { ...at1000, isEnrolled }).outcome).not.toBe('digits')
    const claimed = decide(shown, { ...at1000, policy, isEnrolled, isClaimed: true })
    expect(['not_recognised', 'ambiguous']).toContain(claimed.outcome)
  })

  test('are not asked for from somebody who was recognised, nor before the other palm', () => {
    expect(decide(right(found('ann', 35)), { ...at1000, policy }).outcome).toBe('identified')
    expect(decide(right(found('ann', nearly)), { ...at1000, policy }).outcome).toBe('other_palm')
    const first = right(found('ann', nearly))
    expect(decide(left(), { ...at1000, policy, first }).outcome).toBe('digits')
  })

  test('make few candidates of many: the same palm is then enough', () => {
    const shown = right(found('ann', evidenceForOne(20, 1e-4) + 0.1))
    expect(decide(shown, { enrolledPalms: 1_000_000, policy, isEnrolled: () => false }).outcome).toBe('digits')
    expect(decide(shown, { enrolledPalms: 20, policy, isClaimed: true }).outcome).toBe('identified')
  })
})
