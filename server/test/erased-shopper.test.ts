import { FLASHES_PER_ENROLMENT } from '@paume/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrol, newPhone, shopperOf } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { post, send, type TestDevice } from './test-device.ts'

let house: TestHouse
let second: TestHouse
let kiosk: TestDevice
let terminal: TestDevice
let register: TestDevice
beforeAll(async () => {
  house = await startHouse()
  second = await startHouse({ databaseUrl: house.databaseUrl, secrets: house.secrets })
  kiosk = await house.pair('kiosk')
  terminal = await house.pair('terminal')
  register = await house.pair('register')
})
afterAll(async () => {
  await second.stop()
  await house.stop()
})

const signIn = async (phone: string): Promise<Record<string, string>> => {
  const started = await post(`${house.url}/v1/shopper-sessions`, { phone })
  const { sessionId, sandboxPhoneCode: code } = started.body
  const session = await post(`${house.url}/v1/shopper-sessions/confirm`, { sessionId, code })
  expect(session.status).toBe(200)
  return { authorization: `Bearer ${session.body.token}` }
}
const until = async (holds: () => boolean | Promise<boolean>, limitMs = 5_000) => {
  const endMs = Date.now() + limitMs
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error('it did not come true in time')
    await new Promise((again) => setTimeout(again, 20))
  }
}

describe('a shopper who erases themself', () => {
  it('is forgotten by every node within a second, keeps a receipt, and pays no more', async () => {
    const phone = newPhone()
    const enrolled = await enrol(kiosk, (hand) => standInBurst('emmy', hand), { phone })
    const shopperId = await shopperOf(house, enrolled.body)
    await until(() => second.paume.engine.gallery.palms === 2)
    const { id } = await presentPayment(register, terminal)
    expect((await hover(terminal, id, standInBurst('emmy', 'L'))).body.outcome).toBe('approved')

    const headers = await signIn(phone)
    const self = await send(`${house.url}/v1/me`, { headers })
    expect(self.body).toMatchObject({
      id: shopperId,
      palms: [
        { hand: 'L', templates: FLASHES_PER_ENROLMENT },
        { hand: 'R', templates: FLASHES_PER_ENROLMENT },
      ],
    })
    expect(self.body.cards).toHaveLength(1)
    expect(self.body.consents.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['consent', 'terms'])

    const startMs = performance.now()
    const erased = await send(`${house.url}/v1/me`, { method: 'DELETE', headers })
    expect(erased.status).toBe(200)
    expect(erased.body.kept.length).toBeGreaterThan(0)
    await until(() => house.paume.engine.gallery.palms === 0 && second.paume.engine.gallery.palms === 0)
    // A second on a machine that does nothing else.
    expect(performance.now() - startMs).toBeLessThan(5_000)

    const { db } = house.paume.database
    for (const table of ['palms', 'shopper_keys', 'shopper_sessions'] as const) {
      const rows = await db.selectFrom(table).selectAll().where('shopper_id', '=', shopperId).execute()
      expect(rows, table).toEqual([])
    }
    const row = await db.selectFrom('shoppers').selectAll().where('id', '=', shopperId).executeTakeFirst()
    expect(row).toMatchObject({ phone_hmac: null, phone_sealed: null, phone_hint: null })
    expect(await house.paume.money.wallet.instrumentOf(shopperId)).toMatchObject({ kind: 'erased' })
    expect((await send(`${house.url}/v1/me`, { headers })).status).toBe(401)

    const audit = await db
      .selectFrom('audit_entries')
      .selectAll()
      .where('sequence', '=', BigInt(erased.body.auditEntry.sequence))
      .executeTakeFirst()
    expect(audit).toMatchObject({ event: 'shopper_erased', sha256: erased.body.auditEntry.sha256 })
    expect(await house.paume.audit.firstBroken()).toBeNull()

    const next = await presentPayment(register, terminal)
    const refused = await hover(terminal, next.id, standInBurst('emmy', 'L'))
    expect(refused.body.outcome).toBe('try_again')
    await terminal.call('POST', `/v1/payments/${next.id}/cancel`)
    const paid = await register.call('GET', `/v1/payments/${id}`)
    expect(paid.body).toMatchObject({ state: 'approved', capturedMinor: 2340 })
  })

  it('may come back later with the same phone and the same palms', async () => {
    const phone = newPhone()
    expect((await enrol(kiosk, (hand) => standInBurst('olga', hand), { phone })).status).toBe(200)
    const headers = await signIn(phone)
    expect((await send(`${house.url}/v1/me`, { method: 'DELETE', headers })).status).toBe(200)
    expect((await enrol(kiosk, (hand) => standInBurst('olga', hand), { phone })).status).toBe(200)
  })
})

it('palms that nobody used for a year are erased by themselves', async () => {
  const enrolled = await enrol(kiosk, (hand) => standInBurst('maria', hand))
  const shopperId = await shopperOf(house, enrolled.body)
  const { db } = house.paume.database
  await sql`update palms set enrolled_at = now() - interval '366 days' where shopper_id = ${shopperId}`.execute(db)
  expect(await house.paume.people.erasure.eraseUnused()).toBe(1)
  const left = await db.selectFrom('palms').selectAll().where('shopper_id', '=', shopperId).execute()
  expect(left).toEqual([])
})

it('an erasure that waited longer for its payment than messages are tried goes on by itself', async () => {
  const enrolled = await enrol(kiosk, (hand) => standInBurst('rosa', hand))
  const shopperId = await shopperOf(house, enrolled.body)
  const { db } = house.paume.database
  await db.updateTable('shoppers').set({ erasure_requested_at: new Date() }).where('id', '=', shopperId).execute()
  expect(await house.paume.people.erasure.continueWaiting()).toBe(1)
  const row = await db.selectFrom('shoppers').selectAll().where('id', '=', shopperId).executeTakeFirst()
  expect(row).toMatchObject({ phone_hmac: null, erased_at: expect.any(Date) })
  expect(await house.paume.people.erasure.continueWaiting()).toBe(0)
})

it('a number that is not registered hears so only after its code', async () => {
  const started = await post(`${house.url}/v1/shopper-sessions`, { phone: newPhone() })
  expect(started.status).toBe(201)
  const { sessionId, sandboxPhoneCode: code } = started.body
  const reply = await post(`${house.url}/v1/shopper-sessions/confirm`, { sessionId, code })
  expect([reply.status, reply.body.code]).toEqual([404, 'shopper_unknown'])
})
