import type { Embedding } from '@paume/palm'
import { describe, expect, test } from 'vitest'
import { seeded } from './bootstrap.ts'
import { globalLinkability, type LinkagePicture, linkageOf, linkagePairs, vectorLinkage } from './linkage.ts'
import { split } from './metrics.ts'

const DIMS = 256

/** Three pictures of each palm: what all palms share, the palm's own, and a little noise. */
function madeUpPictures(palms: number): LinkagePicture[] {
  const draw = seeded(7)
  const vector = (spread: number) => Array.from({ length: DIMS }, () => (draw() + draw() + draw() - 1.5) * spread)
  const common = vector(10)
  return Array.from({ length: palms }, (_, palm) => {
    const own = vector(40)
    return Array.from({ length: 3 }, () => {
      const noise = vector(15)
      const embedding = Int8Array.from(own, (value, i) => Math.round(common[i] + value + noise[i]))
      return { palm: `palm ${palm}`, embedding: embedding as Int8Array as Embedding }
    })
  }).flat()
}

describe('linking templates of two tenants', () => {
  const measured = vectorLinkage(madeUpPictures(90), 6)

  test('is easy under one key, guessing under two', () => {
    expect(measured.withinTenant.eer).toBeLessThan(0.01)
    expect(measured.withinTenant.dSys).toBeGreaterThan(0.95)
    expect(measured.acrossTenants.eer).toBeGreaterThan(0.45)
    expect(measured.acrossTenants.worstEer).toBeGreaterThan(0.4)
    expect(measured.acrossTenants.dSys).toBeLessThan(0.2)
    expect(measured.pairs.mated).toBe(90 * 3 * 2)
  })

  test('is easy again for whoever knows enough palms in both places: a rotation hides no angle', () => {
    const eers = measured.withKnownPalms.map(({ knownPalms, eer }) => [knownPalms, eer])
    expect(eers.map(([known]) => known)).toEqual([8, 32, 64])
    expect(eers[2][1]).toBeLessThan(eers[0][1])
    expect(eers[2][1]).toBeLessThan(0.1)
  })
})

test('linkability is 0 for one distribution and 1 for two that do not meet', () => {
  const draw = seeded(1)
  const same = () => Array.from({ length: 20_000 }, draw)
  expect(globalLinkability(split(same(), same()))).toBeLessThan(0.03)
  const apart = Array.from({ length: 100 }, (_, i) => 5 + i / 100)
  expect(globalLinkability(split(apart, same()))).toBeCloseTo(1, 9)
  expect(globalLinkability(split([1, 1], [1, 1]))).toBe(0)
})

test('pairs are of one palm or two, never a picture with itself', () => {
  const pairs = linkagePairs(['x', 'x', 'y', 'z'], 100)
  expect(pairs.filter(({ mated }) => mated)).toEqual([
    { a: 0, b: 1, mated: true },
    { a: 1, b: 0, mated: true },
  ])
  expect(pairs).toHaveLength(12)
  expect(() => linkageOf([], () => 0)).toThrow(RangeError)
})
