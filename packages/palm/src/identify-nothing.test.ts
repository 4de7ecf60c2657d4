import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REGION_SIDE_PX, type Region } from './3-region/region.ts'
import { assessLines } from './6-embedding/assess-lines.ts'
import { cosineOf, type Embedder } from './6-embedding/embedding.ts'
import { lineCoder } from './6-embedding/line-coder.ts'
import { draws, flatRegion } from './6-embedding/line-texture.test-data.ts'
import { openPalmNetwork } from './6-embedding/palm-network.ts'
import { protectProbe, protectTemplate } from './7-protection/protect.ts'
import { EPOCH, rotation } from './8-gallery/gallery.test-data.ts'
import type { Gallery } from './8-gallery/gallery.ts'
import { openGallery } from './8-gallery/open-gallery.ts'
import { DEFAULT_POLICY, decide } from './9-decision/decide.ts'
import { verify } from './9-decision/verify.ts'
import { identifyProtected } from './identify.ts'
import { handRegion, type Stranger, strangersOf } from './strangers.test-data.ts'

const STRANGERS = 100_000
/** Rendered hands that the strangers are made of. */
const HANDS = 300
/** Seeds of people who are not among those. */
const [ENROLLED, ENROLLED_TWICE, NOBODY] = [[8_000, 8_001, 8_002], 8_100, 9_000]
/** Regions of everything that chance has a part in. */
const DRAWN_EACH = 8

/** Grey by place, 0…1. */
function painted(grey: (x: number, y: number) => number): Region {
  const region = flatRegion()
  for (let i = 0; i < region.grey.length; i++) {
    region.grey[i] = Math.max(0, Math.min(1, grey(i % REGION_SIDE_PX, Math.floor(i / REGION_SIDE_PX))))
  }
  return region
}

/** Chance on a grid, smooth between. */
function clouds(draw: () => number, cellPx: number) {
  const grid = Float32Array.from({ length: 130 * 130 }, draw)
  const at = (column: number, row: number) => grid[(row % 130) * 130 + (column % 130)]
  return (x: number, y: number) => {
    const [u, v] = [x / cellPx, y / cellPx]
    const [column, row] = [Math.floor(u), Math.floor(v)]
    const [right, down] = [u - column, v - row]
    const above = at(column, row) * (1 - right) + at(column + 1, row) * right
    return above * (1 - down) + (at(column, row + 1) * (1 - right) + at(column + 1, row + 1) * right) * down
  }
}

const drawn = (paint: (draw: () => number) => (x: number, y: number) => number) =>
  Array.from({ length: DRAWN_EACH }, (_, i) => painted(paint(draws(500 + i))))

const nothings: [string, Region[]][] = [
  ['flat grey', [flatRegion()]],
  ['black', [painted(() => 0)]],
  ['white', [painted(() => 1)]],
  ['strong noise', drawn((draw) => () => draw())],
  ['weak noise', drawn((draw) => () => 0.5 + 0.05 * (draw() - 0.5))],
  ['noise on a slope', drawn((draw) => (x) => 0.3 + 0.4 * (x / 128) + 0.1 * draw())],
  ['coarse noise', drawn((draw) => clouds(draw, 4 + 12 * draw()))],
  [
    'stripes',
    drawn((draw) => {
      const [across, down] = [2 * draw() - 1, 2 * draw() - 1]
      return (x, y) => 0.5 + 0.3 * Math.sin(across * x + down * y)
    }),
  ],
  [
    'a chessboard',
    [4, 8, 16].map((side) => painted((x, y) => ((Math.floor(x / side) + Math.floor(y / side)) & 1 ? 0.7 : 0.3))),
  ],
  ['bricks', [painted((x, y) => (y % 18 < 2 || (x + (Math.floor(y / 18) & 1) * 16) % 32 < 2 ? 0.8 : 0.4))]],
  [
    'cloth',
    drawn((draw) => {
      const [thread, uneven] = [0.6 + 0.9 * draw(), clouds(draw, 10)]
      return (x, y) => 0.3 + 0.2 * Math.sin(x * thread) + 0.2 * Math.sin(y * thread) + 0.2 * uneven(x, y)
    }),
  ],
  [
    'wood',
    drawn((draw) => {
      const [bend, grain] = [clouds(draw, 40), clouds(draw, 3)]
      return (x, y) => 0.45 + 0.25 * Math.sin((x + 40 * bend(x, y / 4)) / 2.5) + 0.15 * grain(x, y / 12)
    }),
  ],
  ['rings', [painted((x, y) => 0.5 + 0.3 * Math.sin(Math.hypot(x - 64, y - 64) / 2))]],
]

