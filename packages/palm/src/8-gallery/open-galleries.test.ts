import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { protectProbe, protectTemplate } from '../7-protection/protect.ts'
import { rerotateTemplate } from '../7-protection/rerotate.ts'
import { type Rotation, rotationOf } from '../7-protection/rotation.ts'
import { decide } from '../9-decision/decide.ts'
import { palm, sampleOf } from './gallery.test-data.ts'
import { type EnrolledPalm, GalleryUnavailable, TemplateMismatch } from './gallery.ts'
import { type Galleries, type GalleriesOptions, openGalleries } from './open-galleries.ts'
import { searchThread } from './search-thread.ts'

const EPOCH = 1
const rotations = new Map<string, Rotation>()
const rotation = (galleryId: string): Rotation => {
  const known = rotations.get(galleryId) ?? rotationOf(new Uint8Array(32).fill(galleryId.charCodeAt(0)), EPOCH)
  rotations.set(galleryId, known)
  return known
}

function open(options: Partial<GalleriesOptions> = {}): Galleries {
  const galleries = openGalleries({ rotationOf: rotation, ...options })
  onTestFinished(() => galleries.close())
  return galleries
}
const palmIn = (galleryId: string, seed: number, id = `${galleryId} ${seed}`): EnrolledPalm => ({
  palmId: `palm ${id}`,
  shopperId: `shopper ${id}`,
  hand: 'R',
  templates: [0, 2].map((rightPx) => protectTemplate(sampleOf(seed, rightPx), rotation(galleryId))),
})
const probeIn = (galleryId: string, seed: number) => protectProbe(sampleOf(seed, 3), rotation(galleryId))
const everywhere = (seed: number) => ['a', 'b', 'network'].map((galleryId) => probeIn(galleryId, seed))

