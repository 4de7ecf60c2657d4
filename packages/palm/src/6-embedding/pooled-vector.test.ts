import { describe, expect, test } from 'vitest'
import { cosineOf, EMBEDDING_DIMS } from './embedding.ts'
import { flatRegion, lineTexture } from './line-texture.test-data.ts'
import { pooledVector, pooledVectorOf } from './pooled-vector.ts'
import { quantised } from './quantised.ts'

describe('pooled vector', () => {
  test('has 256 places and uses int8 well', () => {
    const vector = pooledVectorOf(lineTexture(1))
    expect(vector).toHaveLength(EMBEDDING_DIMS)
    expect(Math.max(...vector.map(Math.abs))).toBeGreaterThan(40)
    expect(vector.filter((value) => Math.abs(value) === 127).length).toBeLessThan(3)
  })

  test('a little moved, it is closer to itself than to any of 20 strangers', () => {
    const own = pooledVectorOf(lineTexture(1))
    const again = pooledVectorOf(lineTexture(1, { rightPx: 3, downPx: -2, turnDeg: 3 }))
    const strangers = Array.from({ length: 20 }, (_, i) => cosineOf(own, pooledVectorOf(lineTexture(50 + i))))
    expect(cosineOf(own, again)).toBeGreaterThan(Math.max(...strangers))
  })

  test('a flat region gives the zero vector, which is similar to nothing', () => {
    const vector = pooledVectorOf(flatRegion())
    expect(vector.every((value) => value === 0)).toBe(true)
    expect(cosineOf(vector, vector)).toBe(0)
  })

  test('answers a batch in its order', async () => {
    const regions = [lineTexture(1), lineTexture(2)]
    expect(await pooledVector.embed(regions)).toEqual(regions.map(pooledVectorOf))
  })

  test('rounding to int8 turns a vector by less than a hundredth', () => {
    const values = Float32Array.from({ length: EMBEDDING_DIMS }, (_, i) => Math.sin(i * i))
    const scaled = quantised(values)
    let dot = 0
    let a = 0
    let b = 0
    values.forEach((value, i) => {
      dot += value * scaled[i]
      a += value * value
      b += scaled[i] ** 2
    })
    expect(dot / Math.sqrt(a * b)).toBeGreaterThan(0.9999)
  })
})
