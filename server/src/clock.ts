/** The time as a port, so that tests can move it. */
export type Clock = {
  /** ms since 1970, UTC. */
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }

/** A clock that tests move by hand. It starts at the real time and runs on from there, plus what it was moved by. */
export function movableClock(): Clock & { moveMs(byMs: number): void } {
  let offsetMs = 0
  return {
    nowMs: () => Date.now() + offsetMs,
    moveMs(byMs) {
      offsetMs += byMs
    },
  }
}

/** RFC 3339 in UTC, as the contract's `Timestamp`. */
export const toTimestamp = (time: number | Date): string => new Date(time).toISOString()
