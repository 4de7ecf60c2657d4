import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calm } from '../src/payments/processors/sandbox/chaos.ts'
import { begin } from '../src/tills/nexo/exchange.ts'
import { type Ask, claimExchange, type ExchangeRow } from '../src/tills/nexo/exchange-store.ts'
import type { NexoParts } from '../src/tills/nexo/parts.ts'
import { replyHeader } from '../src/tills/nexo/replies.ts'
import { createNexo } from '../src/tills/nexo/service.ts'
import { type Body, holdHand, issueKey, newServiceId, paymentOf, poiIdOf, shownOn } from './adyen-till.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { ledgerSum, shopperWithCard } from './sale.ts'
import { post, send, type TestDevice } from './test-device.ts'

const SALE_ID = 'POS-1'
const chaos = calm()
const overrides = { chaos, timing: { processorReplyMs: 1_000, neverSeenMs: 2_000 } }
let house: TestHouse
let register: TestDevice
let terminal: TestDevice
let key: Awaited<ReturnType<typeof issueKey>>
beforeAll(async () => {
  house = await startHouse({ overrides })
  register = await house.pair('register')
  terminal = await house.pair('terminal')
  key = await issueKey(house, register.id)
})
afterAll(async () => {
  expect(await ledgerSum(house)).toBe(0n)
  await house.stop()
})

const messageOf = (category: string, body: object, ServiceID = newServiceId()) => ({
  SaleToPOIRequest: {
    MessageHeader: {
      ProtocolVersion: '3.0',
      MessageClass: 'Service',
      MessageCategory: category,
      MessageType: 'Request',
      ServiceID,
      SaleID: SALE_ID,
      POIID: poiIdOf(terminal),
    },
    [`${category}Request`]: body,
  },
})
const toSync = (at: TestHouse, message: unknown) => post<Body>(`${at.url}/sync`, message, { 'x-api-key': key.apiKey })
const statusOf = async (at: TestHouse, ServiceID: string): Promise<Body> => {
  const reference = { MessageReference: { SaleID: SALE_ID, ServiceID } }
  return (await toSync(at, messageOf('TransactionStatus', reference))).body.SaleToPOIResponse.TransactionStatusResponse
}

/** A request that a node wrote down, and then was no more. */
async function writtenDown(message: Body, facts: Partial<Ask['facts']> = {}, style: Ask['style'] = 'sync') {
  const { MessageHeader: header, ...body } = message.SaleToPOIRequest
  const category = header.MessageCategory as Ask['category']
  const { organisation_id: organisationId, shop_id: shopId } = (await house.paume.devices.find(register.id))!
  const caller = { deviceId: register.id, kind: 'register' as const, shopId, organisationId }
  const ask: Ask = {
    till: { keyId: key.key.id, saleId: null, caller },
    terminalId: terminal.id,
    header,
    serviceId: header.ServiceID,
    category,
    style,
    message: { header, body: body[`${category}Request`] },
    nonce: null,
    facts: {
      header: replyHeader(header),
      saleTransaction: null,
      paymentType: 'Normal',
      originalPaymentId: null,
      amountMinor: null,
      currency: null,
      tipMinor: 0,
      ...facts,
    },
  }
  const claim = await claimExchange(house.paume.database.db, ask, new Date(house.clock.nowMs()))
  return (claim as { row: ExchangeRow }).row
}
const partsOf = ({ paume }: TestHouse): NexoParts => ({
  db: paume.database.db,
  clock: paume.clock,
  payments: paume.money.payments,
  books: paume.money.tillBooks,
  devices: { find: async () => null, terminalsOf: async () => [], seen: async () => {} },
  shops: { currencyOf: async () => 'USD' },
  hints: paume.money.notifier,
})
const wish = { amountMinor: 500, currency: 'USD', reference: 'basket' }

