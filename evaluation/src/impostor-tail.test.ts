import { describe, expect, test } from 'vitest'
import { seeded } from './bootstrap.ts'
import { conservative, fitTail, similarityAt } from './impostor-tail.ts'

const PEOPLE = 150
/** Every pair of 150 people, six times, with a similarity drawn by `draw` from a number of 0…1. */
function strangers(draw: (u: number) => number) {
  const random = seeded(3)
  const pairs = []
  for (let one = 0; one < PEOPLE; one++) {
    for (let other = 0; other < one; other++) {
      for (let i = 0; i < 6; i++) pairs.push({ one, other, similarity: draw(1 - random()) })
    }
  }
  return pairs
}

describe('tail of strangers', () => {
  test('of an exponential is found as one', () => {
    const fit = fitTail(
      strangers((u) => -0.5 * Math.log(u)),
      PEOPLE,
    )
    expect(fit).toMatchObject({ people: PEOPLE, startFmr: 1e-3 })
    expect(fit!.start).toBeCloseTo(-0.5 * Math.log(1e-3), 0)
    expect(Math.abs(fit!.meanExcess - 0.5)).toBeLessThan(0.15)
    expect(fit!.meanExcessInterval[0]).toBeLessThan(0.5)
    expect(fit!.meanExcessInterval[1]).toBeGreaterThan(0.5)
    expect(fit!.shapeInterval[0]).toBeLessThan(0)
    expect(fit!.shapeInterval[1]).toBeGreaterThan(0)
  })

  test('that ends is drawn on beyond its end; one that is heavy stays heavy', () => {
    const ending = fitTail(
      strangers((u) => 1 - u ** 0.5),
      PEOPLE,
    )
    expect(ending!.shape).toBeLessThan(-0.2)
    expect(conservative(ending!).shape).toBe(0)
    expect(similarityAt(conservative(ending!), 1e-12)).toBeGreaterThan(1)
    const heavy = fitTail(
      strangers((u) => u ** -0.4),
      PEOPLE,
    )
    expect(heavy!.shape).toBeGreaterThan(0.15)
    const tail = conservative(heavy!)
    expect(tail.shape).toBe(heavy!.shape)
    expect(similarityAt(tail, 1e-3)).toBeCloseTo(tail.start, 12)
    expect(similarityAt(tail, 1e-9) - similarityAt(tail, 1e-6)).toBeGreaterThan(
      3 * (similarityAt(tail, 1e-6) - tail.start),
    )
  })

  test('too few pairs give none, and what is no number ends the run', () => {
    expect(fitTail(strangers((u) => u).slice(0, 10_000), PEOPLE)).toBeNull()
    expect(() => fitTail([{ one: 0, other: 1, similarity: Number.NaN }], 2)).toThrow(RangeError)
  })
})
