import { Client, CloudDeviceAPI, Config, EnvironmentEnum, HttpURLConnectionClient } from '@adyen/api-library'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Body, holdHand, messageOf, newServiceId, paymentOf, poiIdOf } from './adyen-till.ts'
import { ledgerSum, shopperWithCard } from './sale.ts'
import { startTillHouse, type TillHouse } from './till-house.ts'

let at: TillHouse
let house: TillHouse['house']
let terminal: TillHouse['terminal']
let proxy: TillHouse['proxy']
let till: TillHouse['till']
let key: TillHouse['key']
beforeAll(async () => {
  at = await startTillHouse()
  ;({ house, terminal, proxy, till, key } = at)
})
afterAll(async () => {
  expect(await ledgerSum(house)).toBe(0n)
  await at?.stop()
})

const header = (more: object = {}) => ({ SaleID: 'Hotel', POIID: poiIdOf(terminal), ...more })
const pay = async (amount: number, more: Parameters<typeof paymentOf>[1], hand = false): Promise<Body> => {
  const shopper = await shopperWithCard(house)
  const reply = till.sync(messageOf('Payment', paymentOf(amount, more), header()))
  if (hand) await holdHand(house, terminal, shopper)
  return ((await reply).SaleToPOIResponse as Body).PaymentResponse
}
const held = async (amount: number) => {
  const { Response, POIData, PaymentResult } = await pay(amount, { data: { PaymentType: 'FirstReservation' } }, true)
  expect([Response.Result, PaymentResult.PaymentType]).toEqual(['Success', 'FirstReservation'])
  const id: string = POIData.POITransactionID.TransactionID
  const OriginalPOITransaction = { POITransactionID: POIData.POITransactionID }
  const after = (PaymentType: string) => ({ data: { PaymentType }, transaction: { OriginalPOITransaction } })
  return { id, OriginalPOITransaction, after }
}
const paymentById = (id: string) => house.paume.money.payments.byId(id)

describe('money that is held first', () => {
  it('is taken by Completion, once, and given back by Refund in its own currency', async () => {
    const { id, after } = await held(50)
    expect(await paymentById(id)).toMatchObject({ state: 'approved', capturedMinor: 0 })
    const completed = await pay(30, after('Completion'))
    expect(completed.Response.Result).toBe('Success')
    expect(completed.PaymentResult).toMatchObject({ PaymentType: 'Completion', AmountsResp: { AuthorizedAmount: 30 } })
    expect(await paymentById(id)).toMatchObject({ capturedMinor: 3000 })
    expect((await pay(10, after('Completion'))).Response).toMatchObject({ ErrorCondition: 'NotAllowed' })
    const euros = await pay(5, { ...after('Refund'), amounts: { Currency: 'EUR' } })
    expect(euros.Response).toMatchObject({ ErrorCondition: 'NotAllowed' })
    expect((await pay(5, after('Refund'))).Response.Result).toBe('Success')
    expect((await pay(26, after('Refund'))).Response).toMatchObject({ ErrorCondition: 'NotAllowed' })
    expect(await paymentById(id)).toMatchObject({ capturedMinor: 3000, refundedMinor: 500 })
  })

  it('is released whole by a reversal', async () => {
    const { id, OriginalPOITransaction } = await held(40)
    const reverse = async (more: object) => {
      const body = { OriginalPOITransaction, ReversalReason: 'CustCancel', ...more }
      return ((await till.sync(messageOf('Reversal', body, header()))).SaleToPOIResponse as Body).ReversalResponse
    }
    expect((await reverse({ ReversedAmount: 10 })).Response).toMatchObject({ ErrorCondition: 'NotAllowed' })
    expect(await reverse({})).toMatchObject({ Response: { Result: 'Success' }, ReversedAmount: 40 })
    expect(await paymentById(id)).toMatchObject({ state: 'cancelled', capturedMinor: 0 })
    // Asked again by another message, it is still released, and nothing moves.
    expect(await reverse({})).toMatchObject({ Response: { Result: 'Success' } })
  })
})

describe("a till with the library's newer Cloud device API", () => {
  /** The library's own client. It has no setting for the host of this API, so ours takes the place of theirs. */
  class ToOurHost extends HttpURLConnectionClient {
    override request(...[endpoint, ...rest]: Parameters<HttpURLConnectionClient['request']>): Promise<string> {
      return super.request(endpoint.replace('https://device-api-test.adyen.com', proxy.url), ...rest)
    }
  }
  const newApi = () => {
    const certificatePath = proxy.certificateFile
    const config = new Config({ apiKey: key.apiKey, environment: EnvironmentEnum.TEST, certificatePath })
    return new CloudDeviceAPI(new Client(config, new ToOurHost()))
  }
  const asked = (ServiceID = newServiceId()) => messageOf('Payment', paymentOf(6), header({ ServiceID })) as never

  it('is paid, sees which terminals are there, and is paid encrypted', async () => {
    const { CloudDeviceApi } = newApi()
    const poi = poiIdOf(terminal)
    const reply = CloudDeviceApi.sync('Demo', poi, asked())
    const payment = await holdHand(house, terminal, await shopperWithCard(house))
    const { PaymentResponse } = (await reply).SaleToPOIResponse as Body
    expect(PaymentResponse.POIData.POITransactionID.TransactionID).toBe(payment.id)
    expect((await CloudDeviceApi.getConnectedDevices('Demo')).uniqueDeviceIds).toEqual([poi])
    expect((await CloudDeviceApi.getDeviceStatus('Demo', poi)).status).toBe('ONLINE')
    await expect(CloudDeviceApi.getDeviceStatus('Demo', 'Paume-00000000000000000000000000')).rejects.toThrow(/404/)
    const other = poi.replace(/.$/, '9')
    await expect(CloudDeviceApi.sync('Demo', other, asked())).rejects.toThrow(/400/)

    const { KeyIdentifier, KeyVersion, Passphrase, AdyenCryptoVersion } = key.local
    const sealed = newApi().getEncryptedCloudDeviceApi({
      keyIdentifier: KeyIdentifier,
      keyVersion: KeyVersion,
      passphrase: Passphrase,
      adyenCryptoVersion: AdyenCryptoVersion,
    })
    const secret = sealed.sync('Demo', poi, asked())
    const second = await holdHand(house, terminal, await shopperWithCard(house))
    const told = (await secret).SaleToPOIResponse as Body
    expect(told.PaymentResponse.POIData.POITransactionID.TransactionID).toBe(second.id)
    expect((await CloudDeviceApi.async('Demo', poi, asked())).Result).toBe('ok')
    await holdHand(house, terminal, await shopperWithCard(house))
  })
})
