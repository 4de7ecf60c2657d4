import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Body,
  holdHand,
  holdUnknownHand,
  localTill,
  messageOf,
  newServiceId,
  paymentOf,
  poiIdOf,
  shownOn,
} from './adyen-till.ts'
import { ledgerSum, shopperWithCard } from './sale.ts'
import { send } from './test-device.ts'
import { startTillHouse, type TillHouse } from './till-house.ts'
import { type TlsProxy, tlsProxy } from './tls-proxy.ts'

// A till that speaks to terminals by the npm package @adyen/api-library, which is used here as it comes: host, key and certificate are
// the only things it was told.
const SALE_ID = 'POSSystem-7'
let at: TillHouse
let house: TillHouse['house']
let terminal: TillHouse['terminal']
let proxy: TillHouse['proxy']
let till: TillHouse['till']
let key: TillHouse['key']
let local: TlsProxy
beforeAll(async () => {
  at = await startTillHouse()
  ;({ house, terminal, proxy, till, key } = at)
  local = await localProxy(house.url)
})
afterAll(async () => {
  await local?.close()
  await at?.stop()
})

/** The library fixes the port of the local form: the first loopback address where it is free. */
async function localProxy(target: string): Promise<TlsProxy> {
  for (const last of [1, 2, 3, 4, 5]) {
    const found = await tlsProxy(target, { host: `127.0.0.${last}`, port: 8443 }).catch(() => null)
    if (found !== null) return found
  }
  throw new Error('port 8443 is taken on every loopback address')
}

const header = (more: object = {}) => ({ SaleID: SALE_ID, POIID: poiIdOf(terminal), ...more })
const ask = (category: string, body: object, more: object = {}) => till.sync(messageOf(category, body, header(more)))
const additional = (response: Body) => Object.fromEntries(new URLSearchParams(response.AdditionalResponse))
const statusOf = async (ServiceID: string, MessageCategory = 'Payment') => {
  const reference = { MessageReference: { MessageCategory, SaleID: SALE_ID, ServiceID } }
  return (await ask('TransactionStatus', reference)).SaleToPOIResponse!.TransactionStatusResponse as Body
}
const abort = (ServiceID: string) =>
  ask('Abort', {
    AbortReason: 'MerchantAbort',
    MessageReference: { MessageCategory: 'Payment', SaleID: SALE_ID, ServiceID },
  })
const paid = async (amount: number, card?: string) => {
  const shopper = await shopperWithCard(house, card)
  const reply = ask('Payment', paymentOf(amount))
  await holdHand(house, terminal, shopper)
  return (await reply).SaleToPOIResponse!.PaymentResponse as Body
}

