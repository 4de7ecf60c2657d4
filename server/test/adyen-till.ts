import { randomBytes } from 'node:crypto'
import { Client, Config, EnvironmentEnum, TerminalCloudAPI, TerminalLocalAPI } from '@adyen/api-library'
import type { NexoKeyIssued, Payment } from '@paume/contract'
import { expect } from 'vitest'
import { newId } from '../src/ids.ts'
import type { TestHouse } from './harness.ts'
import { recognise } from './sale.ts'
import { post, type TestDevice } from './test-device.ts'
import type { TlsProxy } from './tls-proxy.ts'

/** The `Paume-…` form of a terminal's identifier: model and serial number. */
export const poiIdOf = (terminal: TestDevice) => terminal.id.replace('dev_', 'Paume-')

/** A ServiceID: up to ten letters and digits, never used before. */
export const newServiceId = () => randomBytes(5).toString('hex')

export async function issueKey(house: TestHouse, registerId: string, more: object = {}): Promise<NexoKeyIssued> {
  const reply = await post<NexoKeyIssued>(`${house.url}/v1/nexo-keys`, { registerId, ...more }, house.operator)
  expect(reply.status, JSON.stringify(reply.body)).toBe(201)
  return reply.body
}

type Library = Parameters<TerminalCloudAPI['sync']>[0]
export type Body = Record<string, any>

/** The message of a till: a header and one body, as the library wants it. */
export const messageOf = (
  category: string,
  body: object,
  header: { SaleID: string; POIID: string; ServiceID?: string } & Record<string, unknown>,
) =>
  ({
    SaleToPOIRequest: {
      MessageHeader: {
        ProtocolVersion: '3.0',
        MessageClass: 'Service',
        MessageCategory: category,
        MessageType: 'Request',
        ServiceID: newServiceId(),
        ...header,
      },
      [`${category}Request`]: body,
    },
  }) as unknown as Library

/** What a till asks a payment with. */
export const paymentOf = (
  amount: number,
  more: { sale?: object; amounts?: object; data?: object; transaction?: object } = {},
) => ({
  SaleData: {
    SaleTransactionID: { TransactionID: `basket-${newServiceId()}`, TimeStamp: new Date().toISOString() },
    ...more.sale,
  },
  PaymentTransaction: {
    AmountsReq: { Currency: 'USD', RequestedAmount: amount, ...more.amounts },
    ...more.transaction,
  },
  ...(more.data === undefined ? {} : { PaymentData: more.data }),
})

/** The library, as its users set it up for the cloud: host, key, certificate. Nothing of it is changed. */
export function cloudTill(proxy: TlsProxy, apiKey: string): TerminalCloudAPI {
  const config = new Config({
    apiKey,
    environment: EnvironmentEnum.LIVE,
    terminalApiCloudEndpoint: proxy.url,
    certificatePath: proxy.certificateFile,
    connectionTimeoutMillis: 60_000,
  })
  return new TerminalCloudAPI(new Client(config))
}

/** The library on the terminal's own address, encrypted. It insists on port 8443 and `/nexo/`. */
export function localTill(proxy: TlsProxy): TerminalLocalAPI {
  const config = new Config({
    // Required by the library, looked at by nobody: an encrypted message carries its own proof.
    apiKey: 'unused',
    environment: EnvironmentEnum.LIVE,
    terminalApiLocalEndpoint: `https://${proxy.host}`,
    certificatePath: proxy.certificateFile,
    connectionTimeoutMillis: 60_000,
  })
  return new TerminalLocalAPI(new Client(config))
}

/** The payment that the terminal is now shown, as soon as the till's message has made it. */
export async function shownOn(house: TestHouse, terminal: TestDevice): Promise<Payment> {
  await expect.poll(() => house.paume.money.payments.activeOf(terminal.id), { timeout: 10_000 }).not.toBeNull()
  return (await house.paume.money.payments.activeOf(terminal.id))!
}

/** The terminal shows the amount. Not by a signed request: the server's clock may have been moved. */
async function presented(house: TestHouse, terminal: TestDevice): Promise<Payment> {
  const { id, shop } = await shownOn(house, terminal)
  const organisationId = (await house.paume.devices.find(terminal.id))!.organisation_id
  const caller = { deviceId: terminal.id, kind: 'terminal' as const, shopId: shop.id, organisationId }
  return house.paume.money.payments.present(caller, id)
}

/** A shopper holds a hand: the payment on the terminal goes to its end. */
export async function holdHand(house: TestHouse, terminal: TestDevice, shopperId: string): Promise<Payment> {
  const { id } = await presented(house, terminal)
  return recognise(house, id, shopperId)
}

/** A hand nobody knows, twice. */
export async function holdUnknownHand(house: TestHouse, terminal: TestDevice): Promise<Payment> {
  const { payments } = house.paume.money
  const { id } = await presented(house, terminal)
  for (let hover = 1; hover <= 2; hover++) {
    await payments.recordPalmCaptured(id, newId('capture', Date.now()))
    await payments.recordHoverOutcome(id, { kind: 'failed', reason: 'not_recognised' }, [])
  }
  return payments.byId(id)
}

/** Bare messages over HTTP, for what the library would not send. */
export function bareTill(house: TestHouse, terminal: TestDevice, apiKey: string) {
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
  const toSync = (body: unknown, key = apiKey) => post<Body>(`${house.url}/sync`, body, { 'x-api-key': key })
  const ask = async (category: string, body: unknown, more: object = {}): Promise<Body> => {
    const message = { SaleToPOIRequest: { MessageHeader: headerOf(category, more), [`${category}Request`]: body } }
    const reply = await toSync(message)
    expect(reply.status).toBe(200)
    return reply.body
  }
  const responseTo = async (category: string, body: unknown, more: object = {}): Promise<Body> =>
    (await ask(category, body, more)).SaleToPOIResponse[`${category}Response`].Response
  /** The terminal is alive, by the server's clock. */
  const beat = () => house.paume.devices.seen(terminal.id)
  return { headerOf, toSync, ask, responseTo, beat }
}
