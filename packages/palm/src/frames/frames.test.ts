import { renderHand } from '@paume/synthetic-hands'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PictureError } from '../1-capture/picture-error.ts'
import type { TurnedSquare } from '../2-landmarks/hand.ts'
import { embedderOf } from '../6-embedding/palm-network.ts'
import { openRecogniser, type Recogniser } from '../recogniser.ts'
import { recorder } from '../trace.ts'
import { analyseFrame, type FrameExperts } from './analyse-frame.ts'
import { openFrameExperts } from './experts.ts'
import { RecogniserUnavailable } from './frame-pool.ts'

type Request = Parameters<typeof renderHand>[0]
const EASY = { difficulty: 0.1 } as const

/** A synthetic hand as a camera would send it; `degrees` turns the picture. */
async function photo(request: Request, degrees = 0): Promise<Uint8Array> {
  const { widthPx: width, heightPx: height, data } = renderHand({ ...EASY, ...request }).raster
  const picture = sharp(data, { raw: { width, height, channels: 3 } })
  return picture.rotate(degrees).jpeg({ quality: 92 }).toBuffer()
}

const OPTIONS = { expectedHand: null, previous: null, search: 'thorough' } as const

describe('analyseFrame', () => {
  let experts: FrameExperts
  beforeAll(async () => {
    experts = await openFrameExperts()
  }, 30_000)
  afterAll(() => {
    experts.networks.palmDetector.close()
    experts.networks.handLandmarks.close()
  })
  const see = async (bytes: Uint8Array, options: Partial<typeof OPTIONS | { expectedHand: 'L' | 'R' }> = {}) =>
    analyseFrame(experts, bytes, { ...OPTIONS, ...options }, recorder())

  it('makes a sample of a right palm, and one of a left palm mirrored', async () => {
    const right = await see(await photo({ person: 11, view: 2, hand: 'R' }))
    const left = await see(await photo({ person: 11, view: 2, hand: 'L' }))
    expect(right).toMatchObject({ outcome: 'good', hand: { hand: 'R', side: 'palm' }, region: { mirrored: false } })
    expect(left).toMatchObject({ outcome: 'good', hand: { hand: 'L', side: 'palm' }, region: { mirrored: true } })
    expect(right.outcome === 'good' && right.sample.embedding.length).toBe(256)
  }, 30_000)

  it('tells where the hand is while it still looks at it, and again when it has', async () => {
    const told: TurnedSquare[] = []
    const bytes = await photo({ person: 11, view: 2, hand: 'R' })
    const { hand } = await analyseFrame(experts, bytes, OPTIONS, recorder(), (square) => told.push(square))
    if (hand === null) throw new Error('a rendered hand is found')
    expect(told).toHaveLength(2)
    expect(told[0].sidePx).toBeCloseTo(hand.square.sidePx, 6)
    expect(told[1]).toEqual(hand.square)
  }, 30_000)

  it('puts the points where the hand is', async () => {
    const { raster, truth } = renderHand({ person: 12, view: 3, hand: 'R', ...EASY })
    const { widthPx: width, heightPx: height, data } = raster
    const seen = await see(
      await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer(),
    )
    const misses = [0, 5, 9, 13, 17].map((i) => {
      const place = seen.hand?.landmarks[i]
      return Math.hypot((place?.x ?? 0) - truth.landmarks[i].xPx, (place?.y ?? 0) - truth.landmarks[i].yPx)
    })
    expect(Math.max(...misses) / truth.palmWidthPx).toBeLessThan(0.35)
  }, 30_000)

  it.each([90, 180, 270])(
    'finds a hand in a picture turned by %d°',
    async (degrees) => {
      const seen = await see(await photo({ person: 13, view: 1, hand: 'R' }, degrees))
      expect(seen).toMatchObject({ outcome: 'good', hand: { hand: 'R' } })
    },
    30_000,
  )

  it('tells the wrong hand, and a picture without any', async () => {
    const wrong = await see(await photo({ person: 11, view: 2, hand: 'R' }), { expectedHand: 'L' })
    expect(wrong).toMatchObject({ outcome: 'refused', guidance: [{ code: 'wrong_hand' }] })
    const wall = sharp({ create: { width: 1280, height: 720, channels: 3, background: '#8a8478' } })
    const empty = await see(await wall.jpeg().toBuffer())
    expect(empty).toMatchObject({ outcome: 'refused', guidance: [{ code: 'no_hand' }], hand: null })
  }, 30_000)

  it('names measure, value and limit of what is wrong', async () => {
    const blurred = await sharp(await photo({ person: 14, view: 1, hand: 'R' }))
      .blur(9)
      .jpeg()
      .toBuffer()
    const seen = await see(blurred)
    expect(seen.outcome).toBe('refused')
    const guidance = seen.outcome === 'refused' ? seen.guidance : []
    expect(guidance.find(({ code }) => code === 'blurred')).toMatchObject({ measure: 'sharpness', limit: 0.22 })
  }, 30_000)
})

