import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { present, ring } from './sale.ts'
import { openShop } from './shop.ts'
import { signedIn } from './staff-person.ts'
import { post, send, TestDevice } from './test-device.ts'

const { house, register, terminal } = await openShop()
const [here, there] = (await house.paume.merchants.shops()).sort((a, b) => (a.id < b.id ? -1 : 1))
const STRANGERS = { id: 'org_01STRANGER0000000000000000', name: 'Strangers' }
const [away] = [
  { id: 'shop_01STRANGER0000000000000000', name: 'Away', currency: 'USD', languages: ['en'], country: 'US' },
]
await withTransaction(house.paume.database.db, (tx) => house.paume.merchants.add(tx, STRANGERS, [away!] as never))

const owner = await signedIn(house, { role: 'owner' })
const local = await signedIn(house, { role: 'manager', shopIds: [there!.id] })
const cashier = await signedIn(house, { role: 'cashier' })
const foreign = await signedIn(house, { role: 'owner', organisationId: STRANGERS.id })

const beat = (device: TestDevice, more: object = {}) =>
  device.call(
    'POST',
    '/v1/devices/self/heartbeat',
    { appVersion: '1.2.3', camera: 'ready', deviceTimeMs: house.clock.nowMs(), ...more },
    { clockOffMs: house.clock.nowMs() - Date.now() },
  )
const makeDevice = async (shopId = here!.id, kind = 'terminal', more: object = {}) => {
  const made = await post(`${house.url}/v1/devices`, { kind, shopId, name: `New ${kind}`, ...more }, house.operator)
  expect(made.status).toBe(201)
  const device = new TestDevice(house.url, kind as 'terminal')
  const redeemed = { code: made.body.pairingCode, kind, publicKey: device.publicKey }
  const reply = await post(`${house.url}/v1/pairings/redeem`, redeemed)
  expect(reply.status).toBe(200)
  device.id = reply.body.id
  await beat(device)
  return device
}
const details = async (id: string) => (await send(`${house.url}/v1/devices/${id}`, { headers: house.operator })).body
const auditOf = async (event: string) => {
  const { rows } = await sql<{ facts: string }>`
    select facts from audit_entries where event = ${event} order by sequence`.execute(house.paume.database.db)
  return rows.map(({ facts }) => JSON.parse(facts))
}

describe('what a device tells and is told', () => {
  it('is on its page: version, camera, clock, screen, and the day behind it', async () => {
    const device = await makeDevice()
    await beat(device, {
      deviceTimeMs: house.clock.nowMs() + 12_345,
      screenSize: { widthPx: 1280, heightPx: 800 },
      camera: 'denied',
    })
    const page = await details(device.id)
    expect(page).toMatchObject({
      online: true,
      appVersion: '1.2.3',
      camera: 'denied',
      screenSize: { widthPx: 1280, heightPx: 800 },
      settingsCurrent: null,
    })
    expect(Math.abs(page.clockSkewMs - 12_345)).toBeLessThan(2_000)
    // Ten minutes of silence, then there again.
    house.clock.moveMs(600_000)
    await beat(device, { settingsVersion: page.settingsVersion })
    const { body } = await send(`${house.url}/v1/devices/${device.id}/history`, { headers: house.operator })
    const silent = body.spans.filter((span: { online: boolean }) => !span.online).at(-1)
    expect(Date.parse(silent.until) - Date.parse(silent.from)).toBeGreaterThan(590_000)
    expect(body.spans.at(-1).online).toBe(true)
    expect((await details(device.id)).settingsCurrent).toBe(true)
    house.clock.moveMs(-600_000)
  })

  it('restarts once when it is told to, and says so', async () => {
    const device = await makeDevice()
    for (let i = 0; i < 2; i++)
      expect((await owner.call('POST', `/v1/devices/${device.id}/restart`, {})).status).toBe(200)
    const [command, ...more] = (await beat(device)).body.commands
    expect(more).toEqual([])
    expect((await beat(device)).body.commands).toEqual([command])
    expect((await beat(device, { commandsDone: [command.id] })).body.commands).toEqual([])
    expect((await details(device.id)).commands).toMatchObject([{ kind: 'restart', doneAt: expect.any(String) }])
    // Another device cannot say so for it.
    await owner.call('POST', `/v1/devices/${device.id}/restart`, {})
    const [second] = (await beat(device)).body.commands
    await beat(terminal, { commandsDone: [second.id] })
    expect((await beat(device)).body.commands).toEqual([second])
  })
})

