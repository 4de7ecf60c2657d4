import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Body, bareTill, holdHand, issueKey, newServiceId, paymentOf, poiIdOf, shownOn } from './adyen-till.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { shopperWithCard } from './sale.ts'
import { post, type TestDevice } from './test-device.ts'

let house: TestHouse
let register: TestDevice
let terminal: TestDevice
let elsewhere: TestDevice
let key: Awaited<ReturnType<typeof issueKey>>
let till: ReturnType<typeof bareTill>
beforeAll(async () => {
  house = await startHouse()
  register = await house.pair('register')
  terminal = await house.pair('terminal')
  elsewhere = await house.pair('terminal', 1)
  key = await issueKey(house, register.id)
  till = bareTill(house, terminal, key.apiKey)
})
afterAll(() => house?.stop())

const detailsOf = (event: Body) =>
  new URLSearchParams(event.SaleToPOIRequest.EventNotification.EventDetails).get('message')
const payments = async () => (await house.paume.database.db.selectFrom('payment').select('id').execute()).length

describe('a message that cannot be understood', () => {
  it('is answered by the event Reject, which says where it is off', async () => {
    const wrong: [unknown, RegExp][] = [
      [{}, /no SaleToPOIRequest/],
      [{ SaleToPOIRequest: [] }, /no SaleToPOIRequest/],
      [{ SaleToPOIRequest: { PaymentRequest: paymentOf(1) } }, /MessageHeader/],
      [{ SaleToPOIRequest: { MessageHeader: till.headerOf('Teleport'), TeleportRequest: {} } }, /MessageCategory/],
      [{ SaleToPOIRequest: { MessageHeader: till.headerOf('Payment', { MessageType: 'Response' }) } }, /MessageType/],
      [{ SaleToPOIRequest: { MessageHeader: till.headerOf('Payment', { ServiceID: undefined }) } }, /ServiceID/],
      [{ SaleToPOIRequest: { MessageHeader: till.headerOf('Payment', { ServiceID: 'é'.repeat(9) }) } }, /ServiceID/],
      [
        { SaleToPOIRequest: { MessageHeader: till.headerOf('Payment', { ProtocolVersion: '2.1' }) } },
        /ProtocolVersion/,
      ],
      [
        { SaleToPOIRequest: { MessageHeader: till.headerOf('Payment'), ReversalRequest: {} } },
        /PaymentRequest: missing/,
      ],
      [{ SaleToPOIRequest: { MessageHeader: till.headerOf('Event'), EventRequest: {} } }, /no request/],
    ]
    for (const [message, what] of wrong) {
      const { status, body } = await till.toSync(message)
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
      const response = await till.responseTo(category, body)
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
      const response = await till.responseTo('Payment', paymentOf(10, { amounts }))
      expect(response, JSON.stringify(amounts)).toMatchObject({ Result: 'Failure', ErrorCondition })
    }
    expect(await payments()).toBe(before)
  })
})

