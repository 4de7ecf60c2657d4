import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addInto, DURATION_BUCKETS_MS, DURATION_PLACES, durationPlace, medianFrom, percentileOf } from './histogram.ts'

const countsOf = (durations: number[]) => {
  const counts = Array.from({ length: DURATION_PLACES }, () => 0)
  for (const ms of durations) counts[durationPlace(ms)]! += 1
  return counts
}

describe('a histogram of durations', () => {
  it('answers a percentile within the bucket that holds it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 9_999, noNaN: true }), { minLength: 1, maxLength: 400 }),
        fc.constantFrom(0.5, 0.95),
        (durations, share) => {
          const sorted = [...durations].sort((a, b) => a - b)
          const exact = sorted[Math.ceil(share * sorted.length) - 1]!
          const read = percentileOf(countsOf(durations), share)!
          const place = durationPlace(exact)
          expect(read.orMore).toBe(false)
          expect(read.ms).toBeGreaterThanOrEqual(Math.floor(place === 0 ? 0 : DURATION_BUCKETS_MS[place - 1]!))
          expect(read.ms).toBeLessThanOrEqual(DURATION_BUCKETS_MS[place]!)
        },
      ),
    )
  })

  it('says so when it knows no more than that it took longer', () => {
    expect(percentileOf(countsOf([20_000, 30_000, 1]), 0.5)).toEqual({ ms: 10_000, orMore: true })
    expect(percentileOf(countsOf([]), 0.5)).toBeNull()
    expect(percentileOf(countsOf([20]), 0.5)).toEqual({ ms: 18, orMore: false })
  })

  it('takes no number that is no duration', () => {
    expect(() => durationPlace(Number.NaN)).toThrow(RangeError)
    expect(() => durationPlace(-1)).toThrow(RangeError)
  })

  it('adds up, also of rows of different length', () => {
    const sums: number[] = [1]
    addInto(sums, [2n, 3n])
    addInto(sums, [4])
    expect(sums).toEqual([7, 3])
  })

  it('finds the middle of what lies in steps', () => {
    expect(medianFrom([0, 2, 4], [0, 10, 0])).toBe(3)
    expect(medianFrom([0, 2, 4], [0, 0, 5])).toBe(4)
    expect(medianFrom([0, 2], [0, 0])).toBeNull()
  })
})
