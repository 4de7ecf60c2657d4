/** A seeded source of random numbers: the same seed gives the same sequence everywhere. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform in [low, high). */
  between(low: number, high: number): number
  /** Whole number in [low, high]. */
  integer(low: number, high: number): number
  /** Normal distribution, cut at ±2.6 standard deviations so that no seed makes a monster. */
  normal(mean: number, deviation: number): number
  chance(probability: number): boolean
  pick<T>(choices: readonly T[]): T
}

/** Mixes any numbers and words into one 32-bit seed (FNV-1a with a final avalanche). */
export function seedFrom(...parts: (number | string)[]): number {
  let hash = 0x811c9dc5
  for (const part of parts) {
    for (const character of `${part}|`) {
      hash ^= character.codePointAt(0) ?? 0
      hash = Math.imul(hash, 0x01000193)
    }
  }
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A generator of period 2^32 (a Weyl sequence through an avalanche), plenty for one picture. */
export function randomFrom(...parts: (number | string)[]): Random {
  let state = seedFrom(...parts)
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000
  }
  const normalOnce = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    integer: (low, high) => low + Math.floor((high - low + 1) * next()),
    normal: (mean, deviation) => {
      let drawn = normalOnce()
      while (Math.abs(drawn) > 2.6) drawn = normalOnce()
      return mean + deviation * drawn
    },
    chance: (probability) => next() < probability,
    pick: (choices) => choices[Math.floor(next() * choices.length)],
  }
}
