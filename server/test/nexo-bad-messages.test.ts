import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyMaterialOf, localKeysOf, seal } from '../src/tills/nexo/cipher.ts'
import { type Body, holdHand, issueKey, newServiceId, paymentOf, poiIdOf, shownOn } from './adyen-till.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { shopperWithCard } from './sale.ts'
import { post, type TestDevice } from './test-device.ts'

let house: TestHouse
let register: TestDevice
let terminal: TestDevice
let elsewhere: TestDevice
let otherRegister: TestDevice
let key: Awaited<ReturnType<typeof issueKey>>
beforeAll(async () => {
  house = await startHouse()
  register = await house.pair('register')
  terminal = await house.pair('terminal')
  elsewhere = await house.pair('terminal', 1)
  otherRegister = await house.pair('register', 1)
  key = await issueKey(house, register.id)
})
afterAll(() => house?.stop())

const headerOf = (category: string, more: object = {}) => ({
  ProtocolVersion: '3.0',
  MessageClass: 'Service',
  MessageCategory: category,
  MessageType: 'Request',
  ServiceID: newServiceId(),
  SaleID: 'POS-1',
  POIID: poiIdOf(terminal),
  ...more,
})
const toSync = (body: unknown, apiKey = key.apiKey) => post<Body>(`${house.url}/sync`, body, { 'x-api-key': apiKey })
const ask = async (category: string, body: unknown, more: object = {}): Promise<Body> => {
  const message = { SaleToPOIRequest: { MessageHeader: headerOf(category, more), [`${category}Request`]: body } }
  const reply = await toSync(message)
  expect(reply.status).toBe(200)
  return reply.body
}
const responseTo = async (category: string, body: unknown, more: object = {}) =>
  (await ask(category, body, more)).SaleToPOIResponse[`${category}Response`].Response as Body
/** A signed request by the server's clock, which these stories move. */
const call = (device: TestDevice, method: string, path: string, body?: unknown) =>
  device.call(method, path, body, { clockOffMs: house.clock.nowMs() - Date.now() })
const detailsOf = (event: Body) =>
  new URLSearchParams(event.SaleToPOIRequest.EventNotification.EventDetails).get('message')
const payments = async () => (await house.paume.database.db.selectFrom('payment').select('id').execute()).length

describe('a message that cannot be understood', () => {
  it('is answered by the event Reject, which says where it is off', async () => {
    const wrong: [unknown, RegExp][] = [
      [{}, /no SaleToPOIRequest/],
      [{ SaleToPOIRequest: [] }, /no SaleToPOIRequest/],
      [{ SaleToPOIRequest: { PaymentRequest: paymentOf(1) } }, /MessageHeader/],
      [{ SaleToPOIRequest: { MessageHeader: headerOf('Teleport'), TeleportRequest: {} } }, /MessageCategory/],
      [{ SaleToPOIRequest: { MessageHeader: headerOf('Payment', { MessageType: 'Response' }) } }, /MessageType/],
      [{ SaleToPOIRequest: { MessageHeader: headerOf('Payment', { ServiceID: undefined }) } }, /ServiceID/],
      [{ SaleToPOIRequest: { MessageHeader: headerOf('Payment', { ServiceID: 'é'.repeat(9) }) } }, /ServiceID/],
      [{ SaleToPOIRequest: { MessageHeader: headerOf('Payment', { ProtocolVersion: '2.1' }) } }, /ProtocolVersion/],
      [{ SaleToPOIRequest: { MessageHeader: headerOf('Payment'), ReversalRequest: {} } }, /PaymentRequest: missing/],
      [{ SaleToPOIRequest: { MessageHeader: headerOf('Event'), EventRequest: {} } }, /no request/],
    ]
    for (const [message, what] of wrong) {
      const { status, body } = await toSync(message)
      expect([status, body.SaleToPOIRequest?.EventNotification.EventToNotify], JSON.stringify(message)).toEqual([
        200,
        'Reject',
      ])
      expect(detailsOf(body)).toMatch(what)
      const async = await post<Body>(`${house.url}/async`, message, { 'x-api-key': key.apiKey }).catch(() => null)
      if (what.source !== 'no request')
        expect(async!.body.SaleToPOIRequest.EventNotification.EventToNotify).toBe('Reject')
    }
    expect((await post(`${house.url}/sync`, 'text', { 'x-api-key': key.apiKey })).status).toBe(200)
  })

  it('is MessageFormat when its category is known and its body is not', async () => {
    const bad: [string, unknown][] = [
      ['Payment', { SaleData: {} }],
      ['Payment', { ...paymentOf(1), PaymentTransaction: { AmountsReq: { RequestedAmount: 1 } } }],
      ['Payment', paymentOf(1, { sale: { SaleToAcquirerData: 'neither' } })],
      ['Reversal', { ReversalReason: 'MerchantCancel', OriginalPOITransaction: {} }],
      ['EnableService', { TransactionAction: 'Dance' }],
      ['Reconciliation', { ReconciliationType: 'Sometimes' }],
    ]
    for (const [category, body] of bad) {
      const response = await responseTo(category, body)
      expect(response, JSON.stringify(body)).toMatchObject({ Result: 'Failure', ErrorCondition: 'MessageFormat' })
      expect(new URLSearchParams(response.AdditionalResponse).get('errors')).toMatch(/^At SaleToPOIRequest/)
    }
  })

  it('charges nothing when its amount is no amount of the currency', async () => {
    const before = await payments()
    const conditions: [object, string][] = [
      [{ RequestedAmount: 10.005 }, 'MessageFormat'],
      [{ RequestedAmount: -1 }, 'MessageFormat'],
      [{ RequestedAmount: 0 }, 'MessageFormat'],
      [{ RequestedAmount: '10' }, 'MessageFormat'],
      [{ RequestedAmount: 1e21 }, 'MessageFormat'],
      [{ RequestedAmount: undefined }, 'MessageFormat'],
      [{ RequestedAmount: 9_999_999 }, 'MessageFormat'],
      [{ Currency: 'JPY', RequestedAmount: 10.5 }, 'MessageFormat'],
      [{ Currency: 'JPY', RequestedAmount: 500 }, 'NotAllowed'],
      [{ Currency: 'XXX', RequestedAmount: 5 }, 'NotAllowed'],
      [{ TipAmount: 20 }, 'MessageFormat'],
      [{ CashBackAmount: 20 }, 'UnavailableService'],
    ]
    for (const [amounts, ErrorCondition] of conditions) {
      const response = await responseTo('Payment', paymentOf(10, { amounts }))
      expect(response, JSON.stringify(amounts)).toMatchObject({ Result: 'Failure', ErrorCondition })
    }
    expect(await payments()).toBe(before)
  })
})

