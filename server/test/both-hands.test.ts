import { afterAll, beforeAll, expect, it } from 'vitest'
import { captureHand, enrolToPalms } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { handBurst } from './synthetic-pictures.ts'

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
