import type { Clock } from './clock.ts'
import { Failure } from './failure.ts'

/** Counts events of one key in a sliding window. Kept in memory, so each node counts for itself. */
export type RateLimiter = {
  /** Counts one event; throws `rate_limited` when there were too many. */
  take(key: string): void
  /** Throws `rate_limited` when there were too many, without counting one. */
  check(key: string): void
}

/** More keys than this are never held: the oldest go first, so that a flood of keys cannot fill the memory. */
const MAX_KEYS = 50_000

export function createRateLimiter(clock: Clock, limit: { events: number; windowMs: number }): RateLimiter {
  const seen = new Map<string, number[]>()
  const recent = (key: string): number[] => {
    const since = clock.nowMs() - limit.windowMs
    return (seen.get(key) ?? []).filter((at) => at > since)
  }
  return {
    take(key) {
      const times = recent(key)
      if (times.length >= limit.events) throw new Failure('rate_limited')
      times.push(clock.nowMs())
      seen.delete(key)
      seen.set(key, times)
      if (seen.size > MAX_KEYS) seen.delete(seen.keys().next().value as string)
    },
    check(key) {
      if (recent(key).length >= limit.events) throw new Failure('rate_limited')
    },
  }
}
