import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHouse, type TestHouse } from './harness.ts'
import { post, send, TestDevice } from './test-device.ts'

let house: TestHouse
beforeAll(async () => {
  house = await startHouse()
})
afterAll(() => house.stop())

const newCode = async () => {
  const made = await post(
    `${house.url}/v1/devices`,
    { kind: 'kiosk', shopId: (await house.paume.merchants.shops())[0].id, name: 'By the door' },
    house.operator,
  )
  expect(made.status).toBe(201)
  return made.body as { device: { id: string; state: string }; pairingCode: string }
}
const redeem = (code: string, kind = 'kiosk') =>
  post(`${house.url}/v1/pairings/redeem`, { code, kind, publicKey: new TestDevice(house.url, 'kiosk').publicKey })

describe('a device made by the operator', () => {
  it('is paired with the code of its sheet, once', async () => {
    const { device, pairingCode } = await newCode()
    expect(device.state).toBe('unpaired')
    const first = await redeem(pairingCode)
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({ id: device.id, state: 'paired', sandbox: true })
    const second = await redeem(pairingCode)
    expect(second.status).toBe(409)
    expect(second.body.code).toBe('pairing_code_used')
  })

  it('is paired anew when it has lost its key: the new key is good at once on every node, the old one on none', async () => {
    const old = await house.pair('kiosk')
    const other = await startHouse({ databaseUrl: house.databaseUrl, secrets: house.secrets })
    const at = (device: TestDevice, url: string): TestDevice =>
      Object.assign(Object.create(Object.getPrototypeOf(device)), device, { url })
    try {
      const self = (device: TestDevice, url: string) => at(device, url).call('GET', '/v1/devices/self')
      for (const url of [house.url, other.url]) expect((await self(old, url)).status).toBe(200)
      const anew = await house.pair('kiosk')
      expect(anew.id).toBe(old.id)
      for (const url of [other.url, house.url]) {
        expect((await self(anew, url)).status).toBe(200)
        expect((await self(old, url)).body.code).toBe('signature_invalid')
        expect((await self(anew, url)).status).toBe(200)
      }
    } finally {
      await other.stop()
    }
  })

  it('is not paired by two devices that use the code at the same moment', async () => {
    const { pairingCode } = await newCode()
    const replies = await Promise.all(Array.from({ length: 5 }, () => redeem(pairingCode)))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter(({ body }) => body.code === 'pairing_code_used')).toHaveLength(4)
  })

  it('is not paired as another kind', async () => {
    const { pairingCode } = await newCode()
    expect((await redeem(pairingCode, 'terminal')).body.code).toBe('device_wrong_kind')
  })

  it('is not paired after ten minutes', async () => {
    const { pairingCode } = await newCode()
    house.clock.moveMs(600_001)
    expect((await redeem(pairingCode)).body.code).toBe('pairing_code_expired')
    house.clock.moveMs(-600_001)
  })

  it('needs somebody who may pair', async () => {
    const reply = await post(`${house.url}/v1/devices`, {}, { authorization: 'Bearer nobody' })
    expect(reply.status).toBe(401)
    expect(reply.body).toMatchObject({
      type: 'urn:paume:problem:staff_session_required',
      code: 'staff_session_required',
    })
  })
})

describe('a device that asks by itself', () => {
  it('waits until the operator approves the code it shows', async () => {
    const device = new TestDevice(house.url, 'terminal')
    const asked = await post(`${house.url}/v1/pairings`, { kind: 'terminal', publicKey: device.publicKey })
    expect(asked.status).toBe(201)
    const poll = () => send(`${house.url}/v1/pairings/${asked.body.pairingId}`)
    expect((await poll()).status).toBe(202)
    expect((await redeem(asked.body.code, 'terminal')).body.code).toBe('pairing_code_unknown')
    const shopId = (await house.paume.merchants.shops())[1].id
    const binding = { code: asked.body.code, shopId, name: 'Till 4' }
    const approved = await post(`${house.url}/v1/pairings/approve`, binding, house.operator)
    expect(approved.status).toBe(200)
    const found = await poll()
    expect(found.status).toBe(200)
    device.id = found.body.id
    const self = await device.call('GET', '/v1/devices/self')
    expect(self.body).toMatchObject({ id: device.id, kind: 'terminal', shop: { id: shopId }, state: 'paired' })
  })

  it('is made once when two operators approve at the same moment', async () => {
    const { publicKey } = new TestDevice(house.url, 'kiosk')
    const asked = await post(`${house.url}/v1/pairings`, { kind: 'kiosk', publicKey })
    const shopId = (await house.paume.merchants.shops())[0].id
    const approve = (name: string) =>
      post(`${house.url}/v1/pairings/approve`, { code: asked.body.code, shopId, name }, house.operator)
    const replies = await Promise.all(['Twice 1', 'Twice 2', 'Twice 3', 'Twice 4'].map(approve))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter(({ body }) => body.code === 'pairing_code_used')).toHaveLength(3)
    const made = (await house.paume.devices.list()).filter(({ name }) => name.startsWith('Twice'))
    expect(made.map(({ state }) => state)).toEqual(['paired'])
  })

  it('needs a key on the curve', async () => {
    const publicKey = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }
    const reply = await post(`${house.url}/v1/pairings`, { kind: 'kiosk', publicKey })
    expect(reply.status).toBe(400)
    expect(reply.body.code).toBe('request_malformed')
  })
})

