import { describe, expect, it } from 'vitest'
import { regionOf } from './3-region/region.ts'
import { lineCoder } from './6-embedding/line-coder.ts'
import { pooledVectorOf } from './6-embedding/pooled-vector.ts'
import { MODEL, modelVersionOf } from './7-protection/protect.ts'
import { rotationOf } from './7-protection/rotation.ts'
import type { ProtectedProbe } from './7-protection/template.ts'
import type { Candidate, Gallery, HandSide } from './8-gallery/gallery.ts'
import { GalleryUnavailable } from './8-gallery/gallery.ts'
import { similarityAtFmr } from './9-decision/calibration.ts'
import type { PalmSample } from './frames/frame.ts'
import { FRAMES_SEARCHED, identifyProtected, protectBest } from './identify.ts'

const MODEL_VERSION = modelVersionOf(MODEL)
/** One stranger in e^nats looks so much alike. */
const candidate = (shopperId: string, hand: HandSide, nats: number): Candidate => ({
  palmId: `${shopperId}-${hand}`,
  shopperId,
  hand,
  modelVersion: MODEL_VERSION,
  shortlistSimilarity: 0.5,
  similarity: similarityAtFmr(Math.exp(-nats), MODEL_VERSION),
})
/** A gallery of 100 palms that finds these. */
const galleryFinding = (...found: Candidate[]) =>
  ({
    palms: 100,
    size: 300,
    search: async () => found,
    hasHand: (shopperId: string, hand: HandSide) =>
      found.some((one) => one.shopperId === shopperId && one.hand === hand),
  }) as unknown as Gallery
const shown = (hand: HandSide) => ({ hand, probes: [{} as ProtectedProbe] })

describe('identify', () => {
  it('names who is alike and alone', async () => {
    const gallery = galleryFinding(candidate('ann', 'R', 40), candidate('bob', 'R', 1))
    expect(await identifyProtected({ gallery }, [shown('R')])).toMatchObject({
      outcome: 'identified',
      shopperId: 'ann',
      palmsShown: 1,
    })
  })

  it('asks for the other palm when one is not enough, and names with two', async () => {
    const gallery = galleryFinding(candidate('ann', 'R', 13.5), candidate('ann', 'L', 13.5), candidate('bob', 'R', 1))
    expect(await identifyProtected({ gallery }, [shown('R')])).toMatchObject({ outcome: 'other_palm', askFor: 'L' })
    expect(await identifyProtected({ gallery }, [shown('R'), shown('L')])).toMatchObject({
      outcome: 'identified',
      palmId: 'ann-L',
      palmsShown: 2,
    })
  })

  it('lets the other palm tell two people apart who fit alike', async () => {
    const gallery = galleryFinding(
      candidate('ann', 'R', 40),
      candidate('bob', 'R', 39.8),
      candidate('ann', 'L', 40),
      candidate('bob', 'L', 1),
    )
    expect(await identifyProtected({ gallery }, [shown('R')])).toMatchObject({ outcome: 'other_palm', askFor: 'L' })
    expect(await identifyProtected({ gallery }, [shown('R'), shown('L')])).toMatchObject({
      outcome: 'identified',
      shopperId: 'ann',
    })
  })

  it('names nobody where two people fit, and nobody where nobody is enrolled', async () => {
    const twins = galleryFinding(candidate('ann', 'R', 40), candidate('bob', 'R', 39.8))
    expect(await identifyProtected({ gallery: twins }, [shown('R')])).toMatchObject({ outcome: 'ambiguous' })
    const empty = { ...galleryFinding(), palms: 0 } as Gallery
    expect(await identifyProtected({ gallery: empty }, [shown('R')])).toMatchObject({ outcome: 'not_recognised' })
  })

  it('decides a claim among those who have the digits, by the threshold of so few', async () => {
    const asked: (readonly string[])[] = []
    const few = [candidate('ann', 'R', 13.5), candidate('bob', 'R', 1)]
    const gallery = {
      ...galleryFinding(),
      palms: 1_000_000,
      searchAmong: async (_: unknown, shopperIds: readonly string[]) => {
        asked.push(shopperIds)
        return few
      },
    } as unknown as Gallery
    const claimed = ['ann', 'bob']
    expect(await identifyProtected({ gallery, claimed }, [shown('R')])).toMatchObject({
      outcome: 'identified',
      shopperId: 'ann',
      evidence: { enrolledPalms: 4 },
    })
    expect(asked).toEqual([claimed])
  })

  it('hands on that the gallery cannot search, and never calls it "not recognised"', async () => {
    const gallery = { palms: 100, search: () => Promise.reject(new GalleryUnavailable('down')) } as unknown as Gallery
    await expect(identifyProtected({ gallery }, [shown('R')])).rejects.toBeInstanceOf(GalleryUnavailable)
  })

  it('takes one palm or two', async () => {
    await expect(identifyProtected({ gallery: galleryFinding() }, [])).rejects.toThrow(RangeError)
  })
})

it('searches with the best frames of a burst only', () => {
  const region = regionOf(
    Uint8Array.from({ length: 128 * 128 * 3 }, (_, i) => (i * i) % 251),
    { mirrored: false, sourceSidePx: 128, tiltDeg: 0, hand: 'R' },
  )
  const samples: PalmSample[] = [0.2, 0.9, 0.5, 0.7].map((quality, i) => ({
    embedding: pooledVectorOf(region),
    code: lineCoder.code(region),
    field: Uint8Array.from(lineCoder.field(region), (v, k) => (k === 0 ? i : v)) as PalmSample['field'],
    quality,
  }))
  const probes = protectBest(samples, rotationOf(new Uint8Array(32), 1))
  expect(probes.length).toBe(FRAMES_SEARCHED)
  expect(probes.map(({ field }) => field[0])).toEqual([1, 3, 2])
})