describe('a ServiceID that comes twice', () => {
  it('with the same message is one payment and one answer, also when both come at once', async () => {
    const shopper = await shopperWithCard(house)
    const message = { SaleToPOIRequest: { MessageHeader: headerOf('Payment'), PaymentRequest: paymentOf(3) } }
    const before = await payments()
    const twins = [toSync(message), toSync(message), toSync(structuredClone(message))]
    await holdHand(house, terminal, shopper)
    const answers = await Promise.all(twins)
    for (const { body } of answers) expect(body).toEqual(answers[0]!.body)
    expect(answers[0]!.body.SaleToPOIResponse.PaymentResponse.Response.Result).toBe('Success')
    expect(await payments()).toBe(before + 1)
  })

  it('with another message is refused, whatever the other one is', async () => {
    const ServiceID = newServiceId()
    const refused = await responseTo('Payment', paymentOf(1), { ServiceID, POIID: poiIdOf(elsewhere) })
    expect(refused.ErrorCondition).toBe('UnavailableDevice')
    const shopper = await shopperWithCard(house)
    const first = ask('Payment', paymentOf(4), { ServiceID })
    await shownOn(house, terminal)
    for (const [category, body] of [
      ['Payment', paymentOf(5)],
      ['Diagnosis', {}],
    ] as const) {
      expect(await responseTo(category, body, { ServiceID })).toMatchObject({ ErrorCondition: 'NotAllowed' })
    }
    await holdHand(house, terminal, shopper)
    expect((await first).SaleToPOIResponse.PaymentResponse.Response.Result).toBe('Success')
  })

  it('after two days is a new one', async () => {
    const ServiceID = newServiceId()
    const shopper = await shopperWithCard(house)
    const message = {
      SaleToPOIRequest: { MessageHeader: headerOf('Payment', { ServiceID }), PaymentRequest: paymentOf(6) },
    }
    const first = toSync(message)
    await holdHand(house, terminal, shopper)
    const one = (await first).body
    house.clock.moveMs(48 * 3_600_000 + 1)
    await beat()
    const second = toSync(message)
    await holdHand(house, terminal, shopper)
    const other = (await second).body
    expect(other.SaleToPOIResponse.PaymentResponse.Response.Result).toBe('Success')
    const idOf = (body: Body) => body.SaleToPOIResponse.PaymentResponse.POIData.POITransactionID.TransactionID
    expect(idOf(other)).not.toBe(idOf(one))
  })
})

