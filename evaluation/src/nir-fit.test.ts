import { nirEvidence } from '@paume/palm'
import { describe, expect, test } from 'vitest'
import { fitNir, type NirPair } from './nir-fit.ts'

/** Cosines about two means, evenly spread, so that nothing depends on luck. */
const pairs = (genuineAt: number, strangersAt: number): NirPair[] => [
  ...Array.from({ length: 60 }, (_, i) => ({ cosine: genuineAt + 0.15 * Math.sin(i), genuine: true })),
  ...Array.from({ length: 900 }, (_, i) => ({ cosine: strangersAt + 0.2 * Math.sin(i * 1.7), genuine: false })),
]

describe('the fit of the near-infrared fusion', () => {
  const some = pairs(0.7, 0.1)
  const weights = { ...fitNir(some, 450), fittedTo: 'made up' }

  test('speaks for one hand and against two', () => {
    expect(nirEvidence(0.7, weights)).toBeGreaterThan(1)
    expect(nirEvidence(0.1, weights)).toBeLessThan(0)
  })

  test('lets no more strangers over a threshold of something independent than there were', () => {
    const strangers = some.filter(({ genuine }) => !genuine)
    const raised = strangers.reduce((sum, { cosine }) => sum + Math.exp(nirEvidence(cosine, weights)), 0)
    expect(raised / strangers.length).toBeLessThanOrEqual(1 + 1e-9)
  })

  test('never says more than the palms of the fit can vouch for', () => {
    expect(weights.most).toBeCloseTo(Math.log(450), 9)
    expect(nirEvidence(1, weights)).toBeLessThanOrEqual(weights.most)
  })

  test('a head that tells nothing is worth nothing', () => {
    const { cosine, offset } = fitNir(pairs(0.3, 0.3), 450)
    expect(Math.abs(offset + cosine * 0.5)).toBeLessThan(1)
  })

  test('needs pairs of both kinds, and numbers', () => {
    expect(() => fitNir(some.slice(0, 10), 450)).toThrow(RangeError)
    expect(() => fitNir([...some, { cosine: Number.NaN, genuine: true }], 450)).toThrow(RangeError)
  })
})