describe('a device that is moved to another shop', () => {
  it('ends its payment first, leaves its register behind, restarts, and is written down', async () => {
    const device = await makeDevice()
    const till = await makeDevice(here!.id, 'register', { terminalId: device.id })
    const { body: payment } = await ring(till, device)
    await present(device, payment.id)
    const moved = await owner.call('POST', `/v1/devices/${device.id}/move`, { shopId: there!.id })
    expect(moved.body).toMatchObject({ id: device.id, shop: { id: there!.id }, lane: null })
    expect((await till.call('GET', `/v1/payments/${payment.id}`)).body.state).toBe('cancelled')
    expect((await details(till.id)).terminalId).toBeNull()
    expect((await ring(till, device)).body.code).toBe('terminal_unknown')
    const told = (await beat(device)).body
    expect(told).toMatchObject({ shop: { id: there!.id }, commands: [{ kind: 'restart' }] })
    expect((await auditOf('device_moved')).at(-1)).toEqual({
      deviceId: device.id,
      from: here!.id,
      to: there!.id,
      staffId: owner.staff.id,
    })
  })

  it('does not move out of its organisation, not by an operator, and not when it is revoked', async () => {
    const device = await makeDevice()
    for (const caller of [owner.headers, house.operator]) {
      const headers = { ...caller, 'content-type': 'application/json' }
      const body = JSON.stringify({ shopId: away!.id })
      const reply = await send(`${owner.origin}/v1/devices/${device.id}/move`, { method: 'POST', headers, body })
      expect([reply.status, reply.body.code]).toEqual([404, 'not_found'])
    }
    await house.revoke(device.id)
    const late = await owner.call('POST', `/v1/devices/${device.id}/move`, { shopId: there!.id })
    expect(late.body.code).toBe('device_revoked')
  })
})

