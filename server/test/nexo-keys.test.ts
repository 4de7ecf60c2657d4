import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyMaterialOf, localKeysOf, seal } from '../src/tills/nexo/cipher.ts'
import { type Body, bareTill, holdHand, issueKey, newServiceId, paymentOf } from './adyen-till.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { shopperWithCard } from './sale.ts'
import { post, type TestDevice } from './test-device.ts'

let house: TestHouse
let register: TestDevice
let otherRegister: TestDevice
let terminal: TestDevice
let till: ReturnType<typeof bareTill>
beforeAll(async () => {
  house = await startHouse()
  register = await house.pair('register')
  otherRegister = await house.pair('register', 1)
  terminal = await house.pair('terminal')
  till = bareTill(house, terminal, (await issueKey(house, register.id)).apiKey)
})
afterAll(() => house?.stop())

/** A signed request by the server's clock, which these stories move. */
const call = (device: TestDevice, method: string, path: string, body?: unknown) =>
  device.call(method, path, body, { clockOffMs: house.clock.nowMs() - Date.now() })

describe('the key of a till', () => {
  it('is made by operator or register, shown once, kept as a hash, and gone when revoked', async () => {
    const made = await call(register, 'POST', '/v1/devices/self/nexo-keys', { saleId: 'POS-9' })
    expect(made.status).toBe(201)
    const { apiKey, local, key: view } = made.body
    const stored = await house.paume.database.db.selectFrom('nexo_key').selectAll().execute()
    const everything = JSON.stringify(stored.map((row) => [row, row.key_material.toString('latin1')]))
    expect(everything).not.toContain(apiKey)
    expect(everything).not.toContain(local.Passphrase)
    const message = (SaleID: string) => ({
      SaleToPOIRequest: { MessageHeader: till.headerOf('Diagnosis', { SaleID }), DiagnosisRequest: {} },
    })
    const conditionOf = async (SaleID: string) =>
      (await till.toSync(message(SaleID), apiKey)).body.SaleToPOIResponse.DiagnosisResponse.Response
    expect(await conditionOf('POS-9')).toMatchObject({ Result: 'Success' })
    expect(await conditionOf(register.id)).toMatchObject({ Result: 'Success' })
    expect(await conditionOf('POS-1')).toMatchObject({ ErrorCondition: 'NotAllowed' })
    expect((await call(register, 'GET', '/v1/devices/self/nexo-keys')).body.keys[0].id).toBe(view.id)
    expect((await call(otherRegister, 'POST', `/v1/devices/self/nexo-keys/${view.id}/revoke`)).status).toBe(404)
    const revoked = await call(register, 'POST', `/v1/devices/self/nexo-keys/${view.id}/revoke`)
    expect(revoked.body.revokedAt).toBeDefined()
    const after = await till.toSync(message('POS-9'), apiKey)
    expect(after).toMatchObject({ status: 401, body: { code: 'till_key_unknown' } })
    expect((await call(terminal, 'POST', '/v1/devices/self/nexo-keys', {})).status).toBe(403)
    const events = (await house.paume.database.db.selectFrom('audit_entries').select('event').execute()).map(
      (e) => e.event,
    )
    expect(events).toEqual(expect.arrayContaining(['nexo_key_issued', 'nexo_key_revoked']))
  })

  it('that is wrong or missing opens nothing, in no form', async () => {
    const message = { SaleToPOIRequest: { MessageHeader: till.headerOf('Diagnosis'), DiagnosisRequest: {} } }
    for (const path of ['/sync', '/async', '/nexo', '/nexo/']) {
      expect((await post(`${house.url}${path}`, message)).status, path).toBe(401)
      expect((await post(`${house.url}${path}`, message, { 'x-api-key': 'nexo_guess' })).status, path).toBe(401)
    }
    expect((await fetch(`${house.url}/v1/nexo/events`)).status).toBe(401)
    const many = Array.from({ length: 20 }, () => post(`${house.url}/sync`, message, { 'x-api-key': 'nexo_guess' }))
    expect((await Promise.all(many)).map(({ status }) => status)).toContain(429)
    house.clock.moveMs(61_000)
    await till.beat()
  })
})

