import { describe, expect, test } from 'vitest'
import type { Coder, OrientationCode, OrientationField, PreparedProbe } from '../6-embedding/embedding.ts'
import { fusedBy, fusionOf, SimilarityBroken } from './fusion.ts'
import {
  RESCORED_FULLY,
  type RescoringFrame,
  rescore,
  type StoredTemplate,
  TEMPLATES_COMPARED,
  weightsOf,
} from './rescore.ts'

/** A coder whose similarity is 1 less the distance of two bytes, and that counts its work. */
function countingCoder() {
  const work = { prepared: 0, compared: 0 }
  const coder: Coder = {
    name: 'bytes',
    codeBytes: 1,
    fieldBytes: 1,
    code: () => Uint8Array.of(0) as OrientationCode,
    field: () => Uint8Array.of(0) as OrientationField,
    prepare(field) {
      work.prepared++
      return field as unknown as PreparedProbe
    },
    compare(probe, enrolled) {
      work.compared++
      return 1 - Math.abs((probe as unknown as Uint8Array)[0] - enrolled[0]) / 255
    },
  }
  return { coder, work }
}
/** A vector at an angle, degrees, and a code. */
const template = (deg: number, code: number): StoredTemplate => ({
  vector: Int8Array.of(
    Math.round(100 * Math.cos((deg * Math.PI) / 180)),
    Math.round(100 * Math.sin((deg * Math.PI) / 180)),
  ),
  code: Uint8Array.of(code) as OrientationCode,
})
const frame = (code: number, weight: number): RescoringFrame => ({
  vector: template(0, 0).vector,
  field: Uint8Array.of(code) as OrientationField,
  weight,
})
const fuse = fusedBy({ offset: -1, code: 2, cosine: 0.5, fittedTo: 'made up' })
type Palm = { name: string; templates: StoredTemplate[] }
const templatesOf = ({ templates }: Palm) => templates

describe('rescoring', () => {
  test('takes the best template of each frame, then the weighted mean', () => {
    const { coder } = countingCoder()
    const palm = { name: 'a', templates: [template(0, 100), template(90, 200)] }
    const [found] = rescore([frame(100, 0.75), frame(200, 0.25)], [palm], templatesOf, { coder, fuse })
    // 100 against 100 at a cosine of 1; 200 is nearer to 100 by both experts than to 200 at a right angle by one
    const second = Math.max(-1 + 2 * (1 - 100 / 255) + 0.5, -1 + 2)
    expect(found.similarity).toBeCloseTo(0.75 * 1.5 + 0.25 * second, 9)
  })

  test('compares everybody once and only the most alike with all frames', () => {
    const { coder, work } = countingCoder()
    const palms = Array.from({ length: 50 }, (_, i) => ({
      name: String(i),
      templates: [0, 10, 20, 30, 40].map((deg) => template(deg, i)),
    }))
    const frames = [frame(7, 0.4), frame(8, 0.3), frame(7, 0.3)]
    const found = rescore(frames, palms, templatesOf, { coder, fuse })
    expect(found).toHaveLength(RESCORED_FULLY)
    expect(found[0].palm.name).toBe('7')
    expect(found.map(({ similarity }) => similarity)).toEqual(
      found.map(({ similarity }) => similarity).sort((a, b) => b - a),
    )
    expect(work).toEqual({ prepared: 3, compared: 50 + RESCORED_FULLY * 3 * TEMPLATES_COMPARED })
  })

  test('of two exactly alike names both, and of nobody nobody', () => {
    const { coder } = countingCoder()
    const twins = ['a', 'b'].map((name) => ({ name, templates: [template(0, 9)] }))
    const found = rescore([frame(9, 1)], twins, templatesOf, { coder, fuse })
    expect(found.map(({ similarity }) => similarity)).toEqual([1.5, 1.5])
    expect(rescore([frame(9, 1)], [], templatesOf, { coder, fuse })).toEqual([])
    expect(() => rescore([], twins, templatesOf, { coder, fuse })).toThrow(RangeError)
  })
})

describe('fusion', () => {
  test('refuses what no expert can have said', () => {
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY, 2]) {
      expect(() => fuse({ code: broken, cosine: 0 })).toThrow(SimilarityBroken)
      expect(() => fuse({ code: 0.5, cosine: broken })).toThrow(SimilarityBroken)
    }
  })

  test('has no weights for a model that nobody fitted', () => {
    expect(() => fusionOf('nobody-1+line3x32-1')).toThrow(RangeError)
  })
})

describe('weights of frames', () => {
  test('follow quality, add up to one, and let none speak alone', () => {
    expect(weightsOf([0.8, 0.8])).toEqual([0.5, 0.5])
    expect(weightsOf([0, 0, 0])).toEqual([1 / 3, 1 / 3, 1 / 3])
    const [good, bad] = weightsOf([1, 0])
    expect([good, bad]).toEqual([0.75, 0.25])
    expect(() => weightsOf([0.5, Number.NaN])).toThrow(RangeError)
  })
})
