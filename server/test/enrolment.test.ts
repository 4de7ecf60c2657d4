import { FLASHES_PER_ENROLMENT } from '@paume/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { captureHand, enrol, enrolToPalms, newPhone } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { standInBurst } from './palm-stand-in.ts'
import { send, type TestDevice } from './test-device.ts'

let house: TestHouse
let kiosk: TestDevice
beforeAll(async () => {
  house = await startHouse()
  kiosk = await house.pair('kiosk')
})
afterAll(() => house.stop())

const rowsOf = async (table: 'palms' | 'shoppers' | 'enrolment_samples' | 'consents' | 'phone_verifications') =>
  Number(
    (await house.paume.database.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll().as('n'))
      .executeTakeFirst())!.n,
  )
const agreement = (text: { sha256: string; version: string; language: string }) => ({
  sha256: text.sha256,
  version: text.version,
  language: text.language,
  agreed: true,
})

describe('a registration', () => {
  it('ends with a consent receipt, both palms and nothing pending', async () => {
    const reply = await enrol(kiosk, (hand) => standInBurst('ada', hand))
    expect(reply.status).toBe(200)
    expect(reply.body.step).toBe('done')
    expect(reply.body.receipt).toMatchObject({ language: 'en', consentSha256: reply.body.texts.consent.sha256 })
    expect(await rowsOf('palms')).toBe(2)
    expect(await rowsOf('enrolment_samples')).toBe(0)
    expect(await rowsOf('phone_verifications')).toBe(0)
    const again = await kiosk.call('POST', `/v1/enrolments/${reply.body.id}/complete`)
    expect(again.body.receipt).toEqual(reply.body.receipt)
    expect(await rowsOf('shoppers')).toBe(1)
  })

  it('takes its steps in order', async () => {
    const begun = await kiosk.call('POST', '/v1/enrolments', { language: 'fr' })
    expect(begun.status).toBe(201)
    const path = `/v1/enrolments/${begun.body.id}`
    expect(begun.body.texts.consent.language).toBe('fr')
    for (const [step, body] of [
      ['phone', { phone: newPhone() }],
      ['phone-code', { code: '000000' }],
      ['card-setup', undefined],
      ['terms', agreement(begun.body.texts.terms)],
      ['complete', undefined],
    ] as const) {
      expect((await kiosk.call('POST', `${path}/${step}`, body)).body.code, step).toBe('enrolment_step')
    }
    const challenge = await kiosk.call('POST', `${path}/challenges`, { hand: 'L' })
    expect([challenge.status, challenge.body.code]).toEqual([403, 'consent_required'])
  })

  it('refuses an outdated text and a phone that is none', async () => {
    const begun = await kiosk.call('POST', '/v1/enrolments', { language: 'en' })
    const path = `/v1/enrolments/${begun.body.id}`
    const old = { ...agreement(begun.body.texts.consent), version: '2020-01-01' }
    expect((await kiosk.call('POST', `${path}/consent`, old)).body.code).toBe('consent_text_outdated')
    const wrong = { ...agreement(begun.body.texts.consent), sha256: 'a'.repeat(64) }
    expect((await kiosk.call('POST', `${path}/consent`, wrong)).body.code).toBe('consent_text_outdated')
    await kiosk.call('POST', `${path}/consent`, agreement(begun.body.texts.consent))
    for (const phone of ['12345', '+1 415 555', '+999 1234567', 'four one five', '+18005551234', '0000000000']) {
      expect((await kiosk.call('POST', `${path}/phone`, { phone })).body.code, phone).toBe('phone_invalid')
    }
    const national = await kiosk.call('POST', `${path}/phone`, { phone: '(415) 555-2671' })
    expect(national.body).toMatchObject({ step: 'phone_code', phoneHint: '…71' })
  })

  it('locks after five wrong codes, until a new one is asked for', async () => {
    const begun = await kiosk.call('POST', '/v1/enrolments', { language: 'en' })
    const path = `/v1/enrolments/${begun.body.id}`
    await kiosk.call('POST', `${path}/consent`, agreement(begun.body.texts.consent))
    const phone = newPhone()
    const { body } = await kiosk.call('POST', `${path}/phone`, { phone })
    const wrong = body.sandboxPhoneCode === '111111' ? '222222' : '111111'
    const codes = []
    for (let i = 0; i < 6; i++) codes.push((await kiosk.call('POST', `${path}/phone-code`, { code: wrong })).body.code)
    expect(codes).toEqual([...Array(4).fill('phone_code_wrong'), 'phone_code_locked', 'phone_code_locked'])
    const right = await kiosk.call('POST', `${path}/phone-code`, { code: body.sandboxPhoneCode })
    expect([right.status, right.body.code]).toEqual([429, 'phone_code_locked'])
    const fresh = await kiosk.call('POST', `${path}/phone`, { phone })
    const done = await kiosk.call('POST', `${path}/phone-code`, { code: fresh.body.sandboxPhoneCode })
    expect(done.body.step).toBe('card')
  })

  it('refuses a code after ten minutes, and a number that is registered', async () => {
    const phone = newPhone()
    expect((await enrol(kiosk, (hand) => standInBurst('grace', hand), { phone })).status).toBe(200)
    const begun = await kiosk.call('POST', '/v1/enrolments', { language: 'en' })
    const path = `/v1/enrolments/${begun.body.id}`
    await kiosk.call('POST', `${path}/consent`, agreement(begun.body.texts.consent))
    const asked = await kiosk.call('POST', `${path}/phone`, { phone })
    const code = asked.body.sandboxPhoneCode
    const reply = await kiosk.call('POST', `${path}/phone-code`, { code })
    expect([reply.status, reply.body.code]).toEqual([409, 'phone_already_registered'])
  })
})

