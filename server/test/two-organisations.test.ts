import type { Enrolment } from '@paume/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { createKeyRing } from '../src/identity/data-key.ts'
import { createGalleryKeys, NETWORK } from '../src/identity/gallery-keys.ts'
import { createTemplateStore } from '../src/identity/template-store.ts'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { type OtherOrganisation, openOrganisation } from './another-organisation.ts'
import { captureHand, enrol, enrolToPalms, shopperOf } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { handBurst } from './synthetic-pictures.ts'
import { createTestDatabase } from './test-database.ts'
import type { TestDevice } from './test-device.ts'

type Shop = { kiosk: TestDevice; register: TestDevice; terminal: TestDevice }
type Bursts = Record<'L' | 'R', Buffer[]>

const ANNA = 81
const BERT = 82

let database: Awaited<ReturnType<typeof createTestDatabase>>
let house: TestHouse
let here: Shop
let there: OtherOrganisation
const hands = new Map<number, Bursts>()
const burstOf = (person: number) => (hand: 'L' | 'R') => hands.get(person)![hand]
const outcomes = new Map<string, string>()

beforeAll(async () => {
  database = await createTestDatabase()
  house = await startHouse({ realPalms: true, databaseUrl: database.url })
  here = {
    kiosk: await house.pair('kiosk'),
    register: await house.pair('register'),
    terminal: await house.pair('terminal'),
  }
  there = await openOrganisation(house, 'Another Grocer')
  for (const person of [ANNA, BERT]) {
    hands.set(person, { L: await handBurst(person, 'L'), R: await handBurst(person, 'R') })
  }
}, 120_000)
afterAll(async () => {
  await house?.stop()
  await database?.drop()
})

async function pays({ register, terminal }: Shop, person: number): Promise<string> {
  const payment = await presentPayment(register, terminal)
  const reply = await hover(terminal, payment.id, await handBurst(person, 'L', 5))
  await terminal.call('POST', `/v1/payments/${payment.id}/cancel`)
  return reply.body.outcome ?? `${reply.status}`
}
const homes = async () => {
  const rows = await house.paume.database.db.selectFrom('palms').select(['shopper_id', 'gallery_id']).execute()
  return new Map(rows.map((row) => [row.shopper_id, row.gallery_id]))
}
const choose = (organisationId: string, gallery: 'own' | 'network') =>
  withTransaction(house.paume.database.db, (tx) =>
    house.paume.merchants.setGallery(tx, organisationId, gallery, new Date()),
  )

