import { describe, expect, test } from 'vitest'
import { cosineOf } from '../6-embedding/embedding.ts'
import { probe, sampleOf } from './gallery.test-data.ts'
import { meanVector, searchFrames } from './search-frames.ts'

const vectorOf = (seed: number, rightPx = 0) => sampleOf(seed, rightPx).embedding as Int8Array

describe('what a burst is searched with', () => {
  test('of one frame, its own vector to the bit', () => {
    const [frame] = searchFrames([probe(3)], null)
    expect(meanVector([frame])).toBe(frame.vector)
  })

  test('of several, the direction between them, nearer to each than they are to one another', () => {
    const [first, second] = [vectorOf(5, -3), vectorOf(5, 3)]
    const mean = meanVector([
      { vector: first, weight: 0.5 },
      { vector: second, weight: 0.5 },
    ])
    const apart = cosineOf(first, second)
    expect(apart).toBeLessThan(0.99)
    for (const vector of [first, second]) expect(cosineOf(mean, vector)).toBeGreaterThan(apart)
    expect(Math.hypot(...mean)).toBeGreaterThan(390)
    expect(Math.hypot(...mean)).toBeLessThan(410)
  })

  test('lies nearer to the frame that counts for more, however long its vector is', () => {
    const short = vectorOf(6).map((value) => Math.round(value / 4))
    const mean = meanVector([
      { vector: vectorOf(5), weight: 0.2 },
      { vector: short, weight: 0.8 },
    ])
    expect(cosineOf(mean, short)).toBeGreaterThan(cosineOf(mean, vectorOf(5)) + 0.2)
  })

  test('is not moved by a frame that says nothing, and nothing when all say nothing', () => {
    const nothing = { vector: new Int8Array(256), weight: 0.5 }
    expect(cosineOf(meanVector([{ vector: vectorOf(7), weight: 0.5 }, nothing]), vectorOf(7))).toBeCloseTo(1, 3)
    expect(meanVector([nothing, nothing]).every((value) => value === 0)).toBe(true)
  })
})