/** The terminal is alive, by the server's clock. */
const beat = () => house.paume.devices.seen(terminal.id)

describe('what the terminal cannot do', () => {
  it('is told by its condition, for every category of the standard', async () => {
    for (const category of [
      'CardAcquisition',
      'CardReaderAPDU',
      'PIN',
      'Print',
      'Sound',
      'BalanceInquiry',
      'StoredValue',
      'Loyalty',
      'Batch',
      'GetTotals',
      'Login',
      'Logout',
      'Admin',
      'Transmit',
    ]) {
      expect(await responseTo(category, {}), category).toMatchObject({ ErrorCondition: 'UnavailableService' })
    }
    for (const type of ['CashAdvance', 'FirstReservation', 'Completion', 'Refund']) {
      const response = await responseTo('Payment', paymentOf(1, { data: { PaymentType: type } }))
      expect(response, type).toMatchObject({ ErrorCondition: 'UnavailableService' })
    }
    const held = paymentOf(1, { sale: { SaleToAcquirerData: 'manualCapture=true&tenderOption=AskGratuity' } })
    expect(await responseTo('Payment', held)).toMatchObject({ ErrorCondition: 'UnavailableService' })
  })

  it('is told for each output and input', async () => {
    const device = { MessageClass: 'Device', DeviceID: '1', ServiceID: undefined }
    const text = { OutputFormat: 'Text', OutputText: [{ Text: 'Hello' }] }
    const outputs = [
      { Device: 'CustomerDisplay', InfoQualify: 'Display', OutputContent: text },
      { Device: 'CashierDisplay', InfoQualify: 'Status', OutputContent: text },
    ]
    const display = await ask('Display', { DisplayOutput: outputs }, device)
    expect(display.SaleToPOIResponse.DisplayResponse.OutputResult).toMatchObject([
      { Device: 'CustomerDisplay', Response: { ErrorCondition: 'UnavailableService' } },
      { Device: 'CashierDisplay', Response: { ErrorCondition: 'UnavailableDevice' } },
    ])
    const InputData = { Device: 'CustomerInput', InfoQualify: 'Input', InputCommand: 'GetConfirmation' }
    const input = await ask('Input', { InputData, DisplayOutput: outputs[0] }, device)
    expect(input.SaleToPOIResponse.InputResponse.InputResult).toMatchObject({
      Device: 'CustomerInput',
      Response: { ErrorCondition: 'UnavailableService' },
    })
  })
})

