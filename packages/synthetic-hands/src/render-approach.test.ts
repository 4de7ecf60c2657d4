import { describe, expect, it } from 'vitest'
import { approachSequence } from './approach.ts'
import { renderApproach } from './render-approach.ts'

const REQUEST = { person: 5, view: 1, hand: 'L', difficulty: 0.1, widthPx: 160, heightPx: 90 } as const

describe('approachSequence', () => {
  const moments = approachSequence(REQUEST)

  it('goes through away, coming, holding and leaving, in this order and evenly spaced', () => {
    const phases = moments.map(({ phase }) => phase)
    expect([...new Set(phases)]).toEqual(['away', 'coming', 'holding', 'leaving'])
    expect(phases).toEqual(phases.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)))
    expect(moments.map(({ atMs }) => atMs)).toEqual(moments.map((_, index) => index * 100))
    expect(moments.every(({ phase, pose }) => (phase === 'away') === (pose === null))).toBe(true)
  })

  it('moves fast when coming and hardly when held', () => {
    const smear = (phase: string) =>
      Math.max(...moments.filter((moment) => moment.phase === phase).map((moment) => moment.motionBlurPx))
    expect(smear('holding')).toBeLessThan(smear('coming'))
  })

  it('takes the durations asked', () => {
    const short = approachSequence({ ...REQUEST, awayMs: 0, comingMs: 200, holdingMs: 300, leavingMs: 100 })
    expect(short.map(({ phase }) => phase)).toEqual([
      ...Array(2).fill('coming'),
      ...Array(3).fill('holding'),
      'leaving',
    ])
    expect(() => approachSequence({ ...REQUEST, intervalMs: 0 })).toThrow(RangeError)
  })
})

const ORDER = ['away', 'coming', 'holding', 'leaving']

describe('renderApproach', () => {
  it('draws one picture a moment, the empty place first, then the hand', () => {
    const request = { ...REQUEST, awayMs: 200, comingMs: 300, holdingMs: 200, leavingMs: 100 }
    const pictures = [...renderApproach(request)]
    expect(pictures).toHaveLength(approachSequence(request).length)
    const meanDifference = (a: number, b: number) =>
      pictures[a].data.reduce((sum, value, at) => sum + Math.abs(value - pictures[b].data[at]), 0) /
      pictures[a].data.length
    // Two empty pictures differ by the sensor's noise only.
    expect(meanDifference(0, 1)).toBeGreaterThan(0)
    expect(meanDifference(0, 1)).toBeLessThan(4)
    expect(meanDifference(0, 6)).toBeGreaterThan(4 * meanDifference(0, 1))
  })
})
