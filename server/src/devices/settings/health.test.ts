import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTaken, reasonToStop, type StageHealth } from './health.ts'

const well: StageHealth = {
  took: 13,
  tookSilent: 0,
  refused: 0,
  others: 247,
  othersSilent: 0,
  tookHovers: { hovers: 100, refused: 10 },
  otherHovers: { hovers: 2_000, refused: 200 },
}
const of = (change: Partial<StageHealth>) => reasonToStop({ ...well, ...change })

describe('a roll-out', () => {
  it('goes on while devices that took it are like the others', () => {
    expect(of({})).toBeNull()
    // The network of the whole chain is down: that is not the settings.
    expect(of({ tookSilent: 7, othersSilent: 130 })).toBeNull()
    // One of many may be unplugged.
    expect(of({ tookSilent: 1 })).toBeNull()
    expect(of({ tookHovers: { hovers: 20, refused: 20 } })).toBeNull()
  })

  it('stops when they go silent, refuse more, or cannot use it', () => {
    expect(of({ tookSilent: 3 })).toBe('silent')
    expect(of({ took: 1, tookSilent: 1 })).toBe('silent')
    expect(of({ tookHovers: { hovers: 100, refused: 30 } })).toBe('failing')
    expect(of({ refused: 2 })).toBe('refused')
    expect(of({ took: 0, refused: 1 })).toBe('refused')
  })

  it('is not stopped by chance: shares that are the same stop it less than once in 1,000 looks', () => {
    let state = 12_345
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      return state / 2 ** 31
    }
    const draw = (hovers: number) => ({
      hovers,
      refused: Array.from({ length: hovers }, random).filter((x) => x < 0.1).length,
    })
    let stopped = 0
    for (let i = 0; i < 3_000; i++) if (of({ tookHovers: draw(200), otherHovers: draw(2_000) }) !== null) stopped += 1
    expect(stopped).toBeLessThanOrEqual(9)
  })

  it('never goes on for more trouble than what stopped it', () => {
    const tally = fc.record({ hovers: fc.nat(500), part: fc.double({ min: 0, max: 1, noNaN: true }) })
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.nat(50),
        fc.nat(100),
        fc.nat(100),
        tally,
        tally,
        (took, silent, others, gone, a, b) => {
          const hovers = ({ hovers: n, part }: typeof a) => ({ hovers: n, refused: Math.floor(n * part) })
          const health = {
            ...well,
            took,
            tookSilent: Math.min(took, silent),
            others,
            othersSilent: Math.min(others, gone),
            tookHovers: hovers(a),
            otherHovers: hovers(b),
          }
          if (reasonToStop(health) !== 'silent') return
          expect(reasonToStop({ ...health, tookSilent: health.took })).toBe('silent')
        },
      ),
    )
  })

  it('waits until most of those that are due and there have taken it', () => {
    expect([isTaken(0, 0), isTaken(10, 7), isTaken(10, 8), isTaken(1, 1)]).toEqual([false, false, true, true])
  })
})
