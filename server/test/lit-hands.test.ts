import { sealCapture } from '@paume/camera/seal'
import {
  type CaptureChallenge,
  type EnrolmentCaptureResult,
  type HandSide,
  SCREEN_COLOURS,
  type ScreenColour,
} from '@paume/contract'
import { renderBurst, screenLight } from '@paume/synthetic-hands'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { enrolToPalms, sendSealed } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import type { TestDevice } from './test-device.ts'

/** Seed of the person at the kiosk: nobody. */
const PERSON = 81
const INTERVAL_MS = 120

let house: TestHouse
let kiosk: TestDevice
let enrolmentId = ''
beforeAll(async () => {
  house = await startHouse({ realPalms: true, flash: 'required' })
  kiosk = await house.pair('kiosk')
  enrolmentId = (await enrolToPalms(kiosk)).id
})
afterAll(() => house.stop())

/** A hand held before the screen: under these colours, or, null, in the light of the room alone. */
async function framesUnder(hand: HandSide, frames: number, colours: readonly ScreenColour[] | null) {
  const screens = colours?.map((colour) => screenLight(SCREEN_COLOURS[colour]))
  const burst = renderBurst({
    person: PERSON,
    hand,
    view: 3,
    difficulty: 0.12,
    frames,
    intervalMs: INTERVAL_MS,
    screens,
  })
  return Promise.all(
    burst.map(({ raster: { data, widthPx: width, heightPx: height } }) =>
      sharp(data, { raw: { width, height, channels: 3 } })
        .jpeg({ quality: 90 })
        .toBuffer(),
    ),
  )
}

/** Shows a hand whose light is chosen by `lit`, while every frame claims the colours that were asked for. */
async function show(hand: HandSide, lit: (flash: readonly ScreenColour[]) => readonly ScreenColour[] | null) {
  const path = `/v1/enrolments/${enrolmentId}`
  const { body: challenge } = await kiosk.call<CaptureChallenge>('POST', `${path}/challenges`, { hand })
  const flash = challenge.flash!
  const pictures = await framesUnder(hand, flash.length, lit(flash))
  const frames = pictures.map((bytes, i) => ({
    bytes,
    type: 'image/jpeg' as const,
    offsetMs: i * INTERVAL_MS,
    screenColour: flash[i]!,
  }))
  const context = { deviceId: kiosk.id, hand, capturedAtMs: Date.now() }
  const sealed = await sealCapture(challenge, frames, context)
  const reply = await sendSealed(kiosk, `${path}/captures/${challenge.captureId}`, sealed)
  const { accepted, guidance } = reply.body as EnrolmentCaptureResult
  return { status: reply.status, accepted, codes: guidance.map(({ code }) => code) }
}

it('a hand that the screen lights in the drawn colours is taken', async () => {
  const { status, accepted, codes } = await show('L', (flash) => flash)
  expect([status, accepted > 0], codes.join()).toEqual([200, true])
}, 120_000)

it('a stream that knows nothing of the screen is refused, whatever it says of its frames', async () => {
  expect(await show('R', () => null)).toMatchObject({ status: 200, accepted: 0, codes: ['liveness_failed'] })
}, 120_000)

it('a burst that was lit for another capture is refused', async () => {
  /** Every colour is another one than was asked. */
  const other: Record<ScreenColour, ScreenColour> = { warm: 'blue', blue: 'warm', green: 'white', white: 'green' }
  const { status, accepted, codes } = await show('R', (flash) => flash.map((colour) => other[colour]))
  expect([status, accepted]).toEqual([200, 0])
  expect(codes).toContain('liveness_failed')
}, 120_000)
