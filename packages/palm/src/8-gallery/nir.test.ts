import { describe, expect, test } from 'vitest'
import { NIR_DIMS, type NirEmbedding } from '../6-embedding/nir-embedding.ts'
import { protectProbe, protectTemplate } from '../7-protection/protect.ts'
import { open, rotation, sampleOf } from './gallery.test-data.ts'
import { type Gallery, TemplateMismatch } from './gallery.ts'
import type { GalleryOptions } from './gallery-options.ts'
import { NirCosineBroken, nirEvidence, nirWeightsOf } from './nir-fusion.ts'

const HEAD = 'palmnir1-made-up'
const WEIGHTS = { offset: -2, cosine: 8, most: 5, fittedTo: 'made up' }
const NIR: GalleryOptions['nir'] = { name: HEAD, weights: WEIGHTS }

/** Veins: the same number, the same hand. */
const veins = (seed: number, modelName = HEAD) => ({
  modelName,
  embedding: Int8Array.from({ length: NIR_DIMS }, (_, i) =>
    Math.round(40 * Math.sin(seed * 12.9898 + i * (78.233 + seed))),
  ) as NirEmbedding,
})
const sample = (seed: number, rightPx: number, nir?: ReturnType<typeof veins>) => ({
  ...sampleOf(seed, rightPx),
  ...(nir ? { nir } : {}),
})
const enrolled = (seed: number, nir?: ReturnType<typeof veins>) => ({
  palmId: `palm ${seed}`,
  shopperId: `shopper ${seed}`,
  hand: 'R' as const,
  templates: [0, 2].map((rightPx) => protectTemplate(sample(seed, rightPx, nir), rotation)),
})
const shown = (seed: number, nir?: ReturnType<typeof veins>) => protectProbe(sample(seed, 3, nir), rotation)
const similarityOf = async (gallery: Gallery, probe: ReturnType<typeof shown>) => {
  const [best] = await gallery.search([probe])
  return best.similarity
}

describe('a gallery with near infrared', () => {
  test('adds what the veins say: up for the same hand, down for another', async () => {
    const gallery = open({ nir: NIR })
    for (const seed of [1, 2, 3]) gallery.put(enrolled(seed, veins(seed)))
    const alone = await similarityOf(gallery, shown(2))
    expect((await similarityOf(gallery, shown(2, veins(2)))) - alone).toBeCloseTo(WEIGHTS.most, 6)
    expect(await similarityOf(gallery, shown(2, veins(3)))).toBeLessThan(alone)
  })

  test('where either side lacks it, the number is the same to the last bit', async () => {
    const without = open()
    without.put(enrolled(1))
    const before = await similarityOf(without, shown(1))
    const withNir = open({ nir: NIR })
    withNir.put(enrolled(1, veins(1)))
    expect(await similarityOf(withNir, shown(1))).toBe(before)
    const unenrolled = open({ nir: NIR })
    unenrolled.put(enrolled(1))
    // somebody else's veins are there, so that the memory for them is, too
    unenrolled.put(enrolled(2, veins(2)))
    expect(await similarityOf(unenrolled, shown(1, veins(1)))).toBe(before)
    const noHead = open()
    noHead.put(enrolled(1, veins(1)))
    expect(await similarityOf(noHead, shown(1, veins(1)))).toBe(before)
  })

  test('vectors of two heads are never compared', async () => {
    const gallery = open({ nir: NIR })
    gallery.put(enrolled(1, veins(1, 'palmnir1-earlier')))
    gallery.put(enrolled(2, veins(2)))
    const alone = await similarityOf(gallery, shown(1))
    expect(await similarityOf(gallery, shown(1, veins(1)))).toBe(alone)
    const other = await similarityOf(gallery, shown(2))
    expect(await similarityOf(gallery, shown(2, veins(2, 'palmnir1-earlier')))).toBe(other)
  })

  test('of several templates the mean counts, of those that have it', async () => {
    const gallery = open({ nir: NIR })
    const { templates, ...palm } = enrolled(1, veins(1))
    gallery.put({ ...palm, templates: [templates[0], enrolled(1).templates[1]] })
    const alone = await similarityOf(gallery, shown(1))
    expect((await similarityOf(gallery, shown(1, veins(1)))) - alone).toBeCloseTo(WEIGHTS.most, 6)
    gallery.put({ ...palm, templates: [templates[0], enrolled(1, veins(3)).templates[1]] })
    expect((await similarityOf(gallery, shown(1, veins(1)))) - alone).toBeLessThan(4)
  })

  test('rows that move or grow take their veins along, and those of who left are gone', async () => {
    const gallery = open({ nir: NIR })
    for (let seed = 1; seed <= 8; seed++) gallery.put(enrolled(seed, seed % 2 === 0 ? veins(seed) : undefined))
    const before = await similarityOf(gallery, shown(8, veins(8)))
    for (const seed of [1, 2, 4]) gallery.removePalm(`palm ${seed}`)
    expect(await similarityOf(gallery, shown(8, veins(8)))).toBe(before)
    const alone = await similarityOf(gallery, shown(7))
    expect(await similarityOf(gallery, shown(7, veins(7)))).toBe(alone)
    // in the place of somebody who had veins, somebody without
    gallery.removePalm('palm 8')
    gallery.put(enrolled(9))
    const ninth = await similarityOf(gallery, shown(9))
    expect(await similarityOf(gallery, shown(9, veins(8)))).toBe(ninth)
  })

  test('among claimed people, too', async () => {
    const gallery = open({ nir: NIR })
    for (const seed of [1, 2]) gallery.put(enrolled(seed, veins(seed)))
    const [alone] = await gallery.searchAmong([shown(1)], ['shopper 1'])
    const [fused] = await gallery.searchAmong([shown(1, veins(1))], ['shopper 1'])
    expect(fused.similarity - alone.similarity).toBeCloseTo(WEIGHTS.most, 6)
  })

  test('a vector that is none does not get in', () => {
    const { templates, ...palm } = enrolled(1, veins(1))
    for (const vector of [new Int8Array(NIR_DIMS), new Int8Array(64).fill(3), new Int8Array(NIR_DIMS).fill(-128)]) {
      const broken = { ...templates[0], nir: { modelName: HEAD, vector: vector as never } }
      expect(() => open({ nir: NIR }).put({ ...palm, templates: [broken] })).toThrow(TemplateMismatch)
    }
  })
})

describe('what a near-infrared cosine says', () => {
  test('rises with the cosine and is bounded above', () => {
    expect(nirEvidence(-0.5, WEIGHTS)).toBe(-6)
    expect(nirEvidence(0.25, WEIGHTS)).toBe(0)
    expect(nirEvidence(1, WEIGHTS)).toBe(5)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5, -2])('%d is no cosine', (cosine) => {
    expect(() => nirEvidence(cosine, WEIGHTS)).toThrow(NirCosineBroken)
  })

  test('a head that was never fitted has no weights', () => {
    expect(() => nirWeightsOf('palmnir1-made-up')).toThrow(RangeError)
    expect(() => nirWeightsOf('constructor')).toThrow(RangeError)
  })
})
