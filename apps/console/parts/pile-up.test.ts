import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pileUp } from './pile-up.ts'

describe('a pile of series', () => {
  it('reaches the sum at its top and never falls on the way up', () => {
    const values = fc.array(fc.array(fc.option(fc.nat(1000)), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(values, (series) => {
        const piled = pileUp(series)
        for (const [place, top] of piled.at(-1)!.entries())
          expect(top).toBe(series.reduce((sum, each) => sum + (each[place] ?? 0), 0))
        for (let level = 1; level < piled.length; level += 1)
          for (const [place, value] of piled[level]!.entries())
            expect(value).toBeGreaterThanOrEqual(piled[level - 1]![place]!)
      }),
    )
  })

  it('counts what is not known as nothing', () => {
    expect(
      pileUp([
        [1, null],
        [2, 3],
      ]),
    ).toEqual([
      [1, 0],
      [3, 3],
    ])
  })
})