describe('a ServiceID that comes twice', () => {
  it('with the same message is one payment and one answer, also when both come at once', async () => {
    const shopper = await shopperWithCard(house)
    const message = { SaleToPOIRequest: { MessageHeader: till.headerOf('Payment'), PaymentRequest: paymentOf(3) } }
    const before = await payments()
    const twins = [till.toSync(message), till.toSync(message), till.toSync(structuredClone(message))]
    await holdHand(house, terminal, shopper)
    const answers = await Promise.all(twins)
    for (const { body } of answers) expect(body).toEqual(answers[0]!.body)
    expect(answers[0]!.body.SaleToPOIResponse.PaymentResponse.Response.Result).toBe('Success')
    expect(await payments()).toBe(before + 1)
  })

  it('with another message is refused, whatever the other one is', async () => {
    const ServiceID = newServiceId()
    const refused = await till.responseTo('Payment', paymentOf(1), { ServiceID, POIID: poiIdOf(elsewhere) })
    expect(refused.ErrorCondition).toBe('UnavailableDevice')
    const shopper = await shopperWithCard(house)
    const first = till.ask('Payment', paymentOf(4), { ServiceID })
    await shownOn(house, terminal)
    for (const [category, body] of [
      ['Payment', paymentOf(5)],
      ['Diagnosis', {}],
    ] as const) {
      expect(await till.responseTo(category, body, { ServiceID })).toMatchObject({ ErrorCondition: 'NotAllowed' })
    }
    await holdHand(house, terminal, shopper)
    expect((await first).SaleToPOIResponse.PaymentResponse.Response.Result).toBe('Success')
  })

  it('after two days is a new one', async () => {
    const ServiceID = newServiceId()
    const shopper = await shopperWithCard(house)
    const message = {
      SaleToPOIRequest: { MessageHeader: till.headerOf('Payment', { ServiceID }), PaymentRequest: paymentOf(6) },
    }
    const first = till.toSync(message)
    await holdHand(house, terminal, shopper)
    const one = (await first).body
    house.clock.moveMs(48 * 3_600_000 + 1)
    await till.beat()
    const second = till.toSync(message)
    await holdHand(house, terminal, shopper)
    const other = (await second).body
    expect(other.SaleToPOIResponse.PaymentResponse.Response.Result).toBe('Success')
    const idOf = (body: Body) => body.SaleToPOIResponse.PaymentResponse.POIData.POITransactionID.TransactionID
    expect(idOf(other)).not.toBe(idOf(one))
  })
})

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
      expect(await till.responseTo(category, {}), category).toMatchObject({ ErrorCondition: 'UnavailableService' })
    }
    for (const type of ['CashAdvance', 'UpdateReservation', 'Completion', 'Refund']) {
      const response = await till.responseTo('Payment', paymentOf(1, { data: { PaymentType: type } }))
      expect(response, type).toMatchObject({ ErrorCondition: 'UnavailableService' })
    }
    const held = paymentOf(1, { sale: { SaleToAcquirerData: 'manualCapture=true&tenderOption=AskGratuity' } })
    expect(await till.responseTo('Payment', held)).toMatchObject({ ErrorCondition: 'UnavailableService' })
  })

  it('is told for each output and input', async () => {
    const device = { MessageClass: 'Device', DeviceID: '1', ServiceID: undefined }
    const markup = { OutputFormat: 'XHTML', OutputXHTML: 'PGI+' }
    const text = { OutputFormat: 'Text', OutputText: [{ Text: 'Hello' }] }
    const outputs = [
      { Device: 'CustomerDisplay', InfoQualify: 'Display', OutputContent: markup },
      { Device: 'CashierDisplay', InfoQualify: 'Status', OutputContent: text },
    ]
    const display = await till.ask('Display', { DisplayOutput: outputs }, device)
    expect(display.SaleToPOIResponse.DisplayResponse.OutputResult).toMatchObject([
      { Device: 'CustomerDisplay', Response: { ErrorCondition: 'UnavailableService' } },
      { Device: 'CashierDisplay', Response: { ErrorCondition: 'UnavailableDevice' } },
    ])
    const InputData = { Device: 'CustomerInput', InfoQualify: 'Input', InputCommand: 'Password' }
    const input = await till.ask('Input', { InputData, DisplayOutput: outputs[0] }, device)
    expect(input.SaleToPOIResponse.InputResponse.InputResult).toMatchObject({
      Device: 'CustomerInput',
      Response: { ErrorCondition: 'UnavailableService' },
    })
  })
})