describe('the node that held the reply goes down', () => {
  it('and another one answers the same till, charging once', async () => {
    const shopper = await shopperWithCard(house)
    const first = await startHouse({ databaseUrl: house.databaseUrl, secrets: house.secrets, overrides })
    const ServiceID = newServiceId()
    const message = messageOf('Payment', paymentOf(8), ServiceID)
    const lost = toSync(first, message).catch(() => null)
    const { id } = await shownOn(house, terminal)
    await first.stop()
    // Whatever the till hears now, it is no verdict.
    const heard = await lost
    if (heard !== null) expect(heard).toMatchObject({ status: 503, body: { code: 'till_result_pending' } })
    expect((await statusOf(house, ServiceID)).Response).toMatchObject({ ErrorCondition: 'InProgress' })
    await holdHand(house, terminal, shopper)
    const { PaymentResponse } = (await toSync(house, message)).body.SaleToPOIResponse
    expect(PaymentResponse.Response.Result).toBe('Success')
    expect(PaymentResponse.POIData.POITransactionID.TransactionID).toBe(id)
    const { RepeatedMessageResponse } = await statusOf(house, ServiceID)
    expect(RepeatedMessageResponse.RepeatedResponseMessageBody.PaymentResponse).toEqual(PaymentResponse)
    expect((await house.paume.money.sandbox.fetch({ key: `${id}:authorise` }))!.capturedMinor).toBe(800n)
  })

  it('before it made the payment: in progress for a moment, then never begun; should it come late, nobody can pay it', async () => {
    const ServiceID = newServiceId()
    const row = await writtenDown(messageOf('Payment', paymentOf(5), ServiceID))
    expect((await statusOf(house, ServiceID)).Response).toMatchObject({ ErrorCondition: 'InProgress' })
    house.clock.moveMs(21_000)
    await house.paume.devices.seen(terminal.id)
    const { Response, RepeatedMessageResponse } = await statusOf(house, ServiceID)
    expect(Response.Result).toBe('Success')
    const told = RepeatedMessageResponse.RepeatedResponseMessageBody.PaymentResponse
    expect(told.Response).toMatchObject({ Result: 'Failure', ErrorCondition: 'Aborted' })
    const late = await begin(partsOf(house), row, wish)
    expect(late).toMatchObject({ kind: 'answered', answer: { SaleToPOIResponse: { PaymentResponse: told } } })
    expect(await house.paume.money.payments.activeOf(terminal.id)).toBeNull()
  })

  it('after it made the payment and before it said so: the payment is found by its key', async () => {
    const ServiceID = newServiceId()
    const row = await writtenDown(messageOf('Payment', paymentOf(5), ServiceID))
    const standing = await begin(partsOf(house), row, wish)
    await house.paume.database.db
      .updateTable('nexo_exchange')
      .set({ payment_id: null })
      .where('id', '=', row.id)
      .execute()
    expect((await statusOf(house, ServiceID)).Response).toMatchObject({ ErrorCondition: 'InProgress' })
    const payment = await holdHand(house, terminal, await shopperWithCard(house))
    expect(standing).toMatchObject({ kind: 'running', payment: { id: payment.id } })
    const { RepeatedMessageResponse } = await statusOf(house, ServiceID)
    const { POIData } = RepeatedMessageResponse.RepeatedResponseMessageBody.PaymentResponse
    expect(POIData.POITransactionID.TransactionID).toBe(payment.id)
  })

  it('aborted while it was being made: whoever makes it finds that nobody wants it', async () => {
    const ServiceID = newServiceId()
    const row = await writtenDown(messageOf('Payment', paymentOf(5), ServiceID))
    const MessageReference = { MessageCategory: 'Payment', SaleID: SALE_ID, ServiceID }
    const aborted = await toSync(house, messageOf('Abort', { AbortReason: 'Merchant', MessageReference }))
    expect(aborted).toMatchObject({ status: 200, body: null })
    const late = await begin(partsOf(house), row, wish)
    expect(JSON.stringify(late)).toContain('"ErrorCondition":"Aborted"')
    expect(await house.paume.money.payments.activeOf(terminal.id)).toBeNull()
  })

  it('with a reversal written down: it is carried out once, by whoever is asked', async () => {
    const shopper = await shopperWithCard(house)
    const paying = toSync(house, messageOf('Payment', paymentOf(9)))
    const { id } = await holdHand(house, terminal, shopper)
    await paying
    const ServiceID = newServiceId()
    const message = messageOf(
      'Reversal',
      { OriginalPOITransaction: { POITransactionID: { TransactionID: id } } },
      ServiceID,
    )
    await writtenDown(message, { originalPaymentId: id })
    const answers = await Promise.all([statusOf(house, ServiceID), statusOf(house, ServiceID), toSync(house, message)])
    const { ReversalResponse } = (answers[2] as { body: Body }).body.SaleToPOIResponse
    expect(ReversalResponse).toMatchObject({ Response: { Result: 'Success' }, ReversedAmount: 9 })
    for (const status of answers.slice(0, 2) as Body[]) {
      const repeated = status.RepeatedMessageResponse.RepeatedResponseMessageBody.ReversalResponse
      expect(repeated).toEqual(ReversalResponse)
    }
    const { refunds, refundedMinor } = await house.paume.money.payments.byId(id)
    expect([refunds.length, refundedMinor]).toEqual([1, 900])
  })

  it('with an asynchronous request: the sweep of another node answers it as an event', async () => {
    const row = await writtenDown(messageOf('Payment', paymentOf(5)), {}, 'async')
    await begin(partsOf(house), row, wish)
    const payment = await holdHand(house, terminal, await shopperWithCard(house))
    house.clock.moveMs(21_000)
    const secret = Buffer.alloc(32)
    const audit = house.paume.audit
    const onFailure = (error: unknown) => {
      throw error
    }
    const push = { check: () => {}, send: () => Promise.reject(new Error('nothing is pushed here')) }
    const needs = { ...partsOf(house), audit, push, hmacKey: secret, sealKey: secret, sandboxFactor: 1, onFailure }
    const nexo = createNexo(needs)
    await nexo.sweep()
    await nexo.sweep()
    const headers = { 'x-api-key': key.apiKey }
    const { body } = await send<Body>(`${house.url}/v1/nexo/events`, { headers })
    expect(body.events).toHaveLength(1)
    const { POIData } = body.events[0].body.SaleToPOIResponse.PaymentResponse
    expect(POIData.POITransactionID.TransactionID).toBe(payment.id)
  })
})

describe("the processor's reply is lost", () => {
  it('and the till is told nothing until it is known: then paid, once', async () => {
    const shopper = await shopperWithCard(house)
    await house.paume.devices.seen(terminal.id)
    const ServiceID = newServiceId()
    const paying = toSync(house, messageOf('Payment', paymentOf(11), ServiceID))
    await shownOn(house, terminal)
    chaos.loseReplies.authorise = 1
    const unknown = await holdHand(house, terminal, shopper)
    expect(unknown.state).toBe('unknown')
    expect((await statusOf(house, ServiceID)).Response).toMatchObject({ ErrorCondition: 'InProgress' })
    const { PaymentResponse } = (await paying).body.SaleToPOIResponse
    expect(PaymentResponse.Response.Result).toBe('Success')
    expect(PaymentResponse.PaymentReceipt).toHaveLength(2)
    expect((await house.paume.money.sandbox.fetch({ key: `${unknown.id}:authorise` }))!.capturedMinor).toBe(1100n)
  })
})
