import { describe, expect, test } from 'vitest'
import { seeded } from './bootstrap.ts'
import { fitLogistic } from './logistic.ts'

const random = seeded(7)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

describe('logistic fit', () => {
  test('finds the likelihood ratio of two normal classes, whatever their numbers', () => {
    const draw = (count: number, genuine: boolean, mean: readonly number[]) =>
      Array.from({ length: count }, () => ({ features: mean.map((m) => m + normal()), genuine }))
    const { offset, weights } = fitLogistic([...draw(4_000, true, [1, 3]), ...draw(12_000, false, [0, 1])])
    // ln N(x; 1)/N(x; 0) = x − ½, ln N(y; 3)/N(y; 1) = 2y − 4
    expect(weights[0]).toBeCloseTo(1, 0)
    expect(Math.abs(weights[0] - 1)).toBeLessThan(0.12)
    expect(Math.abs(weights[1] - 2)).toBeLessThan(0.2)
    expect(Math.abs(offset + 4.5)).toBeLessThan(0.4)
  })

  test('stays finite where the classes never overlap', () => {
    const pairs = [0, 0.1, 0.2, 0.8, 0.9, 1].map((value) => ({ features: [value], genuine: value > 0.5 }))
    const { offset, weights } = fitLogistic(pairs)
    expect(weights[0]).toBeGreaterThan(5)
    expect(Number.isFinite(weights[0])).toBe(true)
    expect(offset + weights[0] * 0.5).toBeCloseTo(0, 3)
  })

  test('gives no weight to a similarity that only repeats another with noise of the wrong sign', () => {
    const pairs = Array.from({ length: 4_000 }, (_, i) => {
      const genuine = i % 2 === 0
      const value = (genuine ? 1 : 0) + normal()
      return { features: [value, 0.3 * value - 0.2 * (genuine ? 1 : 0) + 0.1 * normal()], genuine }
    })
    const { weights } = fitLogistic(pairs)
    expect(weights[1]).toBe(0)
    expect(Math.abs(weights[0] - 1)).toBeLessThan(0.15)
  })

  test('refuses one kind alone and what is no number', () => {
    expect(() => fitLogistic([{ features: [1], genuine: true }])).toThrow(RangeError)
    const pairs = [true, false].map((genuine) => ({ features: [Number.NaN], genuine }))
    expect(() => fitLogistic(pairs)).toThrow(RangeError)
  })
})
