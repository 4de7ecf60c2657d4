import { describe, expect, test } from 'vitest'
import { cosineOf, EMBEDDING_DIMS, type OrientationCode, type OrientationField } from '../6-embedding/embedding.ts'
import { lineCoder } from '../6-embedding/line-coder.ts'
import { draws } from '../6-embedding/line-texture.test-data.ts'
import { NIR_DIMS, type NirEmbedding, type NirSample } from '../6-embedding/nir-embedding.ts'
import { protectProbe, protectTemplate } from './protect.ts'
import { rerotateProbe, rerotateTemplate } from './rerotate.ts'
import { rotationOf } from './rotation.ts'
import { TemplateUnreadable, templateFromBytes, templateToBytes } from './template-bytes.ts'

const key = (fill: number) => new Uint8Array(32).fill(fill)
const HEAD = 'palmnir1-0123abcd'

/** Bell-shaped entries, as a head makes them. The same for the same seed. */
function nirSample(seed: number, modelName = HEAD): NirSample {
  const chance = draws(seed)
  const entry = () => Math.round(45 * (chance() + chance() + chance() + chance() - 2))
  return { modelName, embedding: Int8Array.from({ length: NIR_DIMS }, entry) as NirEmbedding }
}

const visible = {
  embedding: Int8Array.from({ length: EMBEDDING_DIMS }, (_, i) => (i % 51) - 25) as never,
  code: new Uint8Array(lineCoder.codeBytes).fill(9) as OrientationCode,
  field: new Uint8Array(lineCoder.fieldBytes).fill(3) as OrientationField,
}
const model = 'palmnet1-0123abcd+line3x32-1'
const rotation = rotationOf(key(4), 2)
const withNir = (seed: number) => protectTemplate({ ...visible, nir: nirSample(seed) }, rotation, model)

describe('the near-infrared part of a template', () => {
  test('is turned by a key of its own: angles stay, the turn of visible light does not tell it', () => {
    const [one, other] = [1, 2].map((seed) => nirSample(seed))
    const turned = [one, other].map(({ embedding }) => rotation.nir.apply(embedding))
    const before = cosineOf(one.embedding, other.embedding)
    expect(cosineOf(Int8Array.from(turned[0]), Int8Array.from(turned[1]))).toBeCloseTo(before, 1)
    const back = rotation.nir.undo(turned[0])
    expect(Math.max(...back.map((value, i) => Math.abs(value - one.embedding[i])))).toBeLessThan(1e-3)
    // 128 entries padded to 256 and turned by the other key come out unrelated
    const padded = Int8Array.from({ length: EMBEDDING_DIMS }, (_, i) => one.embedding[i] ?? 0)
    const asVisible = rotation.apply(padded).subarray(0, NIR_DIMS)
    expect(Math.abs(cosineOf(Int8Array.from(asVisible), Int8Array.from(turned[0])))).toBeLessThan(0.4)
  })

  test('another tenant or epoch makes another vector', () => {
    const sample = { ...visible, nir: nirSample(1) }
    const here = protectTemplate(sample, rotation, model)
    for (const elsewhere of [rotationOf(key(5), 2), rotationOf(key(4), 3)]) {
      const there = protectTemplate(sample, elsewhere, model)
      expect(Math.abs(cosineOf(here.nir!.vector, there.nir!.vector))).toBeLessThan(0.4)
    }
  })

  test('goes along when a tenant turns to a new key, in templates and probes', () => {
    const next = rotationOf(key(6), 3)
    const template = rerotateTemplate(withNir(1), rotation, next)
    const probe = rerotateProbe(protectProbe({ ...visible, nir: nirSample(1) }, rotation, model), rotation, next)
    const fresh = protectTemplate({ ...visible, nir: nirSample(1) }, next, model)
    expect(cosineOf(template.nir!.vector, fresh.nir!.vector)).toBeGreaterThan(0.995)
    expect(probe.nir).toEqual(template.nir)
    expect(template.rotationEpoch).toBe(3)
  })

  test('is kept in 1 kB, code and all', () => {
    const bytes = templateToBytes(withNir(1))
    // what a sealed record of one template has besides: its layout, nonce and tag
    expect(bytes.length + 4 + 28).toBeLessThanOrEqual(1024)
    expect(templateFromBytes(bytes)).toEqual(withNir(1))
  })

  test('is left out where there is none: the record is what it was before near infrared', () => {
    const { nir: _none, rotationId: _id, ...oldest } = withNir(1)
    const bytes = templateToBytes(oldest)
    expect(bytes[2]).toBe(1)
    expect(Object.hasOwn(templateFromBytes(bytes), 'nir')).toBe(false)
    expect(Object.hasOwn(templateFromBytes(bytes), 'rotationId')).toBe(false)
    expect(templateToBytes(withNir(1)).subarray(3, bytes.length)).toEqual(bytes.subarray(3))
  })

  test('a record that is cut short, padded or says more than it holds is unreadable', () => {
    const bytes = templateToBytes(withNir(1))
    const { rotationId: _id, ...plain } = protectTemplate(visible, rotation, model)
    const plainLength = templateToBytes(plain).length
    const nameless = Uint8Array.from(bytes)
    nameless[plainLength] = 0
    const never = Uint8Array.from(bytes)
    never[bytes.length - 1 - rotation.id.length] = 0x80
    const noId = Uint8Array.from(bytes)
    noId[bytes.length - 1] = 0xff
    const noText = Uint8Array.from(bytes)
    noText[plainLength + 1] = 0xff
    const unknown = Uint8Array.from(bytes)
    unknown[2] = 5
    const broken = [
      bytes.subarray(0, plainLength),
      bytes.subarray(0, plainLength + 1),
      bytes.subarray(0, -1),
      Uint8Array.from([...bytes, 0]),
      nameless,
      never,
      noText,
      noId,
      unknown,
    ]
    for (const record of broken) expect(() => templateFromBytes(record)).toThrow(TemplateUnreadable)
  })

  test('a vector or a name that cannot be is not written', () => {
    const short = { modelName: HEAD, vector: new Int8Array(NIR_DIMS - 1) as never }
    expect(() => templateToBytes({ ...withNir(1), nir: short })).toThrow(RangeError)
    expect(() => templateToBytes({ ...withNir(1), nir: { ...withNir(1).nir!, modelName: '' } })).toThrow(RangeError)
  })
})
