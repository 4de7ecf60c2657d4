import { afterAll, beforeAll, expect, it } from 'vitest'
import { captureHand, enrolToPalms } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { handBurst, handRaster } from './synthetic-pictures.ts'

let house: TestHouse
beforeAll(async () => {
  house = await startHouse({ realPalms: true })
})
afterAll(() => house.stop())

it('both hands of one person enrol, and find their owner again whichever is shown', async () => {
  const kiosk = await house.pair('kiosk')
  const { id } = await enrolToPalms(kiosk)
  for (const hand of ['L', 'R'] as const) {
    const reply = await captureHand(kiosk, id, hand, await handBurst(61, hand))
    expect(reply.body, JSON.stringify(reply.body)).toMatchObject({ accepted: 3 })
  }
  const done = await kiosk.call('POST', `/v1/enrolments/${id}/complete`)
  expect(done.body).toMatchObject({ step: 'done' })
  expect(house.paume.engine.gallery.palms).toBe(2)

  const again = await enrolToPalms(kiosk)
  for (const hand of ['L', 'R'] as const) {
    const reply = await captureHand(kiosk, again.id, hand, await handBurst(61, hand, 7))
    expect(reply.body, JSON.stringify(reply.body)).toMatchObject({ accepted: 3 })
  }
  const refused = await kiosk.call('POST', `/v1/enrolments/${again.id}/complete`)
  expect([refused.status, refused.body.code]).toEqual([409, 'palm_already_enrolled'])
}, 120_000)

it('one hand shown twice, mirrored to pass for the other, is told', async () => {
  const kiosk = await house.pair('kiosk', 1)
  const { id } = await enrolToPalms(kiosk)
  expect((await captureHand(kiosk, id, 'L', await handBurst(62, 'L'))).body).toMatchObject({ accepted: 3 })
  const mirrored = await Promise.all(
    [8, 9, 10].map((view) => handRaster(62, 'L', { view }).flop().jpeg({ quality: 92 }).toBuffer()),
  )
  const reply = await captureHand(kiosk, id, 'R', mirrored)
  expect([reply.status, reply.body.code]).toEqual([422, 'palms_same_hand'])
  const { body } = await kiosk.call('GET', `/v1/enrolments/${id}`)
  expect(body.palms).toMatchObject({ L: { goodFrames: 3 }, R: { goodFrames: 0 } })
}, 120_000)
