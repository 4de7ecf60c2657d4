import type { DuplicateReview, Page, ReviewDecision } from '@paume/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONTACT_KEPT_MS } from '../src/identity/reviews/opening.ts'
import { TAKEN_FOR_MS } from '../src/identity/reviews/service.ts'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { type OtherOrganisation, openOrganisation } from './another-organisation.ts'
import { captureHand, enrol, enrolToPalms, newPhone, shopperOf } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { signedIn, type TestPerson } from './staff-person.ts'
import type { TestDevice } from './test-device.ts'

let house: TestHouse
let kiosk: TestDevice
let register: TestDevice
let terminal: TestDevice
let elsewhere: OtherOrganisation
let rosa: TestPerson
let ivo: TestPerson
let foreigner: TestPerson
const texts: { to: string; text: string }[] = []

beforeAll(async () => {
  const messages = {
    async send(to: string, text: string) {
      texts.push({ to, text })
      return 'sent' as const
    },
  }
  house = await startHouse({ overrides: { messages } })
  kiosk = await house.pair('kiosk')
  register = await house.pair('register')
  terminal = await house.pair('terminal')
  elsewhere = await openOrganisation(house, 'Another Grocer')
  rosa = await signedIn(house, { role: 'privacy_officer', name: 'Rosa' })
  ivo = await signedIn(house, { role: 'privacy_officer', name: 'Ivo' })
  foreigner = await signedIn(house, { role: 'privacy_officer', organisationId: elsewhere.id })
}, 60_000)
afterAll(() => house?.stop())

const db = () => house.paume.database.db
const reviews = (who: TestPerson, query = '') => who.call<Page<DuplicateReview>>('GET', `/v1/console/reviews${query}`)
const open = async () => (await reviews(rosa, '?state=open')).body.items
const take = (who: TestPerson, id: string) =>
  who.call<DuplicateReview & { code: string }>('POST', `/v1/console/reviews/${id}/take`)
const decide = (who: TestPerson, id: string, decision: ReviewDecision) =>
  who.call<DuplicateReview & { code: string }>('POST', `/v1/console/reviews/${id}/decide`, { decision })
const audited = async (event: string) => {
  const rows = await db().selectFrom('audit_entries').select('facts').where('event', '=', event).execute()
  return rows.map((row) => JSON.parse(row.facts as string) as Record<string, unknown>)
}
async function delivered(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await sql`update outbox_messages set due_at = now() where delivered_at is null and failed_at is null`.execute(db())
    await house.paume.outboxWorker.runOnce()
  }
}
async function pays(person: string, hand: 'L' | 'R' = 'L') {
  const { id } = await presentPayment(register, terminal)
  const first = await hover(terminal, id, standInBurst(person, hand))
  const last =
    first.body.outcome === 'other_palm'
      ? await hover(terminal, id, standInBurst(person, hand === 'L' ? 'R' : 'L'))
      : first
  await terminal.call('POST', `/v1/payments/${id}/cancel`)
  return [first.body.outcome, last.body.outcome]
}
/** Somebody registers, and then again under another number. */
async function twice(person: string) {
  const [phone, newer] = [newPhone(), newPhone()]
  const enrolled = await enrol(kiosk, (hand) => standInBurst(person, hand), { phone })
  const again = await enrol(kiosk, (hand) => standInBurst(person, hand), { phone: newer })
  expect([enrolled.status, again.status]).toEqual([200, 409])
  texts.length = 0
  const [review] = await open()
  return {
    phone,
    newer,
    review: review!,
    shopperId: await shopperOf(house, enrolled.body),
    pseudonym: enrolled.body.receipt!.pseudonym,
  }
}
const textTo = (phone: string) => texts.filter(({ to }) => to === phone).map(({ text }) => text)