describe('a till with the Adyen library, in the cloud form', () => {
  it('is paid by palm', async () => {
    const shopper = await shopperWithCard(house)
    const request = paymentOf(23.4)
    const reply = ask('Payment', request)
    const payment = await holdHand(house, terminal, shopper)
    const { MessageHeader, PaymentResponse } = (await reply).SaleToPOIResponse as Body
    expect(MessageHeader).toMatchObject({ MessageType: 'Response', MessageCategory: 'Payment', SaleID: SALE_ID })
    expect(PaymentResponse.Response).toMatchObject({ Result: 'Success' })
    expect(PaymentResponse.SaleData.SaleTransactionID).toEqual(request.SaleData.SaleTransactionID)
    expect(PaymentResponse.POIData.POITransactionID.TransactionID).toBe(payment.id)
    expect(PaymentResponse.PaymentResult).toMatchObject({
      OnlineFlag: true,
      AmountsResp: { Currency: 'USD', AuthorizedAmount: 23.4 },
      PaymentInstrumentData: { CardData: { PaymentBrand: 'visa', MaskedPan: '**** **** **** 4242' } },
    })
    expect(payment).toMatchObject({ state: 'approved', amountMinor: 2340, capturedMinor: 2340 })
    const documents = PaymentResponse.PaymentReceipt.map((receipt: Body) => receipt.DocumentQualifier)
    expect(documents).toEqual(['CashierReceipt', 'CustomerReceipt'])
    const lines = PaymentResponse.PaymentReceipt[1].OutputContent.OutputText.map((line: Body) =>
      Object.fromEntries(new URLSearchParams(line.Text)),
    )
    expect(lines).toContainEqual(expect.objectContaining({ name: 'TOTAL', value: '23.40 USD' }))
  })

  it('asks for a tip, and hears how much it was', async () => {
    const shopper = await shopperWithCard(house)
    const sale = { SaleToAcquirerData: { tenderOption: 'ReceiptHandler,AskGratuity' } }
    const reply = ask('Payment', paymentOf(20, { sale }))
    const { id, tip } = await shownOn(house, terminal)
    expect(tip.mode).toBe('ask')
    await terminal.call('POST', `/v1/payments/${id}/presented`)
    await terminal.call('POST', `/v1/payments/${id}/tip`, { tipMinor: 300 })
    await holdHand(house, terminal, shopper)
    const { AmountsResp } = ((await reply).SaleToPOIResponse as Body).PaymentResponse.PaymentResult
    expect(AmountsResp).toMatchObject({ AuthorizedAmount: 23, TipAmount: 3 })
  })

  it('hears why a card or a palm was refused', async () => {
    const { Response } = await paid(10, '4000000000009995')
    expect(Response).toMatchObject({ Result: 'Failure', ErrorCondition: 'Refusal' })
    expect(additional(Response)).toMatchObject({ reason: 'insufficient_funds', state: 'declined' })
    const reply = ask('Payment', paymentOf(10))
    await holdUnknownHand(house, terminal)
    const refused = ((await reply).SaleToPOIResponse as Body).PaymentResponse
    expect(refused.Response).toMatchObject({ Result: 'Failure', ErrorCondition: 'InvalidCard' })
    expect(refused.PaymentResult.AmountsResp.AuthorizedAmount).toBe(0)
  })

  it('hears Cancel when the shopper cancels and Aborted when the till does', async () => {
    const first = ask('Payment', paymentOf(10))
    const { id } = await shownOn(house, terminal)
    await terminal.call('POST', `/v1/payments/${id}/cancel`)
    const cancelled = ((await first).SaleToPOIResponse as Body).PaymentResponse.Response
    expect(cancelled).toMatchObject({ Result: 'Failure', ErrorCondition: 'Cancel' })
    const ServiceID = newServiceId()
    const second = ask('Payment', paymentOf(10), { ServiceID })
    await shownOn(house, terminal)
    const aborted = await abort(ServiceID)
    expect(aborted.SaleToPOIResponse).toBeUndefined()
    expect(((await second).SaleToPOIResponse as Body).PaymentResponse.Response).toMatchObject({
      Result: 'Failure',
      ErrorCondition: 'Aborted',
    })
    const late = (await abort(ServiceID)).SaleToPOIRequest as Body
    expect(late.EventNotification).toMatchObject({ EventToNotify: 'Reject' })
  })

  it('lost the reply and gets the very same by TransactionStatus', async () => {
    const shopper = await shopperWithCard(house)
    const ServiceID = newServiceId()
    const message = messageOf('Payment', paymentOf(12.34), header({ ServiceID }))
    proxy.loseReplies(true)
    await expect(till.sync(message)).rejects.toThrow()
    proxy.loseReplies(false)
    expect((await statusOf(ServiceID)).Response).toMatchObject({ Result: 'Failure', ErrorCondition: 'InProgress' })
    const payment = await holdHand(house, terminal, shopper)
    const status = await statusOf(ServiceID)
    expect(status.Response.Result).toBe('Success')
    const repeated = status.RepeatedMessageResponse.RepeatedResponseMessageBody.PaymentResponse
    expect(repeated.Response.Result).toBe('Success')
    expect(repeated.POIData.POITransactionID.TransactionID).toBe(payment.id)
    expect(status.RepeatedMessageResponse.MessageHeader).toMatchObject({ ServiceID, MessageCategory: 'Payment' })
    // Sending the payment again charges nothing: it is the same message.
    const again = (await till.sync(message)).SaleToPOIResponse as Body
    expect(again.PaymentResponse).toEqual(repeated)
    expect((await statusOf(newServiceId())).Response).toMatchObject({ ErrorCondition: 'NotFound' })
  })

  it('gives money back: part by refund, the rest by reversal, no more than was taken', async () => {
    const { POIData } = await paid(30)
    const OriginalPOITransaction = { POITransactionID: POIData.POITransactionID }
    const refund = paymentOf(10, { data: { PaymentType: 'Refund' }, transaction: { OriginalPOITransaction } })
    const refunded = ((await ask('Payment', refund)).SaleToPOIResponse as Body).PaymentResponse
    expect(refunded.Response.Result).toBe('Success')
    expect(refunded.PaymentResult).toMatchObject({ PaymentType: 'Refund', AmountsResp: { AuthorizedAmount: 10 } })
    const ServiceID = newServiceId()
    const reversal = messageOf(
      'Reversal',
      { OriginalPOITransaction, ReversalReason: 'MerchantCancel' },
      header({ ServiceID }),
    )
    const reversed = ((await till.sync(reversal)).SaleToPOIResponse as Body).ReversalResponse
    expect(reversed).toMatchObject({ Response: { Result: 'Success' }, ReversedAmount: 20 })
    const once = ((await till.sync(reversal)).SaleToPOIResponse as Body).ReversalResponse
    expect(once).toEqual(reversed)
    expect((await statusOf(ServiceID, 'Reversal')).Response.Result).toBe('Success')
    const more = await ask('Reversal', { OriginalPOITransaction, ReversedAmount: 0.01, ReversalReason: 'CustCancel' })
    expect((more.SaleToPOIResponse as Body).ReversalResponse.Response).toMatchObject({ ErrorCondition: 'NotAllowed' })
    const id = POIData.POITransactionID.TransactionID
    expect((await house.paume.money.payments.byId(id)).refundedMinor).toBe(3000)
    expect(await ledgerSum(house)).toBe(0n)
  })

  it('asks for the totals of the day', async () => {
    await paid(5)
    const reply = await ask('Reconciliation', { ReconciliationType: 'SaleReconciliation' })
    const { Response, TransactionTotals } = (reply.SaleToPOIResponse as Body).ReconciliationResponse
    expect(Response.Result).toBe('Success')
    const visa = TransactionTotals.find((block: Body) => block.CardBrand === 'visa')
    expect(visa).toMatchObject({ PaymentCurrency: 'USD', PaymentInstrumentType: 'Card' })
    const of = (type: string) => visa.PaymentTotals.find((total: Body) => total.TransactionType === type)
    expect(of('Debit')).toMatchObject({ TransactionCount: 5, TransactionAmount: 23.4 + 23 + 12.34 + 30 + 5 })
    expect(of('Credit')).toMatchObject({ TransactionCount: 2, TransactionAmount: 30 })
    const declined = TransactionTotals.find((block: Body) => block.CardBrand === undefined)
    expect(declined.PaymentTotals).toMatchObject([{ TransactionType: 'Declined', TransactionCount: 2 }])
  })

  it('sends and forgets: `ok` at once, the result as an event', async () => {
    const shopper = await shopperWithCard(house)
    const message = messageOf('Payment', paymentOf(7.5), header())
    expect(await till.async(message)).toBe('ok')
    const payment = await holdHand(house, terminal, shopper)
    const headers = { 'x-api-key': key.apiKey }
    const { body } = await send<Body>(`${house.url}/v1/nexo/events?wait=20`, { headers })
    expect(body.events).toHaveLength(1)
    const { PaymentResponse } = body.events[0].body.SaleToPOIResponse
    expect(PaymentResponse.POIData.POITransactionID.TransactionID).toBe(payment.id)
    const none = await send<Body>(`${house.url}/v1/nexo/events?after=${body.events[0].id}`, { headers })
    expect(none.body.events).toEqual([])
  })
})

describe('a till with the Adyen library, in the encrypted local form', () => {
  it('is paid, looks up a status and is refused with another passphrase', async () => {
    const api = localTill(local)
    const shopper = await shopperWithCard(house)
    const ServiceID = newServiceId()
    const reply = api.request(messageOf('Payment', paymentOf(4.2), header({ ServiceID })), key.local)
    const payment = await holdHand(house, terminal, shopper)
    const { PaymentResponse } = (await reply).SaleToPOIResponse as Body
    expect(PaymentResponse.Response.Result).toBe('Success')
    expect(PaymentResponse.POIData.POITransactionID.TransactionID).toBe(payment.id)
    const reference = { MessageReference: { MessageCategory: 'Payment', SaleID: SALE_ID, ServiceID } }
    const status = await api.request(messageOf('TransactionStatus', reference, header()), key.local)
    expect((status.SaleToPOIResponse as Body).TransactionStatusResponse.Response.Result).toBe('Success')
    const wrong = { ...key.local, Passphrase: 'another-passphrase' }
    const refused = api.request(messageOf('Diagnosis', {}, header()), wrong)
    await expect(refused).rejects.toThrow(/401/)
  })
})
