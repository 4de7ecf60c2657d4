import { randomUUID } from 'node:crypto'
import type { CardSetup, Payment, PaymentCreate } from '@paume/contract'
import { expect } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { newId } from '../src/ids.ts'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { trialBalance } from '../src/payments/ledger/store.ts'
import type { TestHouse } from './harness.ts'
import { post, type Reply, type TestDevice } from './test-device.ts'

/** A new shopper with this test card: the wallet's part of a registration, over the processor's own address. */
export async function shopperWithCard(house: TestHouse, number = '4242424242424242'): Promise<string> {
  const { wallet } = house.paume.money
  const now = Date.now()
  const enrolmentId = newId('enrolment', now)
  const shopperId = newId('shopper', now)
  const setup = await wallet.beginCardSetup(enrolmentId)
  const saved = await postCard(house, setup, number)
  expect(saved.status).toBe(200)
  await wallet.confirmCardSetup(enrolmentId, setup.setupId)
  await withTransaction(house.paume.database.db, (tx) => wallet.attachToShopper(tx, enrolmentId, shopperId))
  return shopperId
}

export const postCard = (house: TestHouse, setup: CardSetup, number: string, more: Record<string, unknown> = {}) =>
  post(`${house.url}${setup.confirmUrl}`, {
    clientSecret: setup.clientSecret,
    number,
    expiryMonth: 12,
    expiryYear: 2040,
    cvc: '123',
    ...more,
  })

/** A till's request for a payment, over HTTP. */
export function ring(
  register: TestDevice,
  terminal: TestDevice,
  more: Partial<PaymentCreate> = {},
  key: string = randomUUID(),
): Promise<Reply<Payment & { code?: string }>> {
  const body = { amountMinor: 2340, currency: 'USD', reference: `sale-${randomUUID()}`, ...more }
  return register.call('POST', `/v1/terminals/${terminal.id}/payments`, body, { headers: { 'idempotency-key': key } })
}

/** The terminal shows the amount. */
export const present = (terminal: TestDevice, paymentId: string): Promise<Reply<Payment>> =>
  terminal.call('POST', `/v1/payments/${paymentId}/presented`)

/** What identity does with a hover that recognised this shopper: a palm taken, an assertion made, the payment asked to charge. */
export async function recognise(house: TestHouse, paymentId: string, shopperId: string): Promise<Payment> {
  const { payments } = house.paume.money
  const payment = await payments.recordPalmCaptured(paymentId, newId('capture', Date.now()))
  const assertion = house.paume.assertions.mint({
    shopperId,
    paymentId,
    terminalId: payment.terminalId,
    organisationId: DEMO_ORGANISATION.id,
    payeeId: payment.shop.id,
    amountMinor: BigInt(payment.totalMinor),
    currency: payment.currency,
  })
  return payments.authorise(paymentId, assertion)
}

/** Rings up, presents and pays. */
export async function pay(
  house: TestHouse,
  register: TestDevice,
  terminal: TestDevice,
  shopperId: string,
  more?: Partial<PaymentCreate>,
) {
  const { body } = await ring(register, terminal, more)
  await present(terminal, body.id)
  return recognise(house, body.id, shopperId)
}

export const refund = (register: TestDevice, paymentId: string, body: object = {}, key: string = randomUUID()) =>
  register.call('POST', `/v1/payments/${paymentId}/refunds`, body, { headers: { 'idempotency-key': key } })

export const chargeOf = (house: TestHouse, paymentId: string) =>
  house.paume.money.sandbox.fetch({ key: `${paymentId}:authorise` })

/** Sum of the whole ledger, minor units. */
export const ledgerSum = async (house: TestHouse) => (await trialBalance(house.paume.database.db)).sumMinor