describe('a palm network that is broken', () => {
  it.each([
    ['no numbers', new Float32Array(256).fill(Number.NaN)],
    ['too few numbers', new Float32Array(255).fill(1 / 16)],
  ])(
    'fails the frame when it answers %s: never an outcome, never a sample',
    async (_, values) => {
      const experts = await openFrameExperts()
      const broken = embedderOf({ run: async () => [values], close() {} }, experts.embedder.name)
      const bytes = await photo({ person: 11, view: 2, hand: 'R' })
      const good = await analyseFrame(experts, bytes, OPTIONS, recorder())
      expect(good.outcome).toBe('good')
      await expect(analyseFrame({ ...experts, embedder: broken }, bytes, OPTIONS, recorder())).rejects.toThrow(
        /the palm network answered/,
      )
    },
    30_000,
  )
})

describe('the recogniser', () => {
  let recogniser: Recogniser
  let burst: { bytes: Uint8Array; offsetMs: number; screenColour: null }[]
  beforeAll(async () => {
    recogniser = await openRecogniser({ workers: 2 })
    const frames = [0, 1, 2].map(async (i) => ({
      bytes: await sharp(await photo({ person: 21, view: 4, hand: 'L' }))
        .extract({ left: i, top: 2 * i, width: 1270, height: 710 })
        .jpeg({ quality: 90 - i })
        .toBuffer(),
      offsetMs: 90 * i,
      screenColour: null,
    }))
    burst = await Promise.all(frames)
  }, 60_000)
  afterAll(() => recogniser.close())

  it('makes a sample of every good frame and notes the time of each stage', async () => {
    const analysis = await recogniser.analyse(burst, { expectedHand: 'L', flash: null })
    expect(analysis).toMatchObject({ outcome: 'good', hand: 'L', guidance: [] })
    expect(analysis.outcome === 'good' && analysis.samples.length).toBe(3)
    expect(analysis.stageMs.every((stages) => (stages.landmarks ?? 0) > 0 && (stages.embedding ?? 0) > 0)).toBe(true)
  }, 30_000)

  it('refuses one picture sent three times', async () => {
    const frozen = burst.map(({ offsetMs }) => ({ ...burst[0], offsetMs }))
    const analysis = await recogniser.analyse(frozen, { expectedHand: null, flash: null })
    expect(analysis.outcome).toBe('refused')
    expect(analysis.guidance[0]).toMatchObject({ code: 'liveness_failed', measure: 'frozen burst' })
  }, 30_000)

  it('tells the wrong hand once for the whole burst', async () => {
    const analysis = await recogniser.analyse(burst, { expectedHand: 'R', flash: null })
    expect(analysis).toMatchObject({ outcome: 'refused', guidance: [{ code: 'wrong_hand' }] })
  }, 30_000)

  it('throws what is wrong with the bytes, and works on', async () => {
    const broken = [{ ...burst[0], bytes: burst[0].bytes.subarray(0, 3000) }]
    await expect(recogniser.analyse(broken, { expectedHand: null, flash: null })).rejects.toMatchObject({
      name: PictureError.name,
      code: 'picture_truncated',
    })
    expect((await recogniser.analyse(burst.slice(0, 2), { expectedHand: 'L', flash: null })).outcome).toBe('good')
  }, 30_000)

  it('is unavailable once closed', async () => {
    const other = await openRecogniser({ workers: 1 })
    expect(other.alive()).toBe(true)
    await other.close()
    expect(other.alive()).toBe(false)
    await expect(other.analyse(burst, { expectedHand: null, flash: null })).rejects.toBeInstanceOf(
      RecogniserUnavailable,
    )
  }, 30_000)
})
