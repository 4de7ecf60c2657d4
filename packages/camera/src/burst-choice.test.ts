import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BURST_SPAN_MS, chooseShots, sharpnessOf } from './burst-choice.ts'

const shots = (...sharpness: number[]) => sharpness.map((value, index) => ({ offsetMs: index * 90, sharpness: value }))

describe('choosing shots', () => {
  it('leaves out the blurred ones', () => {
    expect(chooseShots(shots(9, 1, 8, 7, 2), 3).map(({ sharpness }) => sharpness)).toEqual([9, 8, 7])
  })

  it('keeps the time span even when the sharpest lie together', () => {
    const chosen = chooseShots(shots(9, 9, 9, 1, 2), 3)
    expect(chosen.at(-1)!.offsetMs - chosen[0]!.offsetMs).toBeGreaterThanOrEqual(BURST_SPAN_MS)
    expect(chosen.map(({ offsetMs }) => offsetMs)).toEqual([0, 90, 360])
  })

  it('keeps the number and order it was asked for, always spanning when anything could', () => {
    const burst = fc
      .array(
        fc.record({ gap: fc.integer({ min: 10, max: 200 }), sharpness: fc.double({ min: 0, max: 1e4, noNaN: true }) }),
        {
          minLength: 3,
          maxLength: 8,
        },
      )
      .map((steps) => {
        let offsetMs = 0
        return steps.map(({ gap, sharpness }, index) => {
          offsetMs += index === 0 ? 0 : gap
          return { offsetMs, sharpness }
        })
      })
    fc.assert(
      fc.property(burst, fc.integer({ min: 2, max: 5 }), (taken, wanted) => {
        const keep = Math.min(wanted, taken.length)
        const chosen = chooseShots(taken, keep)
        expect(chosen).toHaveLength(keep)
        expect(chosen).toEqual(taken.filter((shot) => chosen.includes(shot)))
        const whole = taken.at(-1)!.offsetMs
        const span = chosen.at(-1)!.offsetMs - chosen[0]!.offsetMs
        expect(span).toBeGreaterThanOrEqual(Math.min(BURST_SPAN_MS, whole))
      }),
    )
    expect(() => chooseShots(shots(1, 2), 3)).toThrow(RangeError)
  })
})

describe('sharpness', () => {
  const side = 64
  const stripes = (period: number) =>
    Uint8Array.from({ length: side * side }, (_, i) => 128 + 100 * Math.sin(((i % side) * 2 * Math.PI) / period))

  it('is nothing for an even picture, and grows with finer detail', () => {
    expect(sharpnessOf(new Uint8Array(side * side).fill(90), side, side)).toBe(0)
    expect(sharpnessOf(stripes(6), side, side)).toBeGreaterThan(10 * sharpnessOf(stripes(30), side, side))
  })
})
