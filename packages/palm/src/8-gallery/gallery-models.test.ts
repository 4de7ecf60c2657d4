import { describe, expect, test } from 'vitest'
import { lineCoder } from '../6-embedding/line-coder.ts'
import { MODEL, modelVersionOf } from '../7-protection/protect.ts'
import { fusionWeightsOf } from './fusion.ts'
import { open, palm, probe } from './gallery.test-data.ts'
import { type EnrolledPalm, GalleryUnavailable } from './gallery.ts'
import { searchThread } from './search-thread.ts'

describe('two models side by side', () => {
  const newest = modelVersionOf(MODEL)
  /** Another model for the gallery's eyes: vectors of its own, the same coder. */
  const earlier = `earlier-1+${lineCoder.name}`
  const asEarlier = <Made extends { modelVersion: string }>(made: Made): Made => ({ ...made, modelVersion: earlier })
  const fusionWeights = () => fusionWeightsOf(newest)
  const openBoth = () => open({ modelVersions: [newest, earlier], fusionWeights })
  const earlierPalm = (seed: number): EnrolledPalm => ({
    ...palm(seed),
    templates: palm(seed).templates.map(asEarlier),
  })

  test('are each searched by what their own model made of the hover', async () => {
    const gallery = openBoth()
    gallery.put(palm(1))
    gallery.put(earlierPalm(2))
    const both = await gallery.search([probe(1), asEarlier(probe(1))])
    expect(both.map(({ palmId, modelVersion }) => [palmId, modelVersion]).sort()).toEqual([
      ['palm 1', newest],
      ['palm 2', earlier],
    ])
    expect((await gallery.search([probe(2)])).map(({ palmId }) => palmId)).toEqual(['palm 1'])
    const [found] = await gallery.search([asEarlier(probe(2))])
    expect(found).toMatchObject({ palmId: 'palm 2', modelVersion: earlier })
    expect(found.similarity).toBeGreaterThan(10)
  })

  test('hold one palm once, however many models it is of', async () => {
    const gallery = openBoth()
    const old = earlierPalm(1)
    gallery.put(old)
    expect(gallery.holdings()).toEqual(new Map([[earlier, { palms: 1, templates: 2 }]]))
    gallery.put({ ...old, templates: [...old.templates, palm(1).templates[0]] })
    expect([gallery.palms, gallery.size]).toEqual([1, 3])
    expect([...gallery.holdings().keys()].sort()).toEqual([earlier, newest].sort())
    expect(await gallery.search([probe(1), asEarlier(probe(1))])).toHaveLength(2)
    gallery.put(palm(1))
    expect(gallery.holdings()).toEqual(new Map([[newest, { palms: 1, templates: 2 }]]))
    expect(await gallery.search([asEarlier(probe(1))])).toEqual([])
    expect(gallery.removeShopper('shopper 1')).toBe(1)
    expect(gallery.holdings()).toEqual(new Map())
  })

  test('start no thread for a model that nobody is enrolled with, and end it with the last of them', async () => {
    const threads: string[] = []
    const gallery = open({
      modelVersions: [newest, earlier],
      fusionWeights,
      openThread: (model) => {
        const thread = searchThread(model)
        threads.push(`open ${model}`)
        const close = () => {
          threads.push(`close ${model}`)
          return thread.close()
        }
        return { ...thread, close }
      },
    })
    gallery.put(palm(1))
    await gallery.search([probe(1), asEarlier(probe(1))])
    expect(threads).toEqual([`open ${newest}`])
    gallery.put(earlierPalm(2))
    gallery.removePalm('palm 2')
    gallery.removePalm('palm 1')
    expect(threads).toEqual([`open ${newest}`, `open ${earlier}`, `close ${earlier}`])
  })

  test('are unavailable together when one of them cannot be searched', async () => {
    const gallery = open({
      modelVersions: [newest, earlier],
      fusionWeights,
      openThread: (model) =>
        model === newest
          ? searchThread(model)
          : { run: () => Promise.reject(new Error('lost')), forget: () => {}, close: async () => {} },
    })
    gallery.put(palm(1))
    gallery.put(earlierPalm(2))
    const probes = [probe(1), asEarlier(probe(1))]
    await expect(gallery.search(probes)).rejects.toThrow(GalleryUnavailable)
    await expect(gallery.search(probes)).rejects.toThrow(GalleryUnavailable)
    expect((await gallery.search([probe(1)]))[0].palmId).toBe('palm 1')
  })
})