describe('the terminal', () => {
  it('says how it is: ready, busy, away', async () => {
    const status = async () =>
      (await ask('Diagnosis', { HostDiagnosisFlag: true })).SaleToPOIResponse.DiagnosisResponse.POIStatus.GlobalStatus
    await beat()
    expect(await status()).toBe('OK')
    const ServiceID = newServiceId()
    const running = ask('Payment', paymentOf(1), { ServiceID })
    const { id } = await shownOn(house, terminal)
    expect(await status()).toBe('Busy')
    expect(await responseTo('Payment', paymentOf(2))).toMatchObject({ ErrorCondition: 'Busy' })
    const runningRefund = { OriginalPOITransaction: { POITransactionID: { TransactionID: id } } }
    expect(await responseTo('Reversal', runningRefund)).toMatchObject({ ErrorCondition: 'NotAllowed' })
    const MessageReference = { MessageCategory: 'Payment', SaleID: 'POS-1', ServiceID }
    await post(
      `${house.url}/sync`,
      { SaleToPOIRequest: { MessageHeader: headerOf('Abort'), AbortRequest: { AbortReason: 'x', MessageReference } } },
      { 'x-api-key': key.apiKey },
    )
    await running
    house.clock.moveMs(60_000)
    expect(await status()).toBe('Unreachable')
    expect(await responseTo('Payment', paymentOf(2))).toMatchObject({ ErrorCondition: 'DeviceOut' })
    expect(await responseTo('EnableService', { TransactionAction: 'StartTransaction' })).toMatchObject({
      ErrorCondition: 'DeviceOut',
    })
    await beat()
  })

  it('is kept for who called it first', async () => {
    await beat()
    const other = { SaleID: 'POS-2' }
    const start = { TransactionAction: 'StartTransaction', ServicesEnabled: ['Payment'] }
    expect(await responseTo('EnableService', start)).toMatchObject({ Result: 'Success' })
    expect(await responseTo('EnableService', start, other)).toMatchObject({ ErrorCondition: 'Busy' })
    expect(await responseTo('Payment', paymentOf(1), other)).toMatchObject({ ErrorCondition: 'Busy' })
    const stop = { TransactionAction: 'AbortTransaction' }
    expect(await responseTo('EnableService', stop, other)).toMatchObject({ ErrorCondition: 'NotFound' })
    expect(await responseTo('EnableService', stop)).toMatchObject({ Result: 'Success' })
    expect(await responseTo('EnableService', start, other)).toMatchObject({ Result: 'Success' })
    house.clock.moveMs(6 * 60_000)
    await beat()
    expect(await responseTo('EnableService', start)).toMatchObject({ Result: 'Success' })
    expect(await responseTo('EnableService', { ...start, ServicesEnabled: ['CardAcquisition'] })).toMatchObject({
      ErrorCondition: 'UnavailableService',
    })
    await responseTo('EnableService', stop)
  })

  it('of another shop, or none at all, is not there', async () => {
    for (const POIID of [poiIdOf(elsewhere), elsewhere.id, register.id, 'V400m-123456789', `Paume-${'0'.repeat(26)}`]) {
      expect(await responseTo('Payment', paymentOf(1), { POIID }), POIID).toMatchObject({
        ErrorCondition: 'UnavailableDevice',
      })
    }
    const POIID = terminal.id
    expect((await ask('Diagnosis', {}, { POIID })).SaleToPOIResponse.DiagnosisResponse.Response.Result).toBe('Success')
  })

  it('knows the totals of days that were, and of none that will be', async () => {
    const totals = (more: object) =>
      responseTo('Reconciliation', { ReconciliationType: 'PreviousReconciliation', ...more })
    expect(await totals({})).toMatchObject({ Result: 'Success' })
    expect(await totals({ POIReconciliationID: '2020-02-29' })).toMatchObject({ Result: 'Success' })
    expect(await totals({ POIReconciliationID: '2999-01-01' })).toMatchObject({ ErrorCondition: 'NotFound' })
    expect(await totals({ POIReconciliationID: '2021-02-29' })).toMatchObject({ ErrorCondition: 'NotFound' })
    expect(await responseTo('Reconciliation', { ReconciliationType: 'AcquirerReconciliation' })).toMatchObject({
      ErrorCondition: 'UnavailableService',
    })
  })
})

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
      SaleToPOIRequest: { MessageHeader: headerOf('Diagnosis', { SaleID }), DiagnosisRequest: {} },
    })
    const conditionOf = async (SaleID: string) =>
      (await toSync(message(SaleID), apiKey)).body.SaleToPOIResponse.DiagnosisResponse.Response
    expect(await conditionOf('POS-9')).toMatchObject({ Result: 'Success' })
    expect(await conditionOf(register.id)).toMatchObject({ Result: 'Success' })
    expect(await conditionOf('POS-1')).toMatchObject({ ErrorCondition: 'NotAllowed' })
    expect((await call(register, 'GET', '/v1/devices/self/nexo-keys')).body.keys[0].id).toBe(view.id)
    expect((await call(otherRegister, 'POST', `/v1/devices/self/nexo-keys/${view.id}/revoke`)).status).toBe(404)
    const revoked = await call(register, 'POST', `/v1/devices/self/nexo-keys/${view.id}/revoke`)
    expect(revoked.body.revokedAt).toBeDefined()
    const after = await toSync(message('POS-9'), apiKey)
    expect(after).toMatchObject({ status: 401, body: { code: 'till_key_unknown' } })
    expect((await call(terminal, 'POST', '/v1/devices/self/nexo-keys', {})).status).toBe(403)
    const events = (await house.paume.database.db.selectFrom('audit_entries').select('event').execute()).map(
      (e) => e.event,
    )
    expect(events).toEqual(expect.arrayContaining(['nexo_key_issued', 'nexo_key_revoked']))
  })

  it('that is wrong or missing opens nothing, in no form', async () => {
    const message = { SaleToPOIRequest: { MessageHeader: headerOf('Diagnosis'), DiagnosisRequest: {} } }
    for (const path of ['/sync', '/async', '/nexo', '/nexo/']) {
      expect((await post(`${house.url}${path}`, message)).status, path).toBe(401)
      expect((await post(`${house.url}${path}`, message, { 'x-api-key': 'nexo_guess' })).status, path).toBe(401)
    }
    expect((await fetch(`${house.url}/v1/nexo/events`)).status).toBe(401)
    const many = Array.from({ length: 20 }, () => post(`${house.url}/sync`, message, { 'x-api-key': 'nexo_guess' }))
    expect((await Promise.all(many)).map(({ status }) => status)).toContain(429)
    house.clock.moveMs(61_000)
    await beat()
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
    const header = headerOf('Diagnosis') as never
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
    await beat()
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
      const header = headerOf(category) as never
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
