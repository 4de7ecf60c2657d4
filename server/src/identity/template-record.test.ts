import { type PalmSample, protectSample, ROTATION_KEY_BYTES, rotationOf } from '@paume/palm'
import { expect, it } from 'vitest'
import { createGalleryKeys } from './gallery-keys.ts'
import { decodeSample, decodeTemplates, encodeSample, encodeTemplates } from './template-record.ts'
import { createTemplateRenewal } from './template-renewal.ts'

const bytes = (length: number, step: number) => Int8Array.from({ length }, (_, i) => ((i * step) % 81) - 40)
const key = (fill: number) => Buffer.alloc(ROTATION_KEY_BYTES, fill)
const visible = {
  embedding: bytes(256, 7),
  code: new Uint8Array(512).fill(5),
  field: new Uint8Array(64).fill(6),
  quality: 0.5,
} as never as PalmSample
const withNir = {
  ...visible,
  nir: { modelName: 'palmnir1-0123abcd', embedding: bytes(128, 11) },
} as never as PalmSample

it.each([
  ['with near infrared', withNir],
  ['without', visible],
])('a frame of a registration %s comes back as it went in', (_, sample) => {
  const made = protectSample(sample, rotationOf(key(1), 1))
  expect(decodeSample(encodeSample(made))).toEqual(made)
  expect(decodeTemplates(encodeTemplates([made.template, made.template]))).toEqual([made.template, made.template])
})

it('a new tenant key takes near infrared along', () => {
  const keys = createGalleryKeys([1, 2].map((epoch) => ({ epoch, key: key(epoch) })))
  const renewal = createTemplateRenewal(keys)
  const old = protectSample(withNir, keys.rotation('org_A', 1))
  const fresh = protectSample(withNir, keys.rotation('org_A', 2))
  const renewed = renewal.sample(decodeSample(encodeSample(old)), { from: 'org_A', to: 'org_A' })
  expect(renewed.template.rotationEpoch).toBe(2)
  const off = (a: Int8Array, b: Int8Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i])))
  expect(off(renewed.template.nir!.vector, fresh.template.nir!.vector)).toBeLessThanOrEqual(2)
  expect(off(renewed.probe.nir!.vector, fresh.probe.nir!.vector)).toBeLessThanOrEqual(2)
  expect(renewed.template.nir!.modelName).toBe('palmnir1-0123abcd')
})