describe('several galleries', () => {
  test('a palm of one does not exist for a search in another', async () => {
    const galleries = open()
    galleries.put('a', palmIn('a', 1))
    galleries.put('b', palmIn('b', 2))
    const found = async (ids: string[], seed: number) => {
      const palms = galleries.among(ids)
      const candidates = await palms.search(everywhere(seed))
      const { outcome } = decide({ hand: 'R', candidates }, { enrolledPalms: palms.palms })
      return [outcome, candidates.map(({ shopperId }) => shopperId)]
    }
    expect(await found(['a'], 1)).toEqual(['identified', ['shopper a 1']])
    expect(await found(['b'], 1)).toEqual(['not_recognised', ['shopper b 2']])
    expect((await found(['a', 'b'], 1))[0]).toBe('identified')
    expect(await found(['nobody'], 1)).toEqual(['not_recognised', []])
  })

  test('one person in two galleries is two strangers: nothing of one fits the other', async () => {
    const galleries = open()
    galleries.put('a', palmIn('a', 1))
    galleries.put('b', palmIn('b', 1))
    expect(await galleries.among(['a']).search(everywhere(1))).toMatchObject([{ shopperId: 'shopper a 1' }])
    expect(await galleries.among(['b']).search(everywhere(1))).toMatchObject([{ shopperId: 'shopper b 1' }])
    // Where both are searched, nobody is preferred: it fails closed.
    const candidates = await galleries.among(['a', 'b']).search(everywhere(1))
    const decision = decide({ hand: 'R', candidates }, { enrolledPalms: 2, isEnrolled: () => false })
    expect(decision.outcome).toBe('ambiguous')
  })

  test('refuse what was turned by another rotation, in templates and in searches', async () => {
    const galleries = open()
    expect(() => galleries.put('a', palmIn('b', 1))).toThrow(TemplateMismatch)
    const { rotationId: _id, ...oldest } = palmIn('a', 1).templates[0]
    expect(() => galleries.put('a', { ...palmIn('a', 1), templates: [oldest] })).toThrow(TemplateMismatch)
    expect([galleries.palms, galleries.count]).toEqual([0, 0])
    galleries.put('a', palmIn('a', 1))
    galleries.put('b', palmIn('b', 2))
    await expect(galleries.among(['a', 'b']).search([probeIn('a', 1)])).rejects.toThrow(TemplateMismatch)
    await expect(galleries.among(['a']).search([])).rejects.toThrow(RangeError)
    expect(() =>
      galleries.put('b', { ...palmIn('a', 1), templates: [...palmIn('b', 1).templates, ...palmIn('a', 1).templates] }),
    ).toThrow(TemplateMismatch)
  })

  test('a shopper who moves leaves the gallery they were in, and what was turned on fits the new one', async () => {
    const galleries = open()
    const before = palmIn('a', 1, 'mover')
    galleries.put('a', before)
    const moved = {
      ...before,
      templates: before.templates.map((made) => rerotateTemplate(made, rotation('a'), rotation('network'))),
    }
    galleries.put('network', moved)
    expect([galleries.palms, galleries.count, galleries.homeOf('shopper mover')]).toEqual([1, 1, 'network'])
    expect(await galleries.among(['a']).search(everywhere(1))).toEqual([])
    expect(await galleries.among(['a', 'network']).search(everywhere(1))).toMatchObject([
      { shopperId: 'shopper mover' },
    ])
    expect(() => rerotateTemplate(before.templates[0], rotation('b'), rotation('a'))).toThrow(RangeError)
  })

  test('erasing somebody reaches every gallery, and what holds nobody is let go', async () => {
    const galleries = open()
    for (const id of ['a', 'b', 'network']) galleries.put(id, palmIn(id, 1))
    expect(galleries.removeShopper('shopper b 1')).toBe(1)
    expect([galleries.palms, galleries.size, galleries.count, galleries.find('b')]).toEqual([2, 4, 2, null])
    expect(await galleries.among(['b']).search(everywhere(1))).toEqual([])
    galleries.put('b', palmIn('b', 3))
    expect(await galleries.among(['b']).search(everywhere(3))).toHaveLength(1)
    expect(galleries.removeShopper('nobody')).toBe(0)
  })

  test('share one thread; a search in each of many is answered by its own palms', async () => {
    const threads: string[] = []
    const galleries = open({
      openThread: (model) => {
        threads.push(model)
        return searchThread(model)
      },
    })
    const ids = Array.from({ length: 40 }, (_, i) => String.fromCodePoint(0x100 + i))
    for (const [i, id] of ids.entries()) galleries.put(id, palmIn(id, i % 5))
    const answers = await Promise.all(ids.map((id, i) => galleries.among([id]).search([probeIn(id, i % 5)])))
    expect(answers.map((found) => found[0].shopperId)).toEqual(ids.map((id, i) => `shopper ${id} ${i % 5}`))
    expect(threads).toHaveLength(1)
    expect(galleries.holdings().get(palm(1).templates[0].modelVersion)).toEqual({ palms: 40, templates: 80 })
  })

  test('a thread that fails is unavailable for all that wait on it once, not for those who ask later', async () => {
    let failures = 1
    const galleries = open({
      openThread: (model) => {
        const good = searchThread(model)
        const run: typeof good.run = (...asked) =>
          failures-- > 0 ? Promise.reject(new Error('lost')) : good.run(...asked)
        return { ...good, run }
      },
    })
    galleries.put('a', palmIn('a', 1))
    galleries.put('b', palmIn('b', 1))
    await expect(galleries.among(['a', 'b']).search(everywhere(1))).rejects.toThrow(GalleryUnavailable)
    expect(await galleries.among(['a', 'b']).search(everywhere(1))).toHaveLength(2)
    await galleries.close()
    await expect(galleries.among(['a']).search(everywhere(1))).rejects.toThrow(GalleryUnavailable)
  })

  test('whatever is put, moved and erased, everybody lies where they were put last and nowhere else', () => {
    const galleries = open()
    const seeds = [1, 2, 3]
    const known = new Map<string, EnrolledPalm>()
    const made = (galleryId: string, seed: number) => {
      const key = `${galleryId} ${seed}`
      const one = known.get(key) ?? { ...palmIn(galleryId, seed), palmId: `palm ${seed}`, shopperId: `shopper ${seed}` }
      known.set(key, one)
      return one
    }
    const home = new Map<number, string>()
    const step = fc.record({
      seed: fc.constantFrom(...seeds),
      to: fc.constantFrom('a', 'b', 'network', null),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        for (const { seed, to } of steps) {
          if (to === null) {
            expect(galleries.removeShopper(`shopper ${seed}`)).toBe(home.has(seed) ? 1 : 0)
            home.delete(seed)
          } else {
            galleries.put(to, made(to, seed))
            home.set(seed, to)
          }
        }
        for (const seed of seeds) {
          const at = ['a', 'b', 'network'].filter((id) => galleries.find(id)?.has(`palm ${seed}`))
          expect(at).toEqual(home.has(seed) ? [home.get(seed)] : [])
        }
        expect([galleries.palms, galleries.count]).toEqual([home.size, new Set(home.values()).size])
      }),
      { numRuns: 60 },
    )
  })
})