describe('staff', () => {
  it('see and change devices of their shops only, and those of others look like none', async () => {
    const mine = await makeDevice(there!.id)
    const theirs = await makeDevice(here!.id)
    const list = async (person: typeof owner, query = '') =>
      (await person.call('GET', `/v1/devices?limit=200${query}`)).body.items.map((item: { id: string }) => item.id)
    expect(await list(owner)).toEqual(expect.arrayContaining([mine.id, theirs.id]))
    expect(await list(local)).toContain(mine.id)
    expect(await list(local)).not.toContain(theirs.id)
    expect(await list(foreign)).toEqual([])
    for (const person of [local, foreign]) {
      for (const [method, path, body] of [
        ['GET', ''],
        ['GET', '/history'],
        ['POST', '/codes', { for: 'sheet' }],
        ['POST', '/revoke'],
        ['POST', '/lost', {}],
      ] as const) {
        const reply = await person.call(method, `/v1/devices/${theirs.id}${path}`, body)
        expect([path, reply.status, reply.body.code]).toEqual([path, 404, 'not_found'])
      }
    }
    const asked = await auditOf('foreign_id_asked')
    expect(asked).toContainEqual(expect.objectContaining({ staffId: foreign.staff.id, kind: 'device', id: theirs.id }))
    expect((await local.call('POST', `/v1/devices/${mine.id}/restart`, {})).body.code).toBe('permission_missing')
    expect((await local.call('POST', `/v1/devices/${mine.id}/revoke`)).body.state).toBe('revoked')
    for (const path of ['', `/${mine.id}`]) {
      expect((await cashier.call('GET', `/v1/devices${path}`)).body.code).toBe('permission_missing')
    }
  })

  it('pair only into their shops, however the device is called', async () => {
    const approveInto = async (person: typeof owner, shopId: string) => {
      const { publicKey } = new TestDevice(house.url, 'kiosk')
      const asked = await post(`${house.url}/v1/pairings`, { kind: 'kiosk', publicKey })
      return person.call('POST', '/v1/pairings/approve', { code: asked.body.code, shopId, name: 'Kiosk' })
    }
    expect((await approveInto(local, there!.id)).status).toBe(200)
    expect((await approveInto(local, here!.id)).body.code).toBe('not_found')
    expect((await approveInto(foreign, there!.id)).body.code).toBe('not_found')
    const made = await local.call('POST', '/v1/devices', { kind: 'kiosk', shopId: here!.id, name: 'Kiosk' })
    expect(made.body.code).toBe('not_found')
  })

  it('do one thing to many devices, all of them theirs or none', async () => {
    const mine = await makeDevice(there!.id)
    const gone = await makeDevice(there!.id)
    const theirs = await makeDevice(here!.id)
    await house.revoke(gone.id)
    const bulk = (person: typeof owner, ids: string[], action = 'restart') =>
      person.call('POST', '/v1/devices/bulk', { action, ids })
    expect((await bulk(local, [mine.id, theirs.id], 'revoke')).body.code).toBe('not_found')
    expect((await details(mine.id)).state).toBe('paired')
    expect((await bulk(owner, [mine.id, theirs.id, gone.id])).body).toEqual({ done: 2, skipped: 1 })
  })

  it('filter and sort on the server, page by page', async () => {
    for (let i = 0; i < 3; i++) await makeDevice(there!.id, 'gate')
    const first = (await owner.call('GET', '/v1/devices?kind=gate&q=New&sort=-name&limit=2')).body
    expect(first).toMatchObject({ total: 3, next: expect.any(String) })
    const query = `kind=gate&q=New&sort=-name&limit=2&after=${encodeURIComponent(first.next)}`
    const second = (await owner.call('GET', `/v1/devices?${query}`)).body
    const ids = [...first.items, ...second.items].map(({ id }) => id)
    expect(new Set(ids).size).toBe(3)
    expect((await owner.call('GET', '/v1/devices?kind=gate&q=New&online=false')).body.total).toBe(0)
    expect((await owner.call('GET', '/v1/devices?q=new%20gate&appVersion=1.2.3')).body.total).toBe(3)
    expect((await owner.call('GET', '/v1/devices?sort=public_key')).body.code).toBe('request_malformed')
  })
})

it('a device that claims to be of another shop is the one that its key is of', async () => {
  // The register of one shop asks for a payment on a terminal of the other, and names its shop in the body for good measure.
  const elsewhere = await house.pair('terminal', 1)
  const body = { amountMinor: 100, currency: 'USD', reference: 'x', shopId: there!.id }
  const headers = { 'idempotency-key': 'claims-another-shop' }
  const asked = await register.call('POST', `/v1/terminals/${elsewhere.id}/payments`, body, { headers })
  expect([asked.status, asked.body.code]).toEqual([404, 'terminal_unknown'])
  // Its own signature under another device's name fits no key.
  const other: TestDevice = Object.assign(Object.create(TestDevice.prototype), register, { id: elsewhere.id })
  expect((await other.call('GET', '/v1/devices/self')).body.code).toBe('signature_invalid')
})

it('the list is taken along as a file, with its filters', async () => {
  const headers = owner.headers
  const reply = await fetch(`${owner.origin}/v1/devices.csv?kind=gate&q=New&sort=name`, { headers })
  expect(reply.headers.get('content-type')).toContain('text/csv')
  const lines = (await reply.text()).trim().split('\r\n')
  expect(lines[0]).toContain('id,kind,name,organisation,shop,lane,state,online')
  expect(lines.slice(1).every((line) => line.includes(',gate,'))).toBe(true)
  expect(lines).toHaveLength(4)
})
