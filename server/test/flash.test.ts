import { sealCapture } from '@paume/camera/seal'
import {
  type CaptureChallenge,
  FLASHES_PER_ENROLMENT,
  FLASHES_PER_HOVER,
  SCREEN_COLOUR_NAMES,
  type ScreenColour,
} from '@paume/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { enrol, enrolToPalms, sendSealed } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, prepareHover, presentPayment } from './hover-payment.ts'
import { standInBurst, standInFrame } from './palm-stand-in.ts'
import { post, type TestDevice } from './test-device.ts'

let house: TestHouse
let kiosk: TestDevice
let terminal: TestDevice
let register: TestDevice
beforeAll(async () => {
  house = await startHouse()
  ;[kiosk, terminal, register] = [await house.pair('kiosk'), await house.pair('terminal'), await house.pair('register')]
  await enrol(kiosk, (hand) => standInBurst('ada', hand))
})
afterAll(() => house.stop())

const challengeOf = async (paymentId: string) =>
  (await terminal.call<CaptureChallenge>('POST', `/v1/payments/${paymentId}/challenges`)).body

/** Frames that say they were taken under these colours, sealed for a challenge and sent. */
async function sendUnder(paymentId: string, challenge: CaptureChallenge, colours: readonly (ScreenColour | null)[]) {
  const frames = colours.map((screenColour, i) => ({
    bytes: standInFrame('ada', 'L'),
    type: 'image/jpeg' as const,
    offsetMs: i * 120,
    screenColour,
  }))
  const sealed = await sealCapture(challenge, frames, {
    deviceId: terminal.id,
    hand: challenge.hand,
    capturedAtMs: Date.now(),
  })
  return sendSealed(terminal, `/v1/payments/${paymentId}/hovers/${challenge.captureId}`, sealed)
}

const setPolicy = (flash: string) =>
  post(`${house.url}/v1/organisations/${DEMO_ORGANISATION.id}/flash`, { flash }, house.operator)
const setDevice = (device: TestDevice, change: object) =>
  post(`${house.url}/v1/devices/${device.id}/flash`, change, house.operator)

async function payment(): Promise<string> {
  return (await presentPayment(register, terminal)).id
}
const cancel = (id: string) => terminal.call('POST', `/v1/payments/${id}/cancel`)

describe('the colours of a capture', () => {
  it('are drawn anew for each challenge: neighbours differ, every colour comes, and no sequence comes often', async () => {
    const id = await payment()
    const drawn: ScreenColour[][] = []
    for (let i = 0; i < 40; i++) drawn.push((await challengeOf(id)).flash!)
    for (const flash of drawn) {
      expect(flash).toHaveLength(FLASHES_PER_HOVER)
      flash.forEach((colour, i) => {
        expect(SCREEN_COLOUR_NAMES).toContain(colour)
        expect(colour).not.toBe(flash[i - 1])
      })
    }
    expect(new Set(drawn.flat()).size).toBe(SCREEN_COLOUR_NAMES.length)
    // 40 draws of 108: 33 different ones are expected, fewer than 22 in less than one of a million runs.
    expect(new Set(drawn.map((flash) => flash.join())).size).toBeGreaterThanOrEqual(22)
    await cancel(id)
  })

  it('are one more at the kiosk, where more pictures are kept', async () => {
    const { id } = await enrolToPalms(kiosk)
    const asked = await kiosk.call<CaptureChallenge>('POST', `/v1/enrolments/${id}/challenges`, { hand: 'L' })
    expect(asked.body.flash).toHaveLength(FLASHES_PER_ENROLMENT)
    await kiosk.call('DELETE', `/v1/enrolments/${id}`)
  })

  it('pay when they are kept', async () => {
    const id = await payment()
    const challenge = await challengeOf(id)
    const reply = await sendUnder(id, challenge, challenge.flash!)
    expect([reply.status, reply.body.outcome]).toEqual([200, 'approved'])
  })

  /** What is refused; each costs the challenge, but no try: it is a device that is wrong, not a hand. */
  const wrong: [string, (flash: ScreenColour[]) => (ScreenColour | null)[]][] = [
    ['missing', (flash) => flash.map(() => null)],
    ['missing on one picture', ([first, ...rest]) => [first!, ...rest.slice(1), null]],
    ['reordered', (flash) => [flash[1]!, flash[0]!, ...flash.slice(2)]],
    [
      'in reverse',
      (flash) => (flash.join() === flash.toReversed().join() ? [...flash.slice(1), null] : flash.toReversed()),
    ],
    ['too few', (flash) => flash.slice(0, -1)],
    ['too many', (flash) => [...flash, flash[0]!]],
    ['a colour nobody knows', (flash) => ['ultraviolet' as ScreenColour, ...flash.slice(1)]],
  ]
  for (const [name, change] of wrong) {
    it(`are refused when they are ${name}`, async () => {
      const id = await payment()
      const challenge = await challengeOf(id)
      const reply = await sendUnder(id, challenge, change(challenge.flash!))
      expect([reply.status, reply.body.code]).toEqual([422, 'flash_mismatch'])
      const now = await terminal.call('GET', `/v1/payments/${id}`)
      expect(now.body).toMatchObject({ state: 'presented', hoversLeft: 2 })
      await cancel(id)
    })
  }

  it('of another challenge are refused, and what was refused cannot be sent again under the right ones', async () => {
    const id = await payment()
    const first = await challengeOf(id)
    let second = await challengeOf(id)
    while (second.flash!.join() === first.flash!.join()) second = await challengeOf(id)
    const replayed = await sendUnder(id, second, first.flash!)
    expect([replayed.status, replayed.body.code]).toEqual([422, 'flash_mismatch'])
    const again = await sendUnder(id, second, second.flash!)
    expect([again.status, again.body.code]).toEqual([409, 'capture_reused'])
    await cancel(id)
  })

  it('of fewer pictures than any capture has are too few', async () => {
    const id = await payment()
    const challenge = await challengeOf(id)
    const frames = challenge.flash!.slice(0, 2).map((screenColour) => ({
      bytes: standInFrame('ada', 'L'),
      type: 'image/jpeg' as const,
      offsetMs: 0,
      screenColour,
    }))
    const context = { deviceId: terminal.id, hand: null, capturedAtMs: Date.now(), fewestFrames: 1 }
    const sealed = await sealCapture(challenge, frames, context)
    const reply = await sendSealed(terminal, `/v1/payments/${id}/hovers/${challenge.captureId}`, sealed)
    expect([reply.status, reply.body.code]).toEqual([422, 'frames_too_few'])
    await cancel(id)
  })
})

