import { rm } from 'node:fs/promises'
import { sealCapture } from '@paume/camera/seal'
import type { CaptureChallenge, Device, EnrolmentCaptureResult, HandSide, HoverResult } from '@paume/contract'
import { type NirHead, nirNameOf, type PalmSample } from '@paume/palm'
import { renderBurst } from '@paume/synthetic-hands'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyNirModel } from '../../packages/palm/src/networks/tiny-nir-head.test-data.ts'
import { readConfig } from '../src/config.ts'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { createPalmEngine } from '../src/palm-adapter.ts'
import { makeSecrets, openSecrets } from '../src/secrets.ts'
import { enrolToPalms, sendSealed, shopperOf } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { presentPayment } from './hover-payment.ts'
import type { Reply, TestDevice } from './test-device.ts'

/** People who do not exist. */
const [WITH_VEINS, WITHOUT_VEINS, STRANGER] = [91, 92, 93]
const FRAMES = 3
/** What the untrained head of these tests is worth: its cosines of one hand lie about .9, of two about .5. */
const WEIGHTS = { offset: -7, cosine: 10, most: 4, fittedTo: 'nothing: a stand-in' }

type Shot = { bytes: Uint8Array; nir: Uint8Array | null }

let head: NirHead & { folder: string }
let house: TestHouse
let kiosk: TestDevice
let terminal: TestDevice
let register: TestDevice
beforeAll(async () => {
  const model = await tinyNirModel()
  head = { ...model, name: nirNameOf(model), weights: WEIGHTS }
  const secrets = openSecrets(JSON.stringify(makeSecrets()))
  const config = readConfig([], {}, '/')
  const engine = await createPalmEngine({ ...config, recogniserWorkers: 2 }, secrets, undefined, head)
  house = await startHouse({ realPalms: true, secrets, overrides: { engine } })
  kiosk = await house.pair('kiosk')
  terminal = await house.pair('terminal')
  register = await house.pair('register')
  for (const device of [kiosk, terminal]) await setNearInfrared(device, true)
}, 60_000)
afterAll(async () => {
  await house.stop()
  await rm(head.folder, { recursive: true })
})

const setNearInfrared = (device: TestDevice, nearInfrared: boolean) =>
  fetch(`${house.url}/v1/devices/${device.id}/near-infrared`, {
    method: 'POST',
    headers: { ...house.operator, 'content-type': 'application/json' },
    body: JSON.stringify({ nearInfrared }),
  }).then(async (reply) => (await reply.json()) as Device)

/** A hand held over two registered sensors, or over one. */
async function burst(person: number, hand: HandSide, view: number, veins = true): Promise<Shot[]> {
  const jpegs = (band: 'visible' | 'near-infrared') => {
    const frames = renderBurst({ person, hand, view, band, difficulty: 0.05, frames: FRAMES, intervalMs: 120 })
    return Promise.all(
      frames.map(({ raster: { data, widthPx: width, heightPx: height } }) =>
        sharp(Buffer.from(data), { raw: { width, height, channels: 3 } })
          .jpeg({ quality: 90 })
          .toBuffer(),
      ),
    )
  }
  const visible = await jpegs('visible')
  const nir = veins ? await jpegs('near-infrared') : null
  return visible.map((bytes, i) => ({ bytes, nir: nir?.[i] ?? null }))
}

const sealed = (device: TestDevice, challenge: CaptureChallenge, shots: readonly Shot[]) =>
  sealCapture(
    challenge,
    shots.map(({ bytes, nir }, i) => ({
      bytes,
      type: 'image/jpeg' as const,
      offsetMs: 120 * i,
      screenColour: null,
      nir: nir && { bytes: nir, type: 'image/jpeg' as const },
    })),
    { deviceId: device.id, hand: challenge.hand, capturedAtMs: Date.now() },
  )

async function enrolPerson(person: number, veins: boolean): Promise<string> {
  const { id } = await enrolToPalms(kiosk)
  const path = `/v1/enrolments/${id}`
  for (const hand of ['L', 'R'] as const) {
    const asked = await kiosk.call<CaptureChallenge>('POST', `${path}/challenges`, { hand })
    const body = await sealed(kiosk, asked.body, await burst(person, hand, 1, veins))
    const reply = await sendSealed(kiosk, `${path}/captures/${asked.body.captureId}`, body)
    expect((reply.body as EnrolmentCaptureResult).accepted, JSON.stringify(reply.body)).toBe(FRAMES)
  }
  const done = await kiosk.call('POST', `${path}/complete`)
  expect(done.body).toMatchObject({ step: 'done' })
  return shopperOf(house, done.body)
}

