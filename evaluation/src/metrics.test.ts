import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eerInterval } from './bootstrap.ts'
import { det, eer, fmrAt, fnmrAt, fnmrAtFmr, histogram, split } from './metrics.ts'
import { type Pair, rank1 } from './similarities.ts'

// ten of each, worked out by hand: two genuine pairs lie under three strangers
const pairs = split(
  [0.35, 0.55, 0.7, 0.72, 0.74, 0.8, 0.82, 0.9, 0.95, 1],
  [0.1, 0.12, 0.2, 0.22, 0.3, 0.32, 0.4, 0.5, 0.6, 0.65],
)

describe('rates', () => {
  test('FMR counts strangers at or above, FNMR genuine pairs below', () => {
    expect(fmrAt(pairs, 0.6)).toBe(0.2)
    expect(fmrAt(pairs, 0.61)).toBe(0.1)
    expect(fnmrAt(pairs, 0.55)).toBe(0.1)
    expect(fnmrAt(pairs, 0.56)).toBe(0.2)
  })

  test('EER is where they meet: at 0.6 both are 0.2', () => {
    expect(eer(pairs)).toBeCloseTo(0.2, 12)
  })

  test('EER is 0 when they lie apart, 1/2 for coins, 1 when all is upside down', () => {
    expect(eer(split([0.8, 0.9], [0.1, 0.2]))).toBe(0)
    expect(eer(split([1, 2, 3, 4], [1, 2, 3, 4]))).toBeCloseTo(0.5, 1)
    expect(eer(split([0.1, 0.2], [0.8, 0.9]))).toBeCloseTo(1, 12)
  })

  test('FNMR at an FMR: nothing allowed, one allowed, all allowed', () => {
    expect(fnmrAtFmr(pairs, 0)).toBe(0.2)
    expect(fnmrAtFmr(pairs, 0.09)).toBe(0.2)
    expect(fnmrAtFmr(pairs, 0.1)).toBe(0.2)
    expect(fnmrAtFmr(pairs, 0.2)).toBe(0.1)
    expect(fnmrAtFmr(pairs, 0.4)).toBe(0)
    expect(fnmrAtFmr(pairs, 1)).toBe(0)
  })

  test('a genuine pair as similar as the stranger to be refused is refused with it', () => {
    expect(fnmrAtFmr(split([0.6, 0.9], [0.6, 0.1]), 0.1)).toBe(0.5)
  })

  test('without pairs of both kinds there is no rate, rather than a good one', () => {
    expect([eer(split([], [0.1])), eer(split([0.1], [])), fnmrAtFmr(split([], []), 0.1)]).toEqual([null, null, null])
  })

  test('the DET curve falls and ends at one stranger', () => {
    const points = det(pairs)
    expect(points[0]).toEqual({ fmr: 1, fnmr: 0 })
    expect(points.at(-1)?.fmr).toBeCloseTo(0.1, 12)
    points.slice(1).forEach(({ fnmr }, i) => {
      expect(fnmr).toBeGreaterThanOrEqual(points[i].fnmr)
    })
  })

  test('whatever the similarities, rates lie in 0…1 and a stricter FMR never refuses fewer', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(values, values, (genuine, impostor) => {
        const any = split(genuine, impostor)
        const rate = eer(any)!
        expect(rate).toBeGreaterThanOrEqual(0)
        expect(rate).toBeLessThanOrEqual(1)
        expect(fnmrAtFmr(any, 0.01)!).toBeGreaterThanOrEqual(fnmrAtFmr(any, 0.1)!)
      }),
    )
  })

  test('a histogram loses nothing', () => {
    expect(histogram(pairs.genuine, 0.25, 1, 3)).toEqual([1, 4, 5])
    expect(histogram(pairs.genuine, 0.5, 0.6, 1)).toEqual([10])
  })
})

describe('rank-1', () => {
  const pair = (a: number, b: number, genuine: boolean, similarity: number): Pair => ({ a, b, genuine, similarity })

  test('counts pictures whose nearest is their own palm; a tie and a picture without a fellow', () => {
    // palms {0,1}, {2,3}, {4}: 0 and 1 find each other, 2 is nearer to 1, 3 ties with 0; 4 has no fellow
    const seen = [
      pair(1, 0, true, 0.9),
      pair(3, 2, true, 0.6),
      pair(2, 1, false, 0.7),
      pair(3, 0, false, 0.6),
      pair(4, 3, false, 0.2),
    ]
    expect(rank1(seen, 5)).toBe(2 / 4)
  })

  test('without fellows there is no rate', () => {
    expect(rank1([pair(1, 0, false, 0.3)], 2)).toBeNull()
  })
})

describe('bootstrap', () => {
  const subjects = Array.from({ length: 20 }, (_, i) => `s${i >> 1}`)
  const all = subjects.flatMap((subject, a) =>
    subjects.slice(0, a).map((other, b) => ({
      a,
      b,
      genuine: subject === other,
      similarity: subject === other ? (a < 4 ? 0.4 : 0.9) : ((a * 7 + b * 13) % 60) / 100,
    })),
  )

  test('spans the EER, the same every time', () => {
    const rate = eer(
      split(
        all.filter((p) => p.genuine).map((p) => p.similarity),
        all.filter((p) => !p.genuine).map((p) => p.similarity),
      ),
    )!
    const interval = eerInterval(all, subjects)!
    expect(interval[0]).toBeLessThanOrEqual(rate)
    expect(interval[1]).toBeGreaterThanOrEqual(rate)
    expect(interval[1]).toBeGreaterThan(interval[0])
    expect(eerInterval(all, subjects)).toEqual(interval)
  })

  test('says nothing about a single person', () => {
    expect(eerInterval([{ a: 1, b: 0, genuine: true, similarity: 1 }], ['s', 's'])).toBeNull()
  })
})