describe('two organisations on one installation', () => {
  it('a palm registered with one pays there, and does not exist for the other', async () => {
    const enrolled = await enrol(here.kiosk, burstOf(ANNA))
    expect(enrolled.status).toBe(200)
    expect(enrolled.body.network).toBeUndefined()
    outcomes.set('anna here', await shopperOf(house, enrolled.body))
    expect([...(await homes()).values()]).toEqual([DEMO_ORGANISATION.id])
    expect(await pays(here, ANNA)).toBe('approved')
    expect(await pays(there, ANNA)).toBe('try_again')
  })

  it('the same person may register with the other, too, under another phone: nobody finds out that it is one person', async () => {
    const twice = await enrol(here.kiosk, burstOf(ANNA))
    expect([twice.status, (twice.body as { code?: string }).code]).toEqual([409, 'palm_already_enrolled'])
    const enrolled = await enrol(there.kiosk, burstOf(ANNA))
    expect(enrolled.status).toBe(200)
    outcomes.set('anna there', await shopperOf(house, enrolled.body))
    expect(await pays(there, ANNA)).toBe('approved')
    expect(await pays(here, ANNA)).toBe('approved')
    const [one, other] = [outcomes.get('anna here')!, outcomes.get('anna there')!]
    const { pseudonymOf } = house.paume
    expect(enrolled.body.receipt!.pseudonym).toBe(pseudonymOf(there.id, other))
    expect(JSON.stringify(enrolled.body)).not.toContain('shp_')
    expect(new Set([one, other, pseudonymOf(there.id, other), pseudonymOf(DEMO_ORGANISATION.id, other)]).size).toBe(4)
  })

  it('templates of one person under the keys of both have nothing in common but their codes, which are sealed', async () => {
    const { db } = house.paume.database
    const keys = createKeyRing(createGalleryKeys(house.secrets.tenantKeys))
    const store = createTemplateStore({ db, clock: house.clock, keys })
    const [mine] = await store.palmsOf(outcomes.get('anna here')!)
    const [theirs] = await store.palmsOf(outcomes.get('anna there')!)
    expect([mine.galleryId, theirs.galleryId]).toEqual([DEMO_ORGANISATION.id, there.id])
    expect(mine.templates[0].rotationId).not.toBe(theirs.templates[0].rotationId)
    const lengths = (vector: Int8Array) => Math.hypot(...vector)
    const cosines = mine.templates.flatMap(({ embedding: a }) =>
      theirs.templates.map(
        ({ embedding: b }) => a.reduce((sum, value, i) => sum + value * b[i], 0) / (lengths(a) * lengths(b)),
      ),
    )
    expect(Math.max(...cosines.map(Math.abs))).toBeLessThan(0.35)
    // Nor does either key open what is the other's, whatever the row says.
    await db.updateTable('palms').set({ gallery_id: there.id }).where('id', '=', mine.palmId).execute()
    await expect(store.palmsOf(outcomes.get('anna here')!)).rejects.toThrow('cannot be opened')
    await db.updateTable('palms').set({ gallery_id: DEMO_ORGANISATION.id }).where('id', '=', mine.palmId).execute()
  })

  it('in the network is only who agreed to it, where the organisation takes part', async () => {
    const asked = await enrolToPalms(here.kiosk)
    expect(asked.network).toBeUndefined()
    const wish = { sha256: '0'.repeat(64), version: 'x', language: 'en', agreed: true }
    const refused = await here.kiosk.call('POST', `/v1/enrolments/${asked.id}/network`, wish)
    expect([refused.status, refused.body.code]).toEqual([409, 'network_not_offered'])
    await here.kiosk.call('DELETE', `/v1/enrolments/${asked.id}`)

    await choose(there.id, 'network')
    const offered = await enrolToPalms(there.kiosk)
    expect(offered.network).toMatchObject({ agreed: false, text: { kind: 'network' } })
    const path = `/v1/enrolments/${offered.id}`
    const stale = await there.kiosk.call('POST', `${path}/network`, wish)
    expect([stale.status, stale.body.code]).toEqual([409, 'consent_text_outdated'])
    const { sha256, version, language } = offered.network!.text
    const agreed = { sha256, version, language, agreed: true }
    for (const each of [agreed, { ...agreed, agreed: false }, agreed, agreed]) {
      const reply = await there.kiosk.call<Enrolment>('POST', `${path}/network`, each)
      expect([reply.status, reply.body.network?.agreed]).toEqual([200, each.agreed])
    }
    for (const hand of ['L', 'R'] as const) await captureHand(there.kiosk, offered.id, hand, burstOf(BERT)(hand))
    const done = await there.kiosk.call<Enrolment>('POST', `${path}/complete`)
    expect(done.body.step).toBe('done')
    const bert = await shopperOf(house, done.body)
    expect((await homes()).get(bert)).toBe(NETWORK)
    expect((await homes()).get(outcomes.get('anna there')!)).toBe(there.id)

    expect(await pays(there, BERT)).toBe('approved')
    expect(await pays(there, ANNA)).toBe('approved')
    expect(await pays(here, BERT)).toBe('try_again')
    await choose(DEMO_ORGANISATION.id, 'network')
    expect(await pays(here, BERT)).toBe('approved')
    // Who would register again where the network is searched is found there.
    const again = await enrol(here.kiosk, burstOf(BERT))
    expect([again.status, (again.body as { code?: string }).code]).toEqual([409, 'palm_already_enrolled'])
  })

  it('an organisation that withdraws is left, and its shoppers of the network stay in it', async () => {
    await choose(there.id, 'own')
    expect(await pays(there, BERT)).toBe('try_again')
    expect(await pays(there, ANNA)).toBe('approved')
    expect(await pays(here, BERT)).toBe('approved')
  })

  it('a second node and a new tenant key keep everybody in their gallery; an erasure reaches each of them', async () => {
    const keys = [...house.secrets.tenantKeys, { epoch: 2, key: Buffer.alloc(32, 9) }]
    const secrets = { ...house.secrets, tenantKeys: keys }
    const before = await homes()
    const second = await startHouse({ realPalms: true, databaseUrl: database.url, secrets })
    try {
      expect(second.paume.engine.gallery.count).toBe(3)
      for (const [shopperId, galleryId] of before) {
        expect(second.paume.engine.gallery.homeOf(shopperId)).toBe(galleryId)
      }
      const { db } = second.paume.database
      await expect
        .poll(
          async () =>
            (await db.selectFrom('palm_templates').select('palm_id').where('rotation_epoch', '<', 2).execute()).length,
          { timeout: 20_000 },
        )
        .toBe(0)
      expect(await homes()).toEqual(before)
      for (const shopperId of before.keys()) await second.paume.people.erasure.erase(shopperId as never, 'shopper')
      await expect.poll(() => house.paume.engine.gallery.palms, { timeout: 10_000 }).toBe(0)
      expect([house.paume.engine.gallery.count, second.paume.engine.gallery.count]).toEqual([0, 0])
    } finally {
      await second.stop()
    }
  })
})
