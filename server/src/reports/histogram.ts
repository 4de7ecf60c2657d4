import type { Percentile } from '@paume/contract'

/**
 * Upper ends of the buckets that durations are counted in, ms; a last bucket holds everything above. Close together where hovers are,
 * so that a straight line within a bucket errs by little. Rows hold counts by place: never changed, only added to at the end.
 */
export const DURATION_BUCKETS_MS = [
  10, 25, 50, 75, 100, 150, 200, 250, 300, 350, 400, 500, 600, 800, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000,
] as const
export const DURATION_PLACES = DURATION_BUCKETS_MS.length + 1

/** Which bucket a duration belongs to. Throws RangeError for what is no duration. */
export function durationPlace(ms: number): number {
  if (!(ms >= 0)) throw new RangeError('a duration is not negative')
  const place = DURATION_BUCKETS_MS.findIndex((end) => ms <= end)
  return place < 0 ? DURATION_BUCKETS_MS.length : place
}

/**
 * The duration that a share of all lie at or below, by a straight line within its bucket; null of none. Of what lies above the last
 * boundary only that is known.
 *
 * @param counts one a bucket, in their order @param share 0 < share < 1
 */
export function percentileOf(counts: readonly number[], share: number): Percentile {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  const wanted = share * total
  let below = 0
  for (const [place, count] of counts.entries()) {
    if (count > 0 && below + count >= wanted) {
      const to = DURATION_BUCKETS_MS[place]
      if (to === undefined) break
      const from = place === 0 ? 0 : DURATION_BUCKETS_MS[place - 1]!
      return { ms: Math.round(from + ((to - from) * (wanted - below)) / count), orMore: false }
    }
    below += count
  }
  return { ms: DURATION_BUCKETS_MS.at(-1)!, orMore: true }
}

/** The value that half lie at or below, by a straight line within its step; null of none. The last step has no end: its beginning is answered. */
export function medianFrom(starts: readonly number[], counts: readonly number[]): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let below = 0
  for (const [place, count] of counts.entries()) {
    if (count > 0 && below + count >= total / 2) {
      const from = starts[place]!
      const to = starts[place + 1] ?? from
      return from + ((to - from) * (total / 2 - below)) / count
    }
    below += count
  }
  return null
}

/** Adds `more` to `sums`, place by place. */
export function addInto(sums: number[], more: readonly (number | bigint)[]): void {
  more.forEach((count, place) => {
    sums[place] = (sums[place] ?? 0) + Number(count)
  })
}
