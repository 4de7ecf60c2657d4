import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cosineOf, EMBEDDING_DIMS, type Embedding, type OrientationCode } from '../6-embedding/embedding.ts'
import { draws, lineTexture } from '../6-embedding/line-texture.test-data.ts'
import { pooledVectorOf } from '../6-embedding/pooled-vector.ts'
import { quantised } from '../6-embedding/quantised.ts'
import { protect } from './protect.ts'
import { rotationOf } from './rotation.ts'
import type { ProtectedEmbedding, ProtectedTemplate } from './template.ts'
import { TEMPLATE_LIMIT_BYTES, TemplateUnreadable, templateFromBytes, templateToBytes } from './template-bytes.ts'

const key = (fill: number) => new Uint8Array(32).fill(fill)
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0)
const vectors = fc
  .array(fc.integer({ min: -127, max: 127 }), { minLength: EMBEDDING_DIMS, maxLength: EMBEDDING_DIMS })
  .map((values) => Int8Array.from(values))

/** A vector as networks make them: no entry stands out. The same for the same seed. */
function bellShaped(seed: number): Float32Array {
  const chance = draws(seed)
  return Float32Array.from({ length: EMBEDDING_DIMS }, () => chance() + chance() + chance() + chance() - 2)
}

describe('rotation', () => {
  test('is orthogonal: lengths and angles stay', () => {
    const rotation = rotationOf(key(1), 3)
    fc.assert(
      fc.property(vectors, vectors, (a, b) => {
        expect(dot(rotation.apply(a), rotation.apply(b))).toBeCloseTo(dot(a, b), -1)
      }),
      { numRuns: 50 },
    )
    const axes = [0, 1, 100, 255].map((axis) => {
      const unit = new Int8Array(EMBEDDING_DIMS)
      unit[axis] = 127
      return rotation.apply(unit)
    })
    axes.forEach((a, i) => {
      axes.forEach((b, j) => {
        expect(dot(a, b) / 127 ** 2).toBeCloseTo(i === j ? 1 : 0, 4)
      })
    })
  })

  test('costs no accuracy: cosines after rounding to int8 differ by less than 0.005', () => {
    const rotation = rotationOf(key(7), 0)
    const regions = Array.from({ length: 12 }, (_, seed) => pooledVectorOf(lineTexture(seed)))
    const rotated = regions.map((vector) => protect(vector, rotation))
    regions.forEach((a, i) => {
      regions.forEach((b, j) => {
        expect(Math.abs(cosineOf(rotated[i], rotated[j]) - cosineOf(a, b))).toBeLessThan(0.005)
      })
    })
  })

  test('changes no similarity of any two vectors by more than rounding does: 0.005', () => {
    // Of 20,000 pairs of made-up vectors the worst differed by 0.0036, the root mean square was 0.0007.
    const epochs = fc.integer({ min: 0, max: 0xffffffff })
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), epochs, (seed, share, epoch) => {
        // From strangers to the same palm: cosines lie everywhere between.
        const [own, other] = [bellShaped(seed), bellShaped(~seed)]
        const a = quantised(own) as Embedding
        const b = quantised(own.map((value, i) => share * value + (1 - share) * other[i])) as Embedding
        const rotation = rotationOf(key(3), epoch)
        const after = cosineOf(protect(a, rotation), protect(b, rotation))
        expect(Math.abs(after - cosineOf(a, b))).toBeLessThan(0.005)
      }),
      { numRuns: 300 },
    )
  })

  test('spreads every input over every output', () => {
    const one = new Int8Array(EMBEDDING_DIMS)
    one[17] = 127
    const out = rotationOf(key(2), 0).apply(one)
    expect(Math.max(...out.map(Math.abs))).toBeLessThan(127 / 2)
    expect(out.filter((value) => Math.abs(value) < 1e-6).length).toBeLessThan(EMBEDDING_DIMS / 4)
  })

  test('can be revoked: the same palm under another epoch or key is a stranger', () => {
    const vector = pooledVectorOf(lineTexture(5))
    const before = protect(vector, rotationOf(key(1), 1))
    expect(cosineOf(before, protect(vector, rotationOf(key(1), 1)))).toBeCloseTo(1, 10)
    for (const other of [rotationOf(key(1), 2), rotationOf(key(2), 1)]) {
      expect(Math.abs(cosineOf(before, protect(vector, other)))).toBeLessThan(0.3)
    }
  })

  test('refuses keys of another length and epochs that are none', () => {
    expect(() => rotationOf(new Uint8Array(16), 0)).toThrow(RangeError)
    expect(() => rotationOf(key(1), -1)).toThrow(RangeError)
    expect(() => rotationOf(key(1), 0.5)).toThrow(RangeError)
    expect(() => rotationOf(key(1), 0).apply(new Int8Array(10))).toThrow(RangeError)
  })

  test('works the same tomorrow: the first figures under a known key', () => {
    const ramp = Int8Array.from({ length: EMBEDDING_DIMS }, (_, i) => (i % 64) - 32) as Embedding
    expect(Array.from(protect(ramp, rotationOf(key(9), 4)).slice(0, 8))).toMatchInlineSnapshot(`
      [
        5,
        10,
        12,
        -36,
        7,
        48,
        14,
        -11,
      ]
    `)
  })
})

describe('template record', () => {
  const template: ProtectedTemplate = {
    embedding: Int8Array.from({ length: EMBEDDING_DIMS }, (_, i) =>
      Math.max(-127, i - 128),
    ) as Int8Array as ProtectedEmbedding,
    code: Uint8Array.from({ length: 512 }, (_, i) => i & 255) as Uint8Array as OrientationCode,
    modelVersion: 'pool11-1+line3x32-1',
    rotationEpoch: 0xfffffffe,
  }

  test('comes back as it was, also from the middle of a larger buffer', () => {
    const bytes = templateToBytes(template)
    expect(bytes.length).toBeLessThan(TEMPLATE_LIMIT_BYTES)
    const larger = new Uint8Array(bytes.length + 10)
    larger.set(bytes, 5)
    expect(templateFromBytes(bytes)).toEqual(template)
    expect(templateFromBytes(larger.subarray(5, 5 + bytes.length))).toEqual(template)
  })

  test('cut short anywhere, or with a byte too many, is unreadable', () => {
    const bytes = templateToBytes(template)
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => templateFromBytes(bytes.subarray(0, length))).toThrow(TemplateUnreadable)
    }
    expect(() => templateFromBytes(new Uint8Array([...bytes, 0]))).toThrow(TemplateUnreadable)
    expect(() => templateFromBytes(new Uint8Array(TEMPLATE_LIMIT_BYTES + 1))).toThrow(TemplateUnreadable)
  })

  test('with a number that no rounding makes is unreadable', () => {
    const bytes = templateToBytes(template)
    bytes[8 + template.modelVersion.length + 100] = 0x80
    expect(() => templateFromBytes(bytes)).toThrow(TemplateUnreadable)
  })

  test('any bytes at all either are a template or are refused as unreadable', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 900 }), (noise) => {
        const bytes = new Uint8Array([0x50, 0x54, 1, ...noise])
        try {
          expect(templateToBytes(templateFromBytes(bytes))).toEqual(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateUnreadable)
        }
      }),
    )
  })

  test('refuses to write what it could not read', () => {
    expect(() => templateToBytes({ ...template, modelVersion: '' })).toThrow(RangeError)
    expect(() => templateToBytes({ ...template, code: new Uint8Array(4096) as OrientationCode })).toThrow(RangeError)
  })
})