async function pay(shots: readonly Shot[]): Promise<Reply<HoverResult>> {
  const beat = { appVersion: 'test', camera: 'synthetic', deviceTimeMs: Date.now() }
  await terminal.call('POST', '/v1/devices/self/heartbeat', beat)
  const payment = await presentPayment(register, terminal)
  const asked = await terminal.call<CaptureChallenge>('POST', `/v1/payments/${payment.id}/challenges`)
  const body = await sealed(terminal, asked.body, shots)
  const reply = await sendSealed(terminal, `/v1/payments/${payment.id}/hovers/${asked.body.captureId}`, body)
  await terminal.call('POST', `/v1/payments/${payment.id}/cancel`)
  return reply as Reply<HoverResult>
}

/**
 * Fused similarity of one burst with the palms of one person, and what visible light alone says of the very same samples: which frame a
 * hand is found in first, and with it the last decimals, is a matter of which thread is faster.
 */
async function similarities(shopperId: string, shots: readonly Shot[]): Promise<{ both: number; alone: number }> {
  const { engine } = house.paume
  const frames = shots.map((shot, i) => ({ ...shot, offsetMs: 120 * i, screenColour: null }))
  const seen = await engine.analyse(frames, { expectedHand: 'R', flash: null, unseenFlash: 'accept' })
  if (seen.outcome !== 'good') throw new Error(JSON.stringify(seen.guidance))
  expect(seen.samples.every(({ nir }) => nir?.modelName === head.name)).toBe(true)
  const of = async (samples: readonly PalmSample[]) => {
    const galleryId = DEMO_ORGANISATION.id
    const probes = samples.map((sample) => engine.protect(sample, galleryId).probe)
    const found = await engine.gallery.among([galleryId]).search(probes)
    return found.find((candidate) => candidate.shopperId === shopperId)!.similarity
  }
  const visible = seen.samples.map(({ nir: _nir, ...sample }) => sample)
  return { both: await of(seen.samples), alone: await of(visible) }
}

describe('a shop whose devices see veins', () => {
  let veined: string
  let plain: string
  beforeAll(async () => {
    veined = await enrolPerson(WITH_VEINS, true)
    plain = await enrolPerson(WITHOUT_VEINS, false)
  }, 240_000)

  it('says so', async () => {
    const ready = await fetch(`${house.url}/readyz`)
    expect(await ready.json()).toMatchObject({ status: 'ready', nearInfrared: 'on' })
    const self = await terminal.call<Device>('GET', '/v1/devices/self')
    expect(self.body.nearInfrared).toBe(true)
  })

  it('knows who enrolled with veins by both, and by visible light alone as before', async () => {
    const shots = await burst(WITH_VEINS, 'R', 5)
    expect((await pay(shots)).body.outcome).toBe('approved')
    expect((await pay(shots.map(({ bytes }) => ({ bytes, nir: null })))).body.outcome).toBe('approved')
    const { both, alone } = await similarities(veined, shots)
    expect(both).toBeGreaterThan(alone)
  }, 240_000)

  it('knows who enrolled without, with the very number that visible light gives', async () => {
    const shots = await burst(WITHOUT_VEINS, 'R', 5)
    expect((await pay(shots)).body.outcome).toBe('approved')
    const { both, alone } = await similarities(plain, shots)
    expect(both).toBe(alone)
  }, 240_000)

  it("believes the right palm less when somebody else's veins are beside it", async () => {
    const shots = await burst(WITH_VEINS, 'R', 6)
    const foreign = await burst(STRANGER, 'R', 6)
    const mixed = shots.map(({ bytes }, i) => ({ bytes, nir: foreign[i]!.nir }))
    const { both, alone } = await similarities(veined, mixed)
    expect(both).toBeLessThan(alone)
  }, 240_000)

  it('does not look at veins that a device without the sensor sends', async () => {
    const broken = (await burst(WITH_VEINS, 'R', 7)).map(({ bytes }) => ({ bytes, nir: Buffer.from('no picture') }))
    expect([(await pay(broken)).status, (await pay(broken)).status]).toEqual([422, 422])
    expect(await setNearInfrared(terminal, false)).toMatchObject({ nearInfrared: false })
    expect((await pay(broken)).body.outcome).toBe('approved')
    await setNearInfrared(terminal, true)
  }, 240_000)

  it('leaves it to the operator which device has the sensor', async () => {
    const reply = await terminal.call('POST', `/v1/devices/${terminal.id}/near-infrared`, { nearInfrared: true })
    expect(reply.status).toBe(401)
  })
})
