import type { HandSide, Payment } from '@paume/contract'
import { renderScene, type SceneKind } from '@paume/synthetic-hands'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { captureHand, enrol, enrolToPalms } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { handBurst } from './synthetic-pictures.ts'
import type { TestDevice } from './test-device.ts'

/** Somebody who is registered: what they show is theirs, and still no open palm. */
const OWNER = 51
let house: TestHouse
let kiosk: TestDevice
let terminal: TestDevice
let register: TestDevice
beforeAll(async () => {
  house = await startHouse({ realPalms: true })
  kiosk = await house.pair('kiosk')
  terminal = await house.pair('terminal')
  register = await house.pair('register')
  const burst = { L: await handBurst(OWNER, 'L'), R: await handBurst(OWNER, 'R') }
  expect((await enrol(kiosk, (hand) => burst[hand])).body.step).toBe('done')
}, 120_000)
afterAll(() => house.stop())

const sceneBurst = (kind: SceneKind, person: number, hand: HandSide): Promise<Buffer[]> =>
  Promise.all(
    [1, 2, 3].map((view) => {
      const {
        widthPx: width,
        heightPx: height,
        data,
      } = renderScene(kind, { person, hand, view, difficulty: 0.05 }).raster
      return sharp(Buffer.from(data), { raw: { width, height, channels: 3 } })
        .jpeg({ quality: 92 })
        .toBuffer()
    }),
  )

/** Seen without fail: one of these is said. */
const TOLD: [SceneKind, string[]][] = [
  ['empty', ['no_hand']],
  ['two-hands', ['two_hands']],
  ['fist', ['not_open', 'no_hand', 'back_of_hand', 'wrong_hand', 'moving']],
  ['printed-sheet', ['liveness_failed']],
  ['phone-screen', ['liveness_failed']],
]
/** Not always seen for what it is; what is not refused must still be nobody's. */
const NOBODYS: SceneKind[] = ['back-of-hand', 'glove']
const codesOf = (body: { guidance?: { code: string }[] }) => (body.guidance ?? []).map(({ code }) => code)

/** What the terminal answers when a registered person shows this. */
async function pay(kind: SceneKind, hand: HandSide) {
  await terminal.call('POST', '/v1/devices/self/heartbeat', {
    appVersion: 'test',
    camera: 'synthetic',
    deviceTimeMs: Date.now(),
  })
  const frames = await sceneBurst(kind, OWNER, hand)
  const { id } = await presentPayment(register, terminal)
  const reply = await hover(terminal, id, frames)
  const { body: payment } = await register.call<Payment>('GET', `/v1/payments/${id}`)
  await register.call('POST', `/v1/payments/${id}/cancel`)
  return { ...reply, payment }
}

describe.each(TOLD)('%s', (kind, codes) => {
  it('registers nothing, and says what to do', async () => {
    const { id } = await enrolToPalms(kiosk)
    const { status, body } = await captureHand(kiosk, id, 'L', await sceneBurst(kind, 57, 'L'))
    expect([status, body.accepted, body.enrolment.step]).toEqual([200, 0, 'palms'])
    expect(
      codesOf(body).some((code) => codes.includes(code)),
      JSON.stringify(body.guidance),
    ).toBe(true)
    await kiosk.call('DELETE', `/v1/enrolments/${id}`)
  }, 60_000)

  it('pays nothing, and says what to do', async () => {
    const { status, body, payment } = await pay(kind, 'R')
    expect([status, body.outcome]).toEqual([200, 'try_again'])
    expect(
      codesOf(body).some((code) => codes.includes(code)),
      JSON.stringify(body.guidance),
    ).toBe(true)
    expect(payment).toMatchObject({ capturedMinor: 0, hoversLeft: 1 })
  }, 60_000)
})

describe.each(NOBODYS)('%s of a registered person', (kind) => {
  it.each(['L', 'R'] as const)(
    'pays nothing: %s',
    async (hand) => {
      const { status, body, payment } = await pay(kind, hand)
      expect([status, body.outcome]).toEqual([200, 'try_again'])
      expect(codesOf(body).length).toBeGreaterThan(0)
      expect(payment).toMatchObject({ capturedMinor: 0, hoversLeft: 1 })
    },
    60_000,
  )
})

it('the back of a hand registers nothing', async () => {
  const { id } = await enrolToPalms(kiosk)
  const { status, body } = await captureHand(kiosk, id, 'L', await sceneBurst('back-of-hand', 57, 'L'))
  expect([status, body.accepted]).toEqual([200, 0])
  expect(codesOf(body).length).toBeGreaterThan(0)
}, 60_000)