describe('the terminal', () => {
  it('says how it is: ready, busy, away', async () => {
    const status = async () =>
      (await till.ask('Diagnosis', { HostDiagnosisFlag: true })).SaleToPOIResponse.DiagnosisResponse.POIStatus
        .GlobalStatus
    await till.beat()
    expect(await status()).toBe('OK')
    const ServiceID = newServiceId()
    const running = till.ask('Payment', paymentOf(1), { ServiceID })
    const { id } = await shownOn(house, terminal)
    expect(await status()).toBe('Busy')
    expect(await till.responseTo('Payment', paymentOf(2))).toMatchObject({ ErrorCondition: 'Busy' })
    const runningRefund = { OriginalPOITransaction: { POITransactionID: { TransactionID: id } } }
    expect(await till.responseTo('Reversal', runningRefund)).toMatchObject({ ErrorCondition: 'NotAllowed' })
    const MessageReference = { MessageCategory: 'Payment', SaleID: 'POS-1', ServiceID }
    await post(
      `${house.url}/sync`,
      {
        SaleToPOIRequest: {
          MessageHeader: till.headerOf('Abort'),
          AbortRequest: { AbortReason: 'x', MessageReference },
        },
      },
      { 'x-api-key': key.apiKey },
    )
    await running
    house.clock.moveMs(60_000)
    expect(await status()).toBe('Unreachable')
    expect(await till.responseTo('Payment', paymentOf(2))).toMatchObject({ ErrorCondition: 'DeviceOut' })
    expect(await till.responseTo('EnableService', { TransactionAction: 'StartTransaction' })).toMatchObject({
      ErrorCondition: 'DeviceOut',
    })
    await till.beat()
  })

  it('is kept for who called it first', async () => {
    await till.beat()
    const other = { SaleID: 'POS-2' }
    const start = { TransactionAction: 'StartTransaction', ServicesEnabled: ['Payment'] }
    expect(await till.responseTo('EnableService', start)).toMatchObject({ Result: 'Success' })
    expect(await till.responseTo('EnableService', start, other)).toMatchObject({ ErrorCondition: 'Busy' })
    expect(await till.responseTo('Payment', paymentOf(1), other)).toMatchObject({ ErrorCondition: 'Busy' })
    const stop = { TransactionAction: 'AbortTransaction' }
    expect(await till.responseTo('EnableService', stop, other)).toMatchObject({ ErrorCondition: 'NotFound' })
    expect(await till.responseTo('EnableService', stop)).toMatchObject({ Result: 'Success' })
    expect(await till.responseTo('EnableService', start, other)).toMatchObject({ Result: 'Success' })
    house.clock.moveMs(6 * 60_000)
    await till.beat()
    expect(await till.responseTo('EnableService', start)).toMatchObject({ Result: 'Success' })
    expect(await till.responseTo('EnableService', { ...start, ServicesEnabled: ['CardAcquisition'] })).toMatchObject({
      ErrorCondition: 'UnavailableService',
    })
    await till.responseTo('EnableService', stop)
  })

  it('of another shop, or none at all, is not there', async () => {
    for (const POIID of [poiIdOf(elsewhere), elsewhere.id, register.id, 'V400m-123456789', `Paume-${'0'.repeat(26)}`]) {
      expect(await till.responseTo('Payment', paymentOf(1), { POIID }), POIID).toMatchObject({
        ErrorCondition: 'UnavailableDevice',
      })
    }
    const POIID = terminal.id
    expect((await till.ask('Diagnosis', {}, { POIID })).SaleToPOIResponse.DiagnosisResponse.Response.Result).toBe(
      'Success',
    )
  })

  it('knows the totals of days that were, and of none that will be', async () => {
    const totals = (more: object) =>
      till.responseTo('Reconciliation', { ReconciliationType: 'PreviousReconciliation', ...more })
    expect(await totals({})).toMatchObject({ Result: 'Success' })
    expect(await totals({ POIReconciliationID: '2020-02-29' })).toMatchObject({ Result: 'Success' })
    expect(await totals({ POIReconciliationID: '2999-01-01' })).toMatchObject({ ErrorCondition: 'NotFound' })
    expect(await totals({ POIReconciliationID: '2021-02-29' })).toMatchObject({ ErrorCondition: 'NotFound' })
    expect(await till.responseTo('Reconciliation', { ReconciliationType: 'AcquirerReconciliation' })).toMatchObject({
      ErrorCondition: 'UnavailableService',
    })
  })
})