describe('the encrypted local form', () => {
  it('takes the passphrase a till has; altered, cut, mislabelled or another key: one and the same refusal', async () => {
    const passphrase = 'the till had this before'
    const local = { keyIdentifier: 'shop-key', keyVersion: 7, passphrase }
    const own = await issueKey(house, register.id, { local })
    expect(own.local).toMatchObject({ KeyIdentifier: 'shop-key', KeyVersion: 7, Passphrase: passphrase })
    const taken = await post<Body>(`${house.url}/v1/nexo-keys`, { registerId: register.id, local }, house.operator)
    expect(taken).toMatchObject({ status: 400, body: { code: 'request_malformed' } })
    const keys = { ...localKeysOf(await keyMaterialOf(passphrase)), identifier: 'shop-key', version: 7 }
    const header = till.headerOf('Diagnosis') as never
    const text = JSON.stringify({ SaleToPOIRequest: { MessageHeader: header, DiagnosisRequest: {} } })
    const good = seal(text, header, keys)
    const send = (secured: object) => post<Body>(`${house.url}/nexo/`, { SaleToPOIRequest: secured })
    const reply = await send(good)
    expect(reply.status).toBe(200)
    expect(Object.keys(reply.body.SaleToPOIResponse)).toEqual(['MessageHeader', 'NexoBlob', 'SecurityTrailer'])
    const flip = Buffer.from(good.NexoBlob, 'base64')
    flip[20]! ^= 1
    const { SecurityTrailer } = good
    const wrong = [
      { ...good, NexoBlob: flip.toString('base64') },
      { ...good, NexoBlob: good.NexoBlob.slice(0, 24) },
      { ...good, NexoBlob: '' },
      { ...good, MessageHeader: { ...good.MessageHeader, ServiceID: newServiceId() } },
      { ...good, SecurityTrailer: { ...SecurityTrailer, KeyVersion: 8 } },
      { ...good, SecurityTrailer: { ...SecurityTrailer, Hmac: randomBytes(32).toString('base64') } },
      { ...good, SecurityTrailer: { ...SecurityTrailer, Hmac: '' } },
      { ...good, SecurityTrailer: { ...SecurityTrailer, Nonce: randomBytes(16).toString('base64') } },
      { ...good, SecurityTrailer: { ...SecurityTrailer, Nonce: 'AA==' } },
      { ...good, SecurityTrailer: { ...SecurityTrailer, AdyenCryptoVersion: 2 } },
      { ...good, SecurityTrailer: undefined },
    ]
    for (const secured of wrong) {
      const refused = await send(secured)
      expect([refused.status, refused.body.code, refused.body.detail]).toEqual([401, 'till_key_unknown', undefined])
    }
    house.clock.moveMs(61_000)
    await till.beat()
  })

  it('recorded and sent again, even days later, moves nothing', async () => {
    const shopper = await shopperWithCard(house)
    const { local } = await issueKey(house, register.id)
    const keys = {
      ...localKeysOf(await keyMaterialOf(local.Passphrase)),
      identifier: local.KeyIdentifier,
      version: local.KeyVersion,
    }
    const sealed = (category: string, body: object) => {
      const header = till.headerOf(category) as never
      return {
        SaleToPOIRequest: seal(
          JSON.stringify({ SaleToPOIRequest: { MessageHeader: header, [`${category}Request`]: body } }),
          header,
          keys,
        ),
      }
    }
    const paying = post(`${house.url}/nexo`, sealed('Payment', paymentOf(9)))
    const { id } = await holdHand(house, terminal, shopper)
    await paying
    const OriginalPOITransaction = { POITransactionID: { TransactionID: id } }
    const recorded = sealed('Reversal', { OriginalPOITransaction, ReversedAmount: 2 })
    expect((await post(`${house.url}/nexo`, recorded)).status).toBe(200)
    house.clock.moveMs(72 * 3_600_000)
    expect((await post(`${house.url}/nexo`, recorded)).status).toBe(200)
    expect((await house.paume.money.payments.byId(id)).refundedMinor).toBe(200)
  })
})
