import { describe, expect, test } from 'vitest'
import { cosineOf, type Embedding, type OrientationCode, type OrientationField } from '../6-embedding/embedding.ts'
import { lineTexture } from '../6-embedding/line-texture.test-data.ts'
import { pooledVectorOf } from '../6-embedding/pooled-vector.ts'
import { protect } from './protect.ts'
import { rerotateProbe, rerotateTemplate } from './rerotate.ts'
import { rotationOf } from './rotation.ts'
import type { ProtectedTemplate } from './template.ts'

const rotation = (epoch: number) => rotationOf(new Uint8Array(32).fill(epoch + 7), epoch)
const templateOf = (vector: Embedding, epoch: number): ProtectedTemplate => ({
  embedding: protect(vector, rotation(epoch)),
  code: Uint8Array.of(1, 2, 3) as Uint8Array as OrientationCode,
  modelVersion: 'm',
  rotationEpoch: epoch,
})
const vectors = Array.from({ length: 10 }, (_, seed) => pooledVectorOf(lineTexture(seed)))

describe('turning templates to another key', () => {
  test('undo turns back what apply turned', () => {
    for (const vector of vectors) {
      const back = rotation(3).undo(rotation(3).apply(vector))
      expect(Int8Array.from(back, Math.round)).toEqual(Int8Array.from(vector))
    }
  })

  test('fits new pictures as if it had been made under the new key: cosines differ by less than 0.005', () => {
    const turned = vectors.map((vector) => rerotateTemplate(templateOf(vector, 1), rotation(1), rotation(2)))
    vectors.forEach((probe, i) => {
      turned.forEach(({ embedding }, j) => {
        const direct = cosineOf(protect(probe, rotation(2)), protect(vectors[j], rotation(2)))
        expect(Math.abs(cosineOf(protect(probe, rotation(2)), embedding) - direct)).toBeLessThan(0.005)
      })
      expect(cosineOf(protect(probe, rotation(2)), turned[i].embedding)).toBeGreaterThan(0.995)
    })
  })

  test('costs less than 0.01 of cosine after ten keys', () => {
    vectors.forEach((vector) => {
      let template = templateOf(vector, 0)
      for (let epoch = 0; epoch < 10; epoch++)
        template = rerotateTemplate(template, rotation(epoch), rotation(epoch + 1))
      expect(cosineOf(template.embedding, protect(vector, rotation(10)))).toBeGreaterThan(0.99)
    })
  })

  test('says which epoch it is of now, and keeps everything else', () => {
    const template = templateOf(vectors[0], 1)
    const turned = rerotateTemplate(template, rotation(1), rotation(2))
    expect(turned).toMatchObject({ rotationEpoch: 2, modelVersion: 'm', code: template.code })
    expect(cosineOf(turned.embedding, template.embedding)).toBeLessThan(0.3)
    const probe = {
      embedding: template.embedding,
      field: template.code as Uint8Array as OrientationField,
      modelVersion: 'm',
      rotationEpoch: 1,
    }
    const probed = rerotateProbe(probe, rotation(1), rotation(2))
    expect(probed.embedding).toEqual(turned.embedding)
    expect(probed.rotationEpoch).toBe(2)
  })

  test('refuses what was made under another epoch', () => {
    const template = templateOf(vectors[0], 1)
    expect(() => rerotateTemplate(template, rotation(2), rotation(3))).toThrow(RangeError)
  })
})
