import { sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { startHouse } from './harness.ts'
import { openShop } from './shop.ts'
import { TestDevice } from './test-device.ts'

const { house, terminal } = await openShop()
const other = await startHouse({ databaseUrl: house.databaseUrl, secrets: house.secrets })
afterAll(() => other.stop())

/** The same device with another key, at another node. */
const withKey = (device: TestDevice, key: TestDevice, url = device.url): TestDevice =>
  Object.assign(Object.create(TestDevice.prototype), key, { id: device.id, url })
const self = (device: TestDevice) => device.call('GET', '/v1/devices/self')
const announce = (device: TestDevice, key: TestDevice) =>
  device.call('POST', '/v1/devices/self/key', { publicKey: key.publicKey })

describe('a device that takes a new key', () => {
  it('signs with the old one until the new one has signed, then with both for a minute, then with the new one only', async () => {
    const next = new TestDevice(house.url, 'terminal')
    expect((await announce(terminal, next)).status).toBe(200)
    // Nothing has changed yet: a device that lost the new key on the way goes on as it was.
    for (const url of [house.url, other.url]) expect((await self(withKey(terminal, terminal, url))).status).toBe(200)
    expect((await self(withKey(terminal, next, other.url))).status).toBe(200)
    for (const url of [house.url, other.url]) {
      expect((await self(withKey(terminal, next, url))).status).toBe(200)
      expect((await self(withKey(terminal, terminal, url))).status).toBe(200)
    }
    // Both clocks go on by more than a minute; the requests are signed by clocks that do, too.
    for (const { clock } of [house, other]) clock.moveMs(61_000)
    for (const url of [house.url, other.url]) {
      const options = { clockOffMs: 61_000 }
      const old = await withKey(terminal, terminal, url).call('GET', '/v1/devices/self', undefined, options)
      expect([old.status, old.body.code]).toEqual([401, 'signature_invalid'])
      expect((await withKey(terminal, next, url).call('GET', '/v1/devices/self', undefined, options)).status).toBe(200)
    }
    for (const { clock } of [house, other]) clock.moveMs(-61_000)
    const { rows } = await sql<{ event: string }>`
      select event from audit_entries where event like 'device_key_%' order by sequence`.execute(
      house.paume.database.db,
    )
    expect(rows.map(({ event }) => event)).toEqual(['device_key_announced', 'device_key_rotated'])
  })

  it('may announce another one instead, and then the first one never signs', async () => {
    const kiosk = await house.pair('kiosk')
    const [first, second] = [new TestDevice(house.url, 'kiosk'), new TestDevice(house.url, 'kiosk')]
    await announce(kiosk, first)
    await announce(kiosk, second)
    expect((await self(withKey(kiosk, first))).body.code).toBe('signature_invalid')
    expect((await self(withKey(kiosk, second))).status).toBe(200)
  })

  it('cannot announce a key that is not on the curve, or be given one by somebody else', async () => {
    const kiosk = await house.pair('kiosk', 1)
    const bad = { publicKey: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } }
    expect((await kiosk.call('POST', '/v1/devices/self/key', bad)).body.code).toBe('request_malformed')
    const stranger = new TestDevice(house.url, 'kiosk')
    const forged = await announce(withKey(kiosk, stranger), stranger)
    expect(forged.body.code).toBe('signature_invalid')
  })

  it('loses both keys when it is revoked, or paired anew', async () => {
    const kiosk = await house.pair('kiosk', 1)
    const next = new TestDevice(house.url, 'kiosk')
    await announce(kiosk, next)
    const anew = await house.pair('kiosk', 1)
    expect((await self(withKey(kiosk, next))).body.code).toBe('signature_invalid')
    expect((await self(anew)).status).toBe(200)
    const another = new TestDevice(house.url, 'kiosk')
    await announce(anew, another)
    await other.revoke(anew.id)
    for (const key of [anew, another]) expect((await self(withKey(anew, key))).body.code).toBe('device_revoked')
  })
})