describe('the palms of a registration', () => {
  it('are told apart: the other hand and a bad picture are not kept', async () => {
    const { id } = await enrolToPalms(kiosk)
    const other = await captureHand(kiosk, id, 'L', standInBurst('joan', 'R'))
    expect(other.body).toMatchObject({ accepted: 0, guidance: [{ code: 'wrong_hand' }] })
    const blurred = await captureHand(kiosk, id, 'L', standInBurst('joan', 'L', 'blurred'))
    expect(blurred.body).toMatchObject({ accepted: 0, guidance: [{ code: 'blurred' }] })
    const good = await captureHand(kiosk, id, 'L', standInBurst('joan', 'L'))
    expect(good.body.enrolment.palms).toEqual({
      L: { goodFrames: FLASHES_PER_ENROLMENT, needed: 3 },
      R: { goodFrames: 0, needed: 3 },
    })
    expect((await kiosk.call('POST', `/v1/enrolments/${id}/complete`)).body.code).toBe('enrolment_step')
  })

  it('must fit together, or that hand starts again', async () => {
    const { id } = await enrolToPalms(kiosk)
    const mixed = [...standInBurst('mary', 'L').slice(0, 2), ...standInBurst('ann', 'L').slice(0, 1)]
    const reply = await captureHand(kiosk, id, 'L', mixed)
    expect([reply.status, reply.body.code]).toEqual([422, 'palms_not_alike'])
    const now = await kiosk.call('GET', `/v1/enrolments/${id}`)
    expect(now.body.palms.L.goodFrames).toBe(0)
  })

  it('already registered under another phone are blocked, noted for review, and nothing is kept', async () => {
    const shoppers = await rowsOf('shoppers')
    const reply = await enrol(kiosk, (hand) => standInBurst('ada', hand))
    expect(reply).toMatchObject({ status: 409, body: { code: 'palm_already_enrolled' } })
    expect(await rowsOf('shoppers')).toBe(shoppers)
    const reviews = await house.paume.database.db.selectFrom('duplicate_reviews').selectAll().execute()
    expect(reviews).toHaveLength(1)
    expect(JSON.stringify(reply.body)).not.toContain(reviews[0].shopper_id)
  })

  it('of one person at two kiosks at the same moment enrol once', async () => {
    const second = await house.pair('kiosk', 1)
    const [a, b] = await Promise.all(
      [kiosk, second].map((device) => enrol(device, (hand) => standInBurst('hedy', hand))),
    )
    expect([a.status, b.status].sort()).toEqual([200, 409])
  })

  it('are all taken when more people than the database has connections for end at the same moment', async () => {
    const people = Array.from({ length: 14 }, (_, i) => `crowd ${i}`)
    const ids: string[] = []
    for (const person of people) {
      const { id } = await enrolToPalms(kiosk)
      for (const hand of ['L', 'R'] as const) await captureHand(kiosk, id, hand, standInBurst(person, hand))
      ids.push(id)
    }
    const replies = await Promise.all(ids.map((id) => kiosk.call('POST', `/v1/enrolments/${id}/complete`)))
    expect(replies.map(({ body }) => body.step ?? body.code)).toEqual(ids.map(() => 'done'))
  })
})

describe('“no thanks”', () => {
  it('destroys everything of the registration', async () => {
    const before = await Promise.all([rowsOf('consents'), rowsOf('enrolment_samples'), rowsOf('phone_verifications')])
    const { id } = await enrolToPalms(kiosk)
    await captureHand(kiosk, id, 'R', standInBurst('rosa', 'R'))
    expect(await rowsOf('enrolment_samples')).toBe(before[1] + FLASHES_PER_ENROLMENT)
    expect((await kiosk.call('DELETE', `/v1/enrolments/${id}`)).status).toBe(204)
    expect((await kiosk.call('DELETE', `/v1/enrolments/${id}`)).status).toBe(204)
    const after = await Promise.all([rowsOf('consents'), rowsOf('enrolment_samples'), rowsOf('phone_verifications')])
    expect(after).toEqual(before)
    expect((await kiosk.call('GET', `/v1/enrolments/${id}`)).body.code).toBe('enrolment_unknown')
  })

  it('comes by itself after a quarter of an hour', async () => {
    const { id } = await enrolToPalms(kiosk)
    await captureHand(kiosk, id, 'R', standInBurst('vera', 'R'))
    house.clock.moveMs(15 * 60_000 + 1)
    for (const sweep of house.paume.people.sweeps) await sweep()
    house.clock.moveMs(-15 * 60_000 - 1)
    expect((await kiosk.call('GET', `/v1/enrolments/${id}`)).body.code).toBe('enrolment_expired')
    const left = await house.paume.database.db
      .selectFrom('enrolment_samples')
      .selectAll()
      .where('enrolment_id', '=', id)
      .execute()
    expect(left).toEqual([])
  })

  it('is not for another device to say', async () => {
    const { id } = await enrolToPalms(kiosk)
    const other = await house.pair('kiosk', 1)
    expect((await other.call('DELETE', `/v1/enrolments/${id}`)).body.code).toBe('enrolment_unknown')
    const register = await house.pair('register')
    expect((await register.call('GET', `/v1/enrolments/${id}`)).body.code).toBe('device_wrong_kind')
  })
})

it('describes itself', async () => {
  const { body, status } = await send(`${house.url}/openapi.json`)
  expect(status).toBe(200)
  expect(body.openapi).toBe('3.1.0')
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(['/v1/enrolments', '/v1/payments/{id}/hovers/{captureId}', '/v1/me']),
  )
})
