import { describe, expect, test } from 'vitest'
import { seeded } from './bootstrap.ts'
import { fitFusion, VECTOR_SHARES } from './fusion-fit.ts'

const random = seeded(11)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
/** Pairs whose experts lie this many standard deviations apart between one palm and two. */
function opinions(codeApart: number, vectorApart: number) {
  return Array.from({ length: 12_000 }, (_, i) => {
    const genuine = i % 6 === 0
    const far = genuine ? 1 : 0
    return { genuine, code: 0.6 + 0.02 * (normal() + codeApart * far), cosine: 0.2 * (normal() + vectorApart * far) }
  })
}

describe('fit of the fusion', () => {
  test('keeps the whole of a vector that helps on real palms as on drawn ones', () => {
    const fitted = fitFusion(opinions(4, 3), [opinions(4, 3), opinions(3, 3)])
    expect(fitted.vectorShare).toBe(1)
    expect(fitted.cosine).toBeGreaterThan(0)
    expect(fitted.code / fitted.cosine).toBeCloseTo(4 / 0.02 / (3 / 0.2), -1)
  })

  test('keeps little or nothing of one that is at home among drawn palms only', () => {
    const drawn = opinions(1, 5)
    const fitted = fitFusion(drawn, [opinions(5, 0)])
    expect(fitted.vectorShare).toBeLessThanOrEqual(0.1)
    expect(VECTOR_SHARES).toContain(fitted.vectorShare)
    expect(fitted.code).toBeGreaterThan(0)
  })

  test('one real set that loses is enough', () => {
    const { vectorShare } = fitFusion(opinions(1, 5), [opinions(3, 3), opinions(5, 0)])
    expect(vectorShare).toBeLessThanOrEqual(0.1)
  })
})