describe('a palm that seemed to be registered already', () => {
  it('is looked at by facts alone: when, where, which hand, and nothing that says how alike', async () => {
    const { review, pseudonym, shopperId } = await twice('alma')
    expect(review).toMatchObject({
      state: 'open',
      hand: 'L',
      shop: { name: 'Harbour Café' },
      earlier: { pseudonym, shop: { name: 'Harbour Café' }, hands: ['L', 'R'], frozen: false, twin: false },
      newer: { reachable: true },
      takenBy: null,
      decision: null,
    })
    const said = JSON.stringify((await reviews(rosa)).body)
    expect(said).not.toMatch(/similarity|nats|template|embedding|phone|\+1|shp_/)
    expect(said).not.toContain(shopperId)
    // Trying again is not looked at again.
    await enrol(kiosk, (hand) => standInBurst('alma', hand), { phone: newPhone() })
    expect(await open()).toHaveLength(2)
    for (const each of await open()) {
      expect((await take(rosa, each.id)).status).toBe(200)
      expect((await decide(rosa, each.id, 'same_person_earlier')).status).toBe(200)
    }
    expect(await pays('alma')).toEqual(['approved', 'approved'])
  })

  it('is decided by one person, once', async () => {
    const { review } = await twice('bela')
    const { id } = review
    expect((await decide(rosa, id, 'twins')).body.code).toBe('review_taken')
    const taken = await Promise.all([take(rosa, id), take(ivo, id)])
    expect(taken.map(({ status }) => status).sort()).toEqual([200, 409])
    const [who, other] = taken[0]!.status === 200 ? [rosa, ivo] : [ivo, rosa]
    expect((await take(who, id)).body.takenBy).toEqual({ name: who.staff.name, you: true })
    expect((await take(other, id)).body.code).toBe('review_taken')
    expect((await decide(other, id, 'fraud')).body.code).toBe('review_taken')
    const both = await Promise.all([decide(who, id, 'same_person_earlier'), decide(who, id, 'same_person_newer')])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(both.find(({ status }) => status === 409)!.body.code).toBe('review_decided')
    expect((await take(who, id)).body.code).toBe('review_decided')
    expect((await audited('duplicate_review_decided')).filter(({ reviewId }) => reviewId === id)).toHaveLength(1)
    await delivered()
  })

  it('left lying by who took it can be taken by another an hour later', async () => {
    const { review } = await twice('cleo')
    expect((await take(rosa, review.id)).status).toBe(200)
    expect((await take(ivo, review.id)).status).toBe(409)
    await db()
      .updateTable('duplicate_reviews')
      .set({ taken_at: new Date(Date.now() - TAKEN_FOR_MS - 1) })
      .execute()
    expect((await take(ivo, review.id)).status).toBe(200)
    expect((await decide(rosa, review.id, 'fraud')).body.code).toBe('review_taken')
    await decide(ivo, review.id, 'same_person_earlier')
    await delivered()
  })

  it('of one person: the earlier registration stays, and both numbers hear it in plain words', async () => {
    const { review, phone, newer } = await twice('dina')
    await take(rosa, review.id)
    expect((await decide(rosa, review.id, 'same_person_earlier')).body).toMatchObject({
      state: 'decided',
      decision: 'same_person_earlier',
      decidedBy: 'Rosa',
    })
    await delivered()
    await delivered()
    expect(textTo(phone)).toEqual([expect.stringContaining('Your registration stays as it is')])
    expect(textTo(newer)).toEqual([expect.stringContaining('That registration stays')])
    const row = await db().selectFrom('duplicate_reviews').selectAll().where('id', '=', review.id).executeTakeFirst()
    expect(row).toMatchObject({ newer_phone_sealed: null, newer_phone_hmac: null })
    expect(await pays('dina')).toEqual(['approved', 'approved'])
  })

  it('of one person: the earlier registration goes, its owner hears it first, and may register anew', async () => {
    const { review, phone, newer } = await twice('edda')
    await take(rosa, review.id)
    await decide(rosa, review.id, 'same_person_newer')
    await delivered()
    await delivered()
    expect(textTo(phone)).toEqual([expect.stringContaining('is deleted now')])
    expect(textTo(newer)).toEqual([expect.stringContaining('You can register now')])
    expect(await pays('edda')).toEqual(['try_again', 'try_again'])
    expect((await rosa.call('GET', `/v1/console/reviews/${review.id}`)).body.earlier).toMatchObject({
      registeredAt: null,
    })
    expect((await enrol(kiosk, (hand) => standInBurst('edda', hand), { phone: newer })).status).toBe(200)
    expect(await pays('edda')).toEqual(['approved', 'approved'])
  })

  it('of twins: both pay, and both show both hands from then on', async () => {
    const { review, newer, shopperId } = await twice('finn')
    expect(await pays('finn')).toEqual(['approved', 'approved'])
    await take(rosa, review.id)
    await decide(rosa, review.id, 'twins')
    await delivered()
    expect(textTo(newer)).toEqual([expect.stringContaining('both hands')])
    expect(await pays('finn')).toEqual(['other_palm', 'approved'])
    // Under any other number it is no twin's registration.
    expect((await enrol(kiosk, (hand) => standInBurst('finn', hand))).status).toBe(409)
    const second = await enrol(kiosk, (hand) => standInBurst('finn', hand), { phone: newer })
    expect(second.status).toBe(200)
    const twins = await db().selectFrom('shopper_twins').select('shopper_id').execute()
    expect(twins.map((row) => row.shopper_id).sort()).toEqual([shopperId, await shopperOf(house, second.body)].sort())
    await house.paume.people.erasure.erase(shopperId as never, 'shopper')
    expect(await db().selectFrom('shopper_twins').select('shopper_id').execute()).toHaveLength(1)
  })

  it('of fraud: nothing is paid, the shopper cannot lift it, staff can', async () => {
    const { review, phone } = await twice('gila')
    await take(rosa, review.id)
    await decide(rosa, review.id, 'fraud')
    await delivered()
    expect(textTo(phone)).toEqual([expect.stringContaining('is frozen')])
    expect((await pays('gila'))[0]).not.toBe('approved')
    const { freezes } = house.paume.money.wallet
    const row = await db()
      .selectFrom('duplicate_reviews')
      .selectAll()
      .where('id', '=', review.id)
      .executeTakeFirstOrThrow()
    expect(await freezes.lift(db(), row.shopper_id, null, new Date())).toEqual([])
    expect((await rosa.call('GET', `/v1/console/reviews/${review.id}`)).body.earlier.frozen).toBe(true)
    expect((await rosa.call('POST', `/v1/console/reviews/${review.id}/lift`)).status).toBe(200)
    expect((await rosa.call('POST', `/v1/console/reviews/${review.id}/lift`)).status).toBe(200)
    expect(await audited('duplicate_review_freeze_lifted')).toHaveLength(1)
    expect(await pays('gila')).toEqual(['approved', 'approved'])
  })

  it('is nobody’s business at another organisation, nor without the right', async () => {
    const { review } = await twice('hedy')
    expect((await reviews(foreigner)).body.items).toEqual([])
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/take'],
      ['POST', '/lift'],
    ]) {
      const reply = await foreigner.call(method!, `/v1/console/reviews/${review.id}${path}`)
      expect([reply.status, reply.body.code]).toEqual([404, 'not_found'])
    }
    expect((await decide(foreigner, review.id, 'fraud')).status).toBe(404)
    expect((await audited('foreign_id_asked')).some(({ id }) => id === review.id)).toBe(true)
    const manager = await signedIn(house, { role: 'manager' })
    expect((await reviews(manager)).status).toBe(403)
    const ofOneShop = await signedIn(house, { role: 'privacy_officer', shopIds: [elsewhere.shopId] })
    expect((await reviews(ofOneShop)).body.items).toEqual([])
    expect((await take(ofOneShop, review.id)).status).toBe(404)
    const bad = await rosa.call('POST', `/v1/console/reviews/${review.id}/decide`, { decision: 'merge' })
    expect([bad.status, bad.body.code]).toEqual([400, 'request_malformed'])
    expect((await take(rosa, 'rvw_00000000000000000000000000')).status).toBe(404)
  })

  it('of a shopper whom another organisation brought into the network is for operators', async () => {
    const organisations = [elsewhere.id, DEMO_ORGANISATION.id]
    await db().updateTable('organisations').set({ gallery: 'network' }).where('id', 'in', organisations).execute()
    const begun = await enrolToPalms(elsewhere.kiosk)
    const { sha256, version, language } = begun.network!.text
    await elsewhere.kiosk.call('POST', `/v1/enrolments/${begun.id}/network`, {
      sha256,
      version,
      language,
      agreed: true,
    })
    for (const hand of ['L', 'R'] as const) {
      await captureHand(elsewhere.kiosk, begun.id, hand, standInBurst('ines', hand))
    }
    expect((await elsewhere.kiosk.call('POST', `/v1/enrolments/${begun.id}/complete`)).status).toBe(200)
    expect(await pays('ines')).toEqual(['approved', 'approved'])
    const before = (await open()).length
    expect((await enrol(kiosk, (hand) => standInBurst('ines', hand))).status).toBe(409)
    expect(await open()).toHaveLength(before)
    const operator = await signedIn(house, { role: 'operator' })
    const [review] = (await reviews(operator, '?state=open')).body.items
    expect(review).toMatchObject({ shop: { name: 'Harbour Café' }, earlier: { shop: { name: 'Another Grocer 1' } } })
    await take(operator, review!.id)
    expect((await decide(operator, review!.id, 'same_person_earlier')).status).toBe(200)
    await db().updateTable('organisations').set({ gallery: 'own' }).where('id', 'in', organisations).execute()
  })

  it('keeps no number longer than thirty days', async () => {
    await twice('jana')
    const old = new Date(house.clock.nowMs() - CONTACT_KEPT_MS - 1)
    await db().updateTable('duplicate_reviews').set({ noticed_at: old, decided_at: null }).execute()
    expect(
      await db().selectFrom('duplicate_reviews').select('id').where('newer_phone_hmac', 'is not', null).execute(),
    ).not.toEqual([])
    await house.paume.reviews.sweep()
    expect(
      await db().selectFrom('duplicate_reviews').select('id').where('newer_phone_hmac', 'is not', null).execute(),
    ).toEqual([])
  })
})
