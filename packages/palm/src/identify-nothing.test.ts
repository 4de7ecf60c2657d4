import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REGION_SIDE_PX, type Region } from './3-region/region.ts'
import { assessLines } from './6-embedding/assess-lines.ts'
import { EMBEDDING_DIMS, type OrientationCode } from './6-embedding/embedding.ts'
import { lineCoder } from './6-embedding/line-coder.ts'
import { flatRegion, lineTexture } from './6-embedding/line-texture.test-data.ts'
import { MODEL, modelVersionOf, protectProbe, protectTemplate } from './7-protection/protect.ts'
import type { ProtectedEmbedding, ProtectedTemplate } from './7-protection/template.ts'
import { EPOCH, rotation, sampleOfRegion } from './8-gallery/gallery.test-data.ts'
import type { Gallery } from './8-gallery/gallery.ts'
import { openGallery } from './8-gallery/open-gallery.ts'
import { DEFAULT_POLICY } from './9-decision/decide.ts'
import { identifyProtected } from './identify.ts'

const STRANGERS = 100_000
/** Strangers with lines: the rest are chance bytes, quick to make. */
const WITH_LINES = 60

const probeOf = (region: Region) => protectProbe(sampleOfRegion(region), rotation)
const templateOf = (region: Region) => protectTemplate(sampleOfRegion(region), rotation)

/** Grey by place, 0…1. */
function painted(grey: (x: number, y: number) => number): Region {
  const region = flatRegion()
  for (let i = 0; i < region.grey.length; i++) {
    region.grey[i] = Math.max(0, Math.min(1, grey(i % REGION_SIDE_PX, Math.floor(i / REGION_SIDE_PX))))
  }
  return region
}

function chance(seed: number) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const noise = (seed: number, share: number) => {
  const random = chance(seed)
  return painted(() => 0.5 + share * (random() - 0.5))
}

const nothings: [string, Region][] = [
  ['flat grey', flatRegion()],
  ['black', painted(() => 0)],
  ['white', painted(() => 1)],
  ['strong noise', noise(1, 1)],
  ['weak noise', noise(2, 0.05)],
  ['noise on a slope', painted((x, y) => 0.3 + 0.4 * (x / 128) + 0.1 * chance(x * 131 + y)())],
  ['stripes', painted((x, y) => 0.5 + 0.3 * Math.sin((x + 0.3 * y) / 2))],
  ['a chessboard', painted((x, y) => (((x >> 4) + (y >> 4)) & 1 ? 0.7 : 0.3))],
  ['bricks', painted((x, y) => (y % 18 < 2 || (x + (Math.floor(y / 18) & 1) * 16) % 32 < 2 ? 0.8 : 0.4))],
  ['cloth', painted((x, y) => 0.5 + 0.2 * Math.sin(x * 1.3) + 0.2 * Math.sin(y * 1.3))],
  ['rings', painted((x, y) => 0.5 + 0.3 * Math.sin(Math.hypot(x - 64, y - 64) / 2))],
]

describe(`against ${STRANGERS} palms`, () => {
  let gallery: Gallery
  beforeAll(async () => {
    gallery = openGallery({ rotationEpoch: EPOCH })
    const random = chance(7)
    const bytes = Uint8Array.from({ length: 1_000_003 }, () => Math.floor(256 * random()))
    const numbers = Int8Array.from(bytes, (byte) => Math.max(-127, byte - 128))
    const modelVersion = modelVersionOf(MODEL)
    for (let n = 0; n < STRANGERS - WITH_LINES; n++) {
      const at = (n * 7_919) % (bytes.length - lineCoder.codeBytes - EMBEDDING_DIMS)
      const code = bytes.slice(at, at + lineCoder.codeBytes) as OrientationCode
      const embedding = numbers.slice(at, at + EMBEDDING_DIMS) as ProtectedEmbedding
      const template: ProtectedTemplate = { embedding, code, modelVersion, rotationEpoch: EPOCH }
      gallery.put({ palmId: `p${n}`, shopperId: `s${n}`, hand: 'R', templates: [template] })
    }
    for (let n = 0; n < WITH_LINES; n++) {
      const templates = [templateOf(lineTexture(1_000 + n))]
      gallery.put({ palmId: `line ${n}`, shopperId: `line ${n}`, hand: 'R', templates })
    }
  }, 120_000)
  afterAll(() => gallery.close())

  test.each(nothings)('%s is nobody, and not even worth a second palm', async (_, region) => {
    const probes = [probeOf(region)]
    const decision = await identifyProtected({ gallery, policy: DEFAULT_POLICY }, [{ hand: 'R', probes }])
    expect(decision.outcome).toBe('not_recognised')
    expect(decision.evidence.enrolledPalms).toBe(STRANGERS)
  })

  test('somebody enrolled is found among them, so that the others were refused for a reason', async () => {
    const probes = [probeOf(lineTexture(1_005, { rightPx: 2 }))]
    const decision = await identifyProtected({ gallery }, [{ hand: 'R', probes }])
    expect(decision).toMatchObject({ outcome: 'identified', shopperId: 'line 5' })
  })

  test('a palm enrolled by two people is nobody’s alone', async () => {
    const templates = [templateOf(lineTexture(2_000))]
    for (const shopperId of ['ann', 'bob']) gallery.put({ palmId: shopperId, shopperId, hand: 'R', templates })
    const probes = [probeOf(lineTexture(2_000, { rightPx: 1 }))]
    const never = { ...DEFAULT_POLICY, secondPalm: 'never' } as const
    expect((await identifyProtected({ gallery, policy: never }, [{ hand: 'R', probes }])).outcome).toBe('ambiguous')
  })
})

test('most of it never gets that far: no lines, no search', () => {
  const refused = nothings.filter(([, region]) => !assessLines(region).ok).map(([name]) => name)
  expect(refused).toEqual(expect.arrayContaining(['flat grey', 'black', 'white']))
})
