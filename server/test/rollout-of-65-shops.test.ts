import { readFile } from 'node:fs/promises'
import type { Page, Rollout, ShopDetails, ShopListed } from '@paume/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHouse, type TestHouse } from './harness.ts'
import { post, send, TestDevice } from './test-device.ts'

let house: TestHouse
let organisationId: string
beforeAll(async () => {
  house = await startHouse()
})
afterAll(() => house.stop())

const file = (name: string) => readFile(new URL(`../src/merchants/demo/${name}`, import.meta.url))
const ask = <T>(method: string, path: string, body?: unknown) =>
  send<T>(house.url + path, {
    method,
    headers: { ...house.operator, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const upload = async (bytes: Uint8Array, fileName: string) => {
  const query = new URLSearchParams({ fileName, organisationId })
  const headers = { ...house.operator, 'content-type': 'application/octet-stream' }
  const taken = await send<Rollout>(`${house.url}/v1/rollouts?${query}`, {
    method: 'POST',
    headers,
    body: bytes as BodyInit,
  })
  expect(taken.status).toBe(202)
  await house.paume.rollouts.settled()
  return (await ask<Rollout>('GET', `/v1/rollouts/${taken.body.id}`)).body
}

const shopsOf = async (query = '') =>
  (await ask<Page<ShopListed>>('GET', `/v1/shops?organisationId=${organisationId}&limit=200${query}`)).body

const photoOfSign = () =>
  sharp({ create: { width: 900, height: 1200, channels: 3, background: '#f4f1ea' } })
    .withMetadata({ exif: { IFD0: { Artist: 'Somebody' }, IFD3: { GPSLatitude: '37/1 46/1 0/1' } } })
    .jpeg()
    .toBuffer()

it('makes an organisation', async () => {
  const organisation = { name: 'Coast Foods', legalName: 'Coast Foods LLC', country: 'US', languages: ['en', 'es'] }
  const made = await ask<{ id: string; state: string }>('POST', '/v1/organisations', organisation)
  expect(made.status).toBe(201)
  expect(made.body.state).toBe('approved')
  organisationId = made.body.id
})

it('checks a list of 65 shops before anything is written', async () => {
  const checked = await upload(await file('california-65.csv'), 'california-65.csv')
  expect(checked).toMatchObject({ state: 'checked', encoding: 'utf-8', separator: ',', rowsChecked: 65 })
  expect(checked.counts).toEqual({ new: 65, change: 0, same: 0, error: 0 })
  expect((await shopsOf()).total).toBe(0)
  const applied = await ask<Rollout>('POST', `/v1/rollouts/${checked.id}/apply`, {})
  expect(applied.body.state).toBe('applied')
  expect((await shopsOf()).total).toBe(65)
  expect((await ask('POST', `/v1/rollouts/${checked.id}/apply`, {})).body).toMatchObject({ code: 'rollout_state' })
})

it('finds nothing to do when the same list comes again', async () => {
  const again = await upload(await file('california-65.csv'), 'again.csv')
  expect(again.counts).toEqual({ new: 0, change: 0, same: 65, error: 0 })
})

it('lets no shop go live, and no device serve, before its sign is attested', { timeout: 120_000 }, async () => {
  const shops = (await shopsOf()).items
  const ids = shops.map(({ id }) => id)
  const made = await ask<{ made: number }>('POST', '/v1/shop-devices', { shopIds: ids })
  expect(made.body.made).toBe(260)
  expect((await ask<{ made: number }>('POST', '/v1/shop-devices', { shopIds: ids })).body.made).toBe(0)

  const sheets = await fetch(`${house.url}/v1/pairing-sheets`, {
    method: 'POST',
    headers: { ...house.operator, 'content-type': 'application/json' },
    body: JSON.stringify({ shopIds: ids, paper: 'letter', layout: 'cards', language: 'en' }),
  })
  expect(sheets.status).toBe(200)
  const pdf = Buffer.from(await sheets.arrayBuffer()).toString('latin1')
  expect(pdf.match(/\/Type \/Page\b[^s]/g)).toHaveLength(Math.ceil(260 / 6))

  const devices: TestDevice[] = []
  for (const row of await house.paume.devices.list()) {
    if (!ids.includes(row.shop.id)) continue
    // The codes of a sheet are on paper only: these are asked for as whoever prints another one would.
    const { code } = await house.paume.pairing.issue(row.id, { for: 'sheet', by: null })
    const device = new TestDevice(house.url, row.kind)
    const paired = await post<{ id: string }>(`${house.url}/v1/pairings/redeem`, {
      code,
      kind: row.kind,
      publicKey: device.publicKey,
    })
    expect(paired.status).toBe(200)
    device.id = paired.body.id
    await device.call('POST', '/v1/devices/self/heartbeat', {
      appVersion: '1',
      camera: row.kind === 'register' ? 'unused' : 'synthetic',
      deviceTimeMs: house.clock.nowMs(),
    })
    devices.push(device)
  }
  expect(devices).toHaveLength(260)

  const shopId = ids[0] as string
  const early = await ask('POST', `/v1/shops/${shopId}/state`, { state: 'live' })
  expect(early.body).toMatchObject({ code: 'shop_state', detail: 'Not done yet: sign_attested.' })
  const before = (await ask<ShopDetails>('GET', `/v1/shops/${shopId}`)).body
  expect(before).toMatchObject({ state: 'installing', notLive: 'sign_missing', devices: 4 })
  const terminals = await house.paume.devices.list()
  const terminal = terminals.find((row) => row.shop.id === shopId && row.kind === 'terminal')!
  const register = devices.find((device) =>
    terminals.find((row) => row.id === device.id && row.shop.id === shopId && row.kind === 'register'),
  )!
  const kiosk = devices.find((device) =>
    terminals.find((row) => row.id === device.id && row.shop.id === shopId && row.kind === 'kiosk'),
  )!
  const pay = () =>
    register.call(
      'POST',
      `/v1/terminals/${terminal.id}/payments`,
      { amountMinor: 500, currency: 'USD', reference: 'T-1' },
      {
        headers: { 'idempotency-key': 'a'.repeat(20) },
      },
    )
  expect((await pay()).body).toMatchObject({ code: 'shop_not_live' })
  expect((await kiosk.call('POST', '/v1/enrolments', { language: 'en' })).body).toMatchObject({ code: 'shop_not_live' })

  const photo = await photoOfSign()
  const today = new Date(house.clock.nowMs()).toISOString().slice(0, 10)
  for (const id of ids) {
    const attested = await send(`${house.url}/v1/shops/${id}/attestations?postedOn=${today}`, {
      method: 'POST',
      headers: { ...house.operator, 'content-type': 'image/jpeg' },
      body: photo as unknown as BodyInit,
    })
    expect(attested.status).toBe(201)
  }
  expect((await kiosk.call('POST', '/v1/enrolments', { language: 'en' })).status).toBe(201)
  // Attesting 65 signs may have taken longer than a terminal stays online without a word.
  const beat = { appVersion: '1', camera: 'synthetic', deviceTimeMs: house.clock.nowMs() }
  await devices.find(({ id }) => id === terminal.id)!.call('POST', '/v1/devices/self/heartbeat', beat)
  expect((await pay()).status).toBe(201)
  for (const id of ids) expect((await ask('POST', `/v1/shops/${id}/state`, { state: 'live' })).status).toBe(200)
  expect((await shopsOf('&state=live')).total).toBe(65)
  const phases = await ask<{ phases: { name: string; shops: Record<string, number> }[] }>('GET', '/v1/phases')
  expect(phases.body.phases.map(({ shops: counts }) => counts.live).reduce((one, other) => one! + other!)).toBe(65)
})

it('is not undone any more once shops are live', async () => {
  const list = await ask<Page<Rollout>>('GET', '/v1/rollouts?state=applied')
  const undone = await ask('POST', `/v1/rollouts/${list.body.items[0]!.id}/undo`, {})
  expect(undone.body).toMatchObject({ code: 'rollout_undo_blocked' })
})

it('keeps the photo without what the camera wrote into it', async () => {
  const found = await ask<Page<{ id: string }>>('GET', '/v1/attestations?limit=1')
  const reply = await fetch(`${house.url}/v1/attestations/${found.body.items[0]!.id}/photo`, {
    headers: house.operator,
  })
  const kept = await sharp(Buffer.from(await reply.arrayBuffer())).metadata()
  expect(kept).toMatchObject({ format: 'jpeg', width: 900, height: 1200 })
  expect(kept.exif).toBeUndefined()
})