describe('a device without a screen', () => {
  it('is asked for no colours, and pays by both palms of one person only', async () => {
    expect((await setDevice(terminal, { screen: 'none' })).body).toMatchObject({ screen: 'none', flash: 'required' })
    const id = await payment()
    expect((await challengeOf(id)).flash).toBeNull()
    const first = await hover(terminal, id, standInBurst('ada', 'L'))
    expect(first.body).toMatchObject({ outcome: 'other_palm', payment: { state: 'presented', askedHand: 'R' } })
    const second = await hover(terminal, id, standInBurst('ada', 'R'))
    expect(second.body.outcome).toBe('approved')
    await setDevice(terminal, { screen: 'lights' })
  })

  it('does not pay by palms of two people', async () => {
    await enrol(kiosk, (hand) => standInBurst('bea', hand))
    await setDevice(terminal, { screen: 'none' })
    const id = await payment()
    expect((await hover(terminal, id, standInBurst('ada', 'L'))).body.outcome).toBe('other_palm')
    const second = await hover(terminal, id, standInBurst('bea', 'R'))
    expect(second.body.outcome).not.toBe('approved')
    expect(second.body.payment.state).not.toBe('approved')
    await cancel(id)
    await setDevice(terminal, { screen: 'lights' })
  })

  it('registers nobody', async () => {
    await setDevice(kiosk, { screen: 'none' })
    const { id } = await enrolToPalms(kiosk)
    const asked = await kiosk.call('POST', `/v1/enrolments/${id}/challenges`, { hand: 'L' })
    expect([asked.status, asked.body.code]).toEqual([403, 'device_wrong_kind'])
    await kiosk.call('DELETE', `/v1/enrolments/${id}`)
    await setDevice(kiosk, { screen: 'lights' })
  })

  it('cannot be made of one that has a screen by the device itself', async () => {
    const reply = await terminal.call('POST', `/v1/devices/${terminal.id}/flash`, { screen: 'none' })
    expect([reply.status, reply.body.code]).toEqual([401, 'staff_session_required'])
  })
})

describe('the policy', () => {
  it('is the organisation’s, or the device’s own, and every change stands in the audit', async () => {
    expect((await setPolicy('off')).status).toBe(200)
    const id = await payment()
    expect((await challengeOf(id)).flash).toBeNull()
    await setDevice(terminal, { flash: 'required' })
    expect((await challengeOf(id)).flash).toHaveLength(FLASHES_PER_HOVER)
    const back = await setDevice(terminal, { flash: null })
    expect(back.body).toMatchObject({ screen: 'lights', flash: 'off' })
    expect((await hover(terminal, id, standInBurst('ada', 'L'))).body.outcome).toBe('approved')
    await setPolicy('required')
    const { rows } = await house.paume.database.db
      .selectFrom('audit_entries')
      .select('event')
      .where('event', 'like', '%flash_set')
      .execute()
      .then((found) => ({ rows: found }))
    expect(rows.filter(({ event }) => event === 'organisation_flash_set')).toHaveLength(2)
    expect(rows.filter(({ event }) => event === 'device_flash_set').length).toBeGreaterThanOrEqual(2)
  })

  it('of one that does not exist is not found, and an unknown one is no policy', async () => {
    const unknown = await post(
      `${house.url}/v1/organisations/${DEMO_ORGANISATION.id.slice(0, -1)}0/flash`,
      { flash: 'off' },
      house.operator,
    )
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found'])
    expect((await setPolicy('sometimes')).body.code).toBe('request_malformed')
    expect((await post(`${house.url}/v1/organisations/${DEMO_ORGANISATION.id}/flash`, { flash: 'off' })).status).toBe(
      401,
    )
  })

  it('when_dim takes a lit hand as it is, and asks for the other palm of one that shows no light', async () => {
    await setPolicy('when_dim')
    const lit = await payment()
    const { sealed, path, challenge } = await prepareHover(terminal, lit, standInBurst('ada', 'L'))
    expect(challenge.flash).toHaveLength(FLASHES_PER_HOVER)
    expect((await sendSealed(terminal, path, sealed)).body.outcome).toBe('approved')
    const bright = await payment()
    const unlit = (hand: 'L' | 'R') => standInBurst('ada', hand, 'unlit')
    expect((await hover(terminal, bright, unlit('L'))).body.outcome).toBe('other_palm')
    expect((await hover(terminal, bright, unlit('R'))).body.outcome).toBe('approved')
    await setPolicy('required')
    const refused = await payment()
    const reply = await hover(terminal, refused, unlit('L'))
    expect(reply.body).toMatchObject({ outcome: 'try_again', guidance: [{ code: 'liveness_failed' }] })
    await cancel(refused)
  })
})
