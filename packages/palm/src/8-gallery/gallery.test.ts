import { describe, expect, test } from 'vitest'
import { cosineOf, EMBEDDING_DIMS, type Embedding } from '../6-embedding/embedding.ts'
import { MODEL, modelVersionOf, protectProbe, protectTemplate } from '../7-protection/protect.ts'
import { rotationOf } from '../7-protection/rotation.ts'
import { fusionOf, fusionWeightsOf } from './fusion.ts'
import { chancePalm, EPOCH, open, palm, probe, rotation, sampleOf } from './gallery.test-data.ts'
import { GalleryUnavailable, TemplateMismatch } from './gallery.ts'
import { searchThread } from './search-thread.ts'

describe('gallery', () => {
  test('knows which hands of a shopper are enrolled', () => {
    const gallery = open()
    gallery.put({ ...palm(1), hand: 'L' })
    gallery.put({ ...palm(1), palmId: 'palm of another', shopperId: 'another' })
    const hands = () => [gallery.hasHand('shopper 1', 'L'), gallery.hasHand('shopper 1', 'R')]
    expect(hands()).toEqual([true, false])
    gallery.removeShopper('shopper 1')
    expect(hands()).toEqual([false, false])
  })

  test('an empty one finds nobody', async () => {
    expect(await open().search([probe(1)])).toEqual([])
  })

  test('finds the right palm first, from one frame or three', async () => {
    const gallery = open()
    for (const seed of [1, 2, 3, 4, 5, 6]) gallery.put(palm(seed))
    expect([gallery.palms, gallery.size]).toEqual([6, 12])
    for (const probes of [[probe(4)], [probe(4), probe(4), probe(4)]]) {
      const found = await gallery.search(probes)
      expect(found).toHaveLength(6)
      expect(found[0]).toMatchObject({ palmId: 'palm 4', shopperId: 'shopper 4', hand: 'R' })
      expect(found[0].similarity).toBeGreaterThan(found[1].similarity + 0.1)
      expect(found[0].shortlistSimilarity).toBeGreaterThan(0.8)
    }
  })

  test('shortlists exactly as brute force does, also after growing and removing', async () => {
    const gallery = open({ shortlistPalms: 20 })
    const palms = Array.from({ length: 5_000 }, (_, n) => chancePalm(n, 1 + (n % 4)))
    for (const each of palms) gallery.put(each)
    for (const n of [0, 17, 2_500, 4_999]) expect(gallery.removePalm(`p${n}`)).toBe(true)
    for (const n of [17, 40]) gallery.put(chancePalm(n, 4))
    const there = [
      ...palms.filter((_, n) => ![0, 17, 40, 2_500, 4_999].includes(n)),
      chancePalm(17, 4),
      chancePalm(40, 4),
    ]
    expect(gallery.palms).toBe(there.length)
    expect(gallery.size).toBe(there.reduce((sum, each) => sum + each.templates.length, 0))
    for (const query of [palms[3].templates[0].embedding, chancePalm(9_999, 1).templates[0].embedding]) {
      const brute = there
        .map((each) => ({
          palmId: each.palmId,
          best: Math.max(...each.templates.map((t) => cosineOf(t.embedding, query))),
        }))
        .sort((a, b) => b.best - a.best)
        .slice(0, 20)
      const found = await gallery.shortlist(query)
      expect(found.map(({ palmId }) => palmId)).toEqual(brute.map(({ palmId }) => palmId))
      found.forEach((one, i) => {
        expect(one.shortlistSimilarity).toBeCloseTo(brute[i].best, 4)
      })
    }
  })

  test('a palm put again is replaced, not added', async () => {
    const gallery = open()
    gallery.put(palm(1, 'same'))
    gallery.put(palm(2, 'same'))
    expect([gallery.palms, gallery.size]).toEqual([1, 2])
    const [found] = await gallery.search([probe(2)])
    expect(found.similarity).toBeGreaterThan(0.8)
    expect((await gallery.search([probe(1)]))[0].similarity).toBeLessThan(0.7)
  })

  test('a removed palm stops matching at once, in searches running and queued as well', async () => {
    const gallery = open()
    for (const seed of [1, 2, 3]) gallery.put(palm(seed))
    const running = gallery.search([probe(2)])
    const queued = gallery.search([probe(2)])
    await Promise.resolve()
    expect(gallery.removeShopper('shopper 2')).toBe(1)
    expect(gallery.removeShopper('shopper 2')).toBe(0)
    for (const found of await Promise.all([running, queued, gallery.search([probe(2)])])) {
      expect(found.map(({ palmId }) => palmId).sort()).toEqual(['palm 1', 'palm 3'])
    }
    expect(gallery.has('palm 2')).toBe(false)
    gallery.put(palm(2))
    expect((await gallery.search([probe(2)]))[0].palmId).toBe('palm 2')
  })

  test('searches that overlap with changes each get their own right answer', async () => {
    const gallery = open()
    for (const seed of [1, 2, 3, 4]) gallery.put(palm(seed))
    const searches = [1, 2, 3, 4, 3, 2].map(async (seed) => {
      const found = gallery.search([probe(seed)])
      gallery.put(chancePalm(100 + seed, 3))
      gallery.removePalm(`p${99 + seed}`)
      return (await found)[0].palmId
    })
    expect(await Promise.all(searches)).toEqual(['palm 1', 'palm 2', 'palm 3', 'palm 4', 'palm 3', 'palm 2'])
  })

  test('refuses templates and probes of another epoch or model, and too many of them', async () => {
    const gallery = open({ capacityTemplates: 3 })
    const elsewhere = rotationOf(new Uint8Array(32).fill(5), EPOCH + 1)
    const late = { ...palm(1), templates: [protectTemplate(sampleOf(1), elsewhere)] }
    expect(() => gallery.put(late)).toThrow(TemplateMismatch)
    await expect(gallery.search([protectProbe(sampleOf(1), elsewhere)])).rejects.toThrow(TemplateMismatch)
    await expect(gallery.search([])).rejects.toThrow(RangeError)
    expect(() => gallery.put({ ...palm(1), templates: [] })).toThrow(RangeError)
    gallery.put(palm(1))
    expect(() => gallery.put(palm(2))).toThrow(RangeError)
    gallery.put(palm(3, '1'))
    expect(gallery.palms).toBe(1)
  })

  test('a flat hand is similar to nobody', async () => {
    const gallery = open()
    gallery.put(palm(1))
    const flat = { ...sampleOf(1), embedding: new Int8Array(EMBEDDING_DIMS) as Embedding }
    const nothing = protectProbe({ ...flat, field: new Uint8Array(4096).fill(255) as typeof flat.field }, rotation)
    const [found] = await gallery.search([nothing])
    expect(found.similarity).toBe(fusionWeightsOf(modelVersionOf(MODEL)).offset)
    expect(evidenceOfNothing(found.similarity)).toBe(true)
  })

  test('compares a claim among the named people only, and passes over who is not there', async () => {
    const gallery = open({ shortlistPalms: 2 })
    for (const seed of [1, 2, 3, 4, 5, 6]) gallery.put(palm(seed))
    const found = await gallery.searchAmong([probe(4)], ['shopper 2', 'shopper 4', 'shopper 6', 'nobody'])
    expect(found.map(({ palmId }) => palmId).sort()).toEqual(['palm 2', 'palm 4', 'palm 6'])
    expect(found[0].palmId).toBe('palm 4')
    const [everybody] = await gallery.search([probe(4)])
    expect(found[0].similarity).toBe(everybody.similarity)
    expect(found[0].shortlistSimilarity).toBeCloseTo(everybody.shortlistSimilarity, 5)
    expect(await gallery.searchAmong([probe(4)], [])).toEqual([])
    const many = Array.from({ length: 201 }, (_, i) => String(i))
    await expect((async () => gallery.searchAmong([probe(4)], many))()).rejects.toThrow(RangeError)
  })
})