describe('guessing a code', () => {
  const wrong = 'BBBB-BBBB'
  const locksOf = async () => (await send(`${house.url}/v1/pairing-locks`, { headers: house.operator })).body.locks

  it('is locked after ten wrong ones, on every node together, for a quarter of an hour, and is told and written down', async () => {
    const other = await startHouse({ databaseUrl: house.databaseUrl, secrets: house.secrets })
    try {
      await sql`delete from device_pairing_guesses`.execute(house.paume.database.db)
      const { pairingCode } = await newCode()
      const guess = (url: string, code = wrong) =>
        post(`${url}/v1/pairings/redeem`, {
          code,
          kind: 'kiosk',
          publicKey: new TestDevice(url, 'kiosk').publicKey,
        })
      const codes: string[] = []
      for (let i = 0; i < 12; i++) codes.push((await guess(i % 2 === 0 ? house.url : other.url)).body.code)
      expect(codes).toEqual([...Array(10).fill('pairing_code_unknown'), 'pairing_locked', 'pairing_locked'])
      // The right code does not help who is locked out, and the lock says how long it lasts.
      for (const { url } of [house, other]) {
        const locked = await guess(url, pairingCode)
        expect([locked.status, locked.body.code]).toEqual([429, 'pairing_locked'])
        expect(locked.body.detail).toBe('Try again in 15 min.')
      }
      expect(await locksOf()).toMatchObject([{ guesses: 10 }])
      const { rows } = await sql<{ facts: string }>`
        select facts from audit_entries where event = 'pairing_locked'`.execute(house.paume.database.db)
      expect(rows).toHaveLength(1)
      expect(rows[0]!.facts).not.toContain('127.0.0.1')
      house.clock.moveMs(901_000)
      expect(await locksOf()).toEqual([])
      other.clock.moveMs(901_000)
      expect((await guess(other.url)).body.code).toBe('pairing_code_unknown')
      house.clock.moveMs(-901_000)
    } finally {
      await other.stop()
    }
  })

  it('is opened again by an operator', async () => {
    const [lock] = await locksOf()
    const opened = await post(`${house.url}/v1/pairing-locks/open`, { scope: lock.scope }, house.operator)
    expect(opened.status).toBe(200)
    const { pairingCode } = await newCode()
    expect((await redeem(pairingCode)).status).toBe(200)
  })

  it('is not counted where the code was right but old, used or of another kind', async () => {
    const { pairingCode } = await newCode()
    for (let i = 0; i < 12; i++) expect((await redeem(pairingCode, 'gate')).body.code).toBe('device_wrong_kind')
    expect((await redeem(pairingCode)).status).toBe(200)
    for (let i = 0; i < 12; i++) expect((await redeem(pairingCode)).body.code).toBe('pairing_code_used')
    expect(await locksOf()).toEqual([])
  })
})

describe('a code on paper', () => {
  const sheetFor = async (id: string) =>
    (await post(`${house.url}/v1/devices/${id}/codes`, { for: 'sheet' }, house.operator)).body

  it('is good for two weeks, once, and not after', async () => {
    const { device } = await newCode()
    const sheet = await sheetFor(device.id)
    expect(Date.parse(sheet.expiresAt) - house.clock.nowMs()).toBeGreaterThan(13.9 * 86_400_000)
    house.clock.moveMs(13 * 86_400_000)
    const late = await sheetFor((await newCode()).device.id)
    expect((await redeem(sheet.pairingCode)).status).toBe(200)
    expect((await redeem(sheet.pairingCode)).body.code).toBe('pairing_code_used')
    house.clock.moveMs(14 * 86_400_000 + 1)
    expect((await redeem(late.pairingCode)).body.code).toBe('pairing_code_expired')
    house.clock.moveMs(-27 * 86_400_000 - 1)
  })

  it('is good no more once another was printed, or it was taken back', async () => {
    const { device, pairingCode } = await newCode()
    const first = await sheetFor(device.id)
    expect((await redeem(pairingCode)).body.code).toBe('pairing_code_revoked')
    const second = await sheetFor(device.id)
    const revoked = await redeem(first.pairingCode)
    expect([revoked.status, revoked.body.code]).toEqual([410, 'pairing_code_revoked'])
    const taken = await send(`${house.url}/v1/devices/${device.id}/codes`, {
      method: 'DELETE',
      headers: house.operator,
    })
    expect(taken.body).toEqual({ withdrawn: 1 })
    expect((await redeem(second.pairingCode)).body.code).toBe('pairing_code_revoked')
  })

  it('is worth nothing for a device that was revoked', async () => {
    const { device } = await newCode()
    const sheet = await sheetFor(device.id)
    await house.revoke(device.id)
    expect((await redeem(sheet.pairingCode)).body.code).toBe('pairing_code_revoked')
    const again = await post(`${house.url}/v1/devices/${device.id}/codes`, { for: 'sheet' }, house.operator)
    expect(again.body.code).toBe('device_revoked')
  })
})
