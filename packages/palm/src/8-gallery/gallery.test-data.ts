import { onTestFinished } from 'vitest'
import { EMBEDDING_DIMS, type OrientationCode } from '../6-embedding/embedding.ts'
import { lineCoder } from '../6-embedding/line-coder.ts'
import { draws, lineTexture } from '../6-embedding/line-texture.test-data.ts'
import { pooledVectorOf } from '../6-embedding/pooled-vector.ts'
import { MODEL, modelVersionOf, protectProbe, protectTemplate } from '../7-protection/protect.ts'
import { rotationOf } from '../7-protection/rotation.ts'
import type { ProtectedEmbedding, ProtectedTemplate } from '../7-protection/template.ts'
import type { EnrolledPalm, Gallery } from './gallery.ts'
import type { GalleryOptions } from './gallery-options.ts'
import { openGallery } from './open-gallery.ts'

export const EPOCH = 1
export const rotation = rotationOf(new Uint8Array(32).fill(5), EPOCH)

/** An empty gallery that is closed when the test that asks for it ends. */
export function open(options: Partial<GalleryOptions> = {}): Gallery {
  const gallery = openGallery({ rotationEpoch: EPOCH, ...options })
  onTestFinished(() => gallery.close())
  return gallery
}

export function sampleOf(seed: number, rightPx = 0) {
  const region = lineTexture(seed, { rightPx })
  return { embedding: pooledVectorOf(region), code: lineCoder.code(region), field: lineCoder.field(region) }
}
export const palm = (seed: number, id = String(seed)): EnrolledPalm => ({
  palmId: `palm ${id}`,
  shopperId: `shopper ${id}`,
  hand: 'R',
  templates: [0, 2].map((rightPx) => protectTemplate(sampleOf(seed, rightPx), rotation)),
})
export const probe = (seed: number) => protectProbe(sampleOf(seed, 3), rotation)

/** Templates of chance bytes, quick to make in thousands. */
export function chancePalm(n: number, templates: number): EnrolledPalm {
  const draw = draws(n)
  const byte = () => Math.max(-127, Math.floor(256 * draw()) - 128)
  const template = (): ProtectedTemplate => ({
    embedding: Int8Array.from({ length: EMBEDDING_DIMS }, byte) as Int8Array as ProtectedEmbedding,
    code: new Uint8Array(lineCoder.codeBytes) as OrientationCode,
    modelVersion: modelVersionOf(MODEL),
    rotationEpoch: EPOCH,
  })
  return { palmId: `p${n}`, shopperId: `s${n}`, hand: 'L', templates: Array.from({ length: templates }, template) }
}