describe(`against ${STRANGERS} palms, by the learnt network and both experts`, () => {
  let embedder: Embedder
  let gallery: Gallery
  let hands: Region[]
  let next: () => Stranger
  beforeAll(async () => {
    embedder = await openPalmNetwork()
    hands = Array.from({ length: HANDS }, (_, i) => handRegion(3_000 + i))
    next = await strangersOf(hands, embedder)
    gallery = openGallery({ rotationEpoch: EPOCH })
    for (let n = 0; n < STRANGERS - ENROLLED.length; n++) put(`stranger ${n}`, [next()])
    for (const person of ENROLLED) put(`person ${person}`, await samplesOf(person, [1, 2, 3]))
  }, 180_000)
  afterAll(() => gallery.close())

  const put = (shopperId: string, made: readonly Stranger[]) => {
    const templates = made.map((one) => protectTemplate(one, rotation))
    gallery.put({ palmId: `${shopperId} R`, shopperId, hand: 'R', templates })
  }
  const sampleOf = async (region: Region) => ({
    embedding: (await embedder.embed([region]))[0],
    code: lineCoder.code(region),
    field: lineCoder.field(region),
  })
  const samplesOf = (person: number, views: readonly number[]) =>
    Promise.all(views.map((view) => sampleOf(handRegion(person, view))))
  const probesOf = async (region: Region) => [protectProbe(await sampleOf(region), rotation)]
  const hoverOf = async (person: number) =>
    (await samplesOf(person, [4, 5, 6])).map((sample) => protectProbe(sample, rotation))

  test('the strangers are as alike as rendered hands are, by the network and by both experts', async () => {
    const strangers = Array.from({ length: HANDS }, next)
    const cosines = (vectors: readonly Int8Array[]) =>
      spreadOf(vectors.flatMap((one, i) => vectors.slice(0, i).map((other) => cosineOf(one, other))))
    const ofHands = cosines(await embedder.embed(hands))
    const ofStrangers = cosines(strangers.map(({ embedding }) => embedding))
    expect(Math.abs(ofStrangers.mean - ofHands.mean)).toBeLessThan(0.03)
    expect(ofStrangers.sd / ofHands.sd).toBeCloseTo(1, 1)

    const probes = (await Promise.all([1, 2, 3, 4, 5, 6].map((n) => probesOf(handRegion(NOBODY + n))))).flat()
    const fused = (enrolled: readonly Stranger[]) =>
      spreadOf(enrolled.flatMap((one) => probes.map((probe) => verify(probe, protectTemplate(one, rotation)))))
    const againstHands = fused(await Promise.all(hands.slice(0, 100).map(sampleOf)))
    const againstStrangers = fused(strangers)
    expect(Math.abs(againstStrangers.mean - againstHands.mean)).toBeLessThan(againstHands.sd / 3)
    expect(againstStrangers.sd / againstHands.sd).toBeGreaterThan(0.85)
    expect(againstStrangers.sd / againstHands.sd).toBeLessThan(1.15)
  })

  test.each(nothings)('%s is nobody, and not even worth a second palm', async (_, regions) => {
    for (const region of regions) {
      // Nobody here has a left palm: told so, `decide` would never ask for one.
      const candidates = await gallery.search(await probesOf(region))
      const decision = decide({ hand: 'R', candidates }, { enrolledPalms: gallery.palms })
      const { bestNats, requiredNats, enrolledPalms } = decision.evidence
      expect(decision.outcome).toBe('not_recognised')
      expect(enrolledPalms).toBe(STRANGERS)
      expect(bestNats).toBeLessThan(requiredNats / 4)
    }
  })

  test('hands enrolled among them are found, so that the others were refused for a reason', async () => {
    for (const person of ENROLLED) {
      const decision = await identifyProtected({ gallery }, [{ hand: 'R', probes: await hoverOf(person) }])
      expect(decision).toMatchObject({ outcome: 'identified', shopperId: `person ${person}` })
    }
  })

  test('a palm enrolled by two people is nobody’s alone', async () => {
    for (const shopperId of ['ann', 'bob']) put(shopperId, await samplesOf(ENROLLED_TWICE, [1, 2, 3]))
    const probes = await hoverOf(ENROLLED_TWICE)
    const never = { ...DEFAULT_POLICY, secondPalm: 'never' } as const
    expect((await identifyProtected({ gallery, policy: never }, [{ hand: 'R', probes }])).outcome).toBe('ambiguous')
  })
})

function spreadOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  return { mean, sd }
}

test('most of it never gets that far: no lines, no search', () => {
  const refused = nothings.filter(([, regions]) => regions.every((region) => !assessLines(region).ok))
  expect(refused.map(([name]) => name)).toEqual(expect.arrayContaining(['flat grey', 'black', 'white']))
})