/** Far below what any stranger of a thousand reaches: two palms that have lines lie around code similarity 0.6. */
const evidenceOfNothing = (similarity: number) => similarity < fusionOf(modelVersionOf(MODEL))({ code: 0.4, cosine: 0 })

describe('a search thread that fails', () => {
  const broken = (source: string) => () =>
    open({
      openThread: (model) => searchThread(model, new URL(`data:text/javascript,${encodeURIComponent(source)}`)),
    })

  test.each([
    ['cannot start', `throw new Error('no')`],
    ['ends', `process.exit(3)`],
    [
      'says that it failed',
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', ({ id }) => parentPort.postMessage({ id, failed: 'out of memory' }))`,
    ],
  ])('is unavailable when it %s, never an empty answer', async (_, source) => {
    const gallery = broken(source)()
    gallery.put(palm(1))
    await expect(gallery.search([probe(1)])).rejects.toThrow(GalleryUnavailable)
    await expect(gallery.search([probe(1)])).rejects.toThrow(GalleryUnavailable)
  })

  test('a fresh thread serves the next search', async () => {
    let failures = 1
    const gallery = open({
      openThread: (model) => {
        const good = searchThread(model)
        return {
          run: (rows, search) => (failures-- > 0 ? Promise.reject(new Error('lost')) : good.run(rows, search)),
          forget: good.forget,
          close: () => good.close(),
        }
      },
    })
    gallery.put(palm(1))
    await expect(gallery.search([probe(1)])).rejects.toThrow(GalleryUnavailable)
    expect((await gallery.search([probe(1)]))[0].palmId).toBe('palm 1')
  })

  test('a closed gallery is unavailable', async () => {
    const gallery = open()
    gallery.put(palm(1))
    await gallery.close()
    await expect(gallery.search([probe(1)])).rejects.toThrow(GalleryUnavailable)
  })
})
