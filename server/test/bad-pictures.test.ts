import type { HandSide } from '@paume/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { captureHand, enrolToPalms } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { handBurst, handJpeg, handRaster } from './synthetic-pictures.ts'
import type { TestDevice } from './test-device.ts'

let house: TestHouse
let kiosk: TestDevice
let enrolmentId: string
beforeAll(async () => {
  house = await startHouse({ realPalms: true })
  kiosk = await house.pair('kiosk')
  enrolmentId = (await enrolToPalms(kiosk)).id
})
afterAll(() => house.stop())

const thrice = (bytes: Buffer) => [bytes, bytes, bytes]
/** Three looks at one scene: a burst of equal pictures would be refused as a still. */
const threeLooks = (make: (view: number) => Promise<Buffer>) => Promise.all([1, 2, 3].map(make))
const show = async (frames: Buffer[], hand: HandSide = 'L') => {
  const { status, body } = await captureHand(kiosk, enrolmentId, hand, frames)
  const codes = (body.guidance ?? []).map(({ code }: { code: string }) => code)
  return { status, code: body.code, accepted: body.accepted, guidance: codes as string[], body }
}

/** A PNG that says it is huge and holds almost nothing. */
function pngBomb(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const out = Buffer.alloc(body.length + 8)
    out.writeUInt32BE(data.length)
    body.copy(out, 4)
    out.writeUInt32BE(crc32(body), body.length + 4)
    return out
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side)
  header.writeUInt32BE(side, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const magic = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([
    magic,
    chunk('IHDR', header),
    chunk('IDAT', Buffer.from('789c030000000001', 'hex')),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
function crc32(bytes: Buffer): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

describe('what is no picture', () => {
  it('is refused with a stable code', async () => {
    const hand = await handJpeg(51, 'L')
    const white = { width: 10_000, height: 10_000, channels: 3 as const, background: '#fff' }
    const cases: [string, Buffer, string[]][] = [
      ['text', Buffer.from('this is no picture, whatever its name says '.repeat(20)), ['picture_unreadable']],
      ['empty', Buffer.of(0), ['picture_unreadable', 'picture_truncated']],
      [
        'svg',
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500"/>'),
        ['picture_unreadable'],
      ],
      ['truncated', hand.subarray(0, hand.length >> 1), ['picture_truncated', 'picture_unreadable']],
      ['bomb', pngBomb(60_000), ['picture_too_large']],
      ['100 megapixels', await sharp({ create: white }).png().toBuffer(), ['picture_too_large']],
      ['tiny', await sharp(hand).resize(60, 40).jpeg().toBuffer(), ['picture_too_small']],
    ]
    for (const [name, bytes, codes] of cases) {
      const { status, code } = await show(thrice(bytes))
      expect([name, status]).toEqual([name, 422])
      expect(codes, name).toContain(code)
    }
  }, 120_000)
})

const left = (view: number) => handRaster(51, 'L', { view })

describe('an unusual picture of a good hand', () => {
  it('is read as what it shows: CMYK, 16 bit, rotated by EXIF', async () => {
    const cases: [string, (view: number) => Promise<Buffer>][] = [
      ['CMYK', (view) => left(view).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()],
      ['16 bit', (view) => left(view).toColourspace('rgb16').png().toBuffer()],
      [
        'EXIF',
        async (view) => {
          const jpeg = await handJpeg(51, 'L', { view })
          return sharp(jpeg).rotate(90).withMetadata({ orientation: 8 }).jpeg({ quality: 95 }).toBuffer()
        },
      ],
    ]
    for (const [name, make] of cases) {
      const { id } = await enrolToPalms(kiosk)
      const { status, body } = await captureHand(kiosk, id, 'L', await threeLooks(make))
      expect([name, status, body.accepted], JSON.stringify(body.guidance)).toEqual([name, 200, 3])
      await kiosk.call('DELETE', `/v1/enrolments/${id}`)
    }
  }, 120_000)

  it('in grey is read, or refused by a measure, never by an error', async () => {
    const grey = await threeLooks((view) => left(view).greyscale().jpeg().toBuffer())
    const { status, guidance, accepted } = await show(grey)
    expect(status).toBe(200)
    expect(accepted > 0 || guidance.length > 0).toBe(true)
  })

  it('three times the same is a still, and refused', async () => {
    const { accepted, guidance } = await show(thrice(await handJpeg(51, 'L')))
    expect([accepted, guidance]).toEqual([0, ['liveness_failed']])
  })
})

const noise = (seed: number) => ({ type: 'gaussian' as const, mean: 110 + seed, sigma: 30 })
const half = (person: number, hand: HandSide, view: number) =>
  handRaster(person, hand, { view, pose: { handLengthShare: 0.6 } })
    .resize(640, 720, { fit: 'cover' })
    .png()
    .toBuffer()
const pairOf = async (view: number) =>
  sharp({ create: { width: 1280, height: 720, channels: 3, background: '#888' } })
    .composite([
      { input: await half(52, 'L', view), left: 0, top: 0 },
      { input: await half(53, 'R', view), left: 640, top: 0 },
    ])
    .jpeg({ quality: 92 })
    .toBuffer()
const FAR = { top: 292, bottom: 292, left: 520, right: 520, background: '#888' }

describe('a picture without one good hand', () => {
  const cases: [string, (view: number) => Promise<Buffer>, string[]][] = [
    [
      'no hand',
      (view) =>
        sharp({ create: { width: 1280, height: 720, channels: 3, background: '#777', noise: noise(view) } })
          .jpeg()
          .toBuffer(),
      ['no_hand'],
    ],
    ['two hands', pairOf, ['two_hands']],
    ['the other hand', (view) => handJpeg(51, 'R', { view }), ['wrong_hand']],
    ['a dark one', (view) => left(view).linear(0.06, 0).jpeg().toBuffer(), ['too_dark', 'no_hand']],
    ['a blurred one', (view) => left(view).blur(12).jpeg().toBuffer(), ['blurred', 'no_hand']],
    [
      'one far away',
      (view) => left(view).resize(240, 136, { fit: 'fill' }).extend(FAR).jpeg().toBuffer(),
      ['too_far', 'no_hand'],
    ],
  ]
  it.each(cases)('is refused with what to do: %s', async (_name, make, codes) => {
    const { status, accepted, guidance, body } = await show(await threeLooks(make))
    expect([status, accepted]).toEqual([200, 0])
    expect(
      codes.some((code) => guidance.includes(code)),
      JSON.stringify(body.guidance),
    ).toBe(true)
    expect(body.enrolment.step).toBe('palms')
  })
})

it('a bad picture at the terminal costs a try and no money, and the sale goes on', async () => {
  const terminal = await house.pair('terminal')
  const register = await house.pair('register')
  const { id } = await presentPayment(register, terminal)
  const reply = await hover(terminal, id, thrice(Buffer.from('no picture '.repeat(100))))
  expect([reply.status, (reply.body as unknown as { code: string }).code]).toEqual([422, 'picture_unreadable'])
  const payment = await terminal.call('GET', `/v1/payments/${id}`)
  expect(payment.body).toMatchObject({ state: 'presented', hoversLeft: 1, capturedMinor: 0 })
  const stranger = await hover(terminal, id, await handBurst(54, 'L'))
  expect(stranger.body).toMatchObject({ outcome: 'declined', payment: { state: 'declined', capturedMinor: 0 } })
})
