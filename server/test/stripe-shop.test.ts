import type { ProcessorAccount, ProcessorAccountTest } from '@paume/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../src/config.ts'
import { withTransaction } from '../src/database.ts'
import { newId } from '../src/ids.ts'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { ledgerOf } from '../src/payments/processors/stripe/stand-in/books.ts'
import { presentCard } from '../src/payments/processors/stripe/stand-in/cards.ts'
import { openStripeStandIn, type StripeStandIn } from '../src/payments/processors/stripe/stand-in/server.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { ledgerSum, pay, refund, shopperWithCard } from './sale.ts'
import { createTestDatabase } from './test-database.ts'
import { send, type TestDevice } from './test-device.ts'

const MERCHANT = 'acct_harbour1'
const keys = (secret: string, mode = 'test') => ({
  publishable: `pk_${mode}_12345678`,
  secret,
  webhook: ['whsec_12345678'],
})
const put = (house: TestHouse, owner: string, body: object) =>
  send<ProcessorAccount & { code?: string }>(`${house.url}/v1/processor-accounts/${owner}`, {
    method: 'PUT',
    headers: { ...house.operator, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

let standIn: StripeStandIn
let house: TestHouse
let register: TestDevice
let terminal: TestDevice
beforeAll(async () => {
  standIn = await openStripeStandIn(() => house.clock.nowMs(), 'sk_test_12345678')
  standIn.books.accounts.set(MERCHANT, new Map())
  house = await startHouse({
    overrides: { stripeAddress: standIn.address, timing: { processorReplyMs: 1_000, neverSeenMs: 2_000 } },
  })
  register = await house.pair('register')
  terminal = await house.pair('terminal')
})
afterAll(async () => {
  expect(await ledgerSum(house)).toBe(0n)
  await house.stop()
  await standIn.close()
})

/** A new shopper whose card is saved at Stripe, through the fields of its page. */
async function shopperAtStripe(): Promise<string> {
  const { wallet } = house.paume.money
  const enrolmentId = newId('enrolment', Date.now())
  const shopperId = newId('shopper', Date.now())
  const setup = await wallet.beginCardSetup(enrolmentId)
  expect(setup).toMatchObject({ processor: 'stripe', form: { kind: 'elements', publishableKey: 'pk_test_12345678' } })
  presentCard(ledgerOf(standIn.books, ''), setup.clientSecret.split('_secret_')[0]!, 'approves')
  expect(await wallet.confirmCardSetup(enrolmentId, setup.setupId)).toEqual({ brand: 'visa', last4: '4242' })
  await withTransaction(house.paume.database.db, (tx) => wallet.attachToShopper(tx, enrolmentId, shopperId))
  return shopperId
}
const intents = (account: string) =>
  [...standIn.books.accounts.get(account)!.values()].filter(({ object }) => object === 'payment_intent')

describe('a shop that sets up Stripe', () => {
  it('gives its keys once; nobody reads them again', async () => {
    const old = await shopperWithCard(house)
    const stranger = await send(`${house.url}/v1/processor-accounts`)
    expect(stranger.status).toBe(401)
    const set = await put(house, 'platform', {
      processor: 'stripe',
      initiator: 'shopper',
      keys: keys('sk_test_12345678'),
      cardForms: { fields: true },
    })
    expect(set).toMatchObject({ status: 200, body: { name: 'stripe', keys: { secretLast4: '5678', live: false } } })
    const tested = await send<ProcessorAccountTest>(`${house.url}/v1/processor-accounts/platform/test`, {
      method: 'POST',
      headers: house.operator,
    })
    expect(tested.body).toMatchObject({ ok: true, country: 'US', chargesEnabled: true })
    // A card of the sandbox is no card here any more.
    expect(await pay(house, register, terminal, old)).toMatchObject({ state: 'declined', reason: 'no_instrument' })
    expect(house.logLines.join('')).not.toMatch(/sk_test|whsec_/)
  })

  it('is paid through Stripe, and gives money back', async () => {
    const shopper = await shopperAtStripe()
    const paid = await pay(house, register, terminal, shopper)
    expect(paid).toMatchObject({ state: 'approved', capturedMinor: 2340, card: { brand: 'visa', last4: '4242' } })
    expect((await refund(register, paid.id, { amountMinor: 340 })).body).toMatchObject({ refundedMinor: 340 })
    expect(intents('').at(-1)).toMatchObject({ amount_received: 2340, metadata: { paume_payment: paid.id } })
  })

  it('loses a reply of Stripe and is paid once', async () => {
    const shopper = await shopperAtStripe()
    const before = intents('').length
    standIn.trouble.loseReply.push('POST /v1/payment_intents', 'POST /v1/payment_intents')
    const unknown = await pay(house, register, terminal, shopper)
    expect(unknown.state).toBe('unknown')
    await expect
      .poll(async () => (await register.call('GET', `/v1/payments/${unknown.id}`)).body.state, { timeout: 20_000 })
      .toBe('approved')
    expect(intents('')).toHaveLength(before + 1)
  })

  it('as a merchant of the platform is charged for on its own account, with cards that were saved before', async () => {
    const shopper = await shopperAtStripe()
    const set = await put(house, DEMO_ORGANISATION.id, {
      processor: 'stripe',
      initiator: 'shopper',
      merchantRef: MERCHANT,
    })
    expect(set.body).toMatchObject({ merchantRef: MERCHANT, name: null, keys: null })
    const paid = await pay(house, register, terminal, shopper)
    expect(paid).toMatchObject({ state: 'approved', capturedMinor: 2340 })
    expect(intents(MERCHANT)).toHaveLength(1)
    expect((await refund(register, paid.id)).body).toMatchObject({ refundedMinor: 2340 })
  })

  it('refuses what is no account', async () => {
    const live = await put(house, 'platform', {
      processor: 'stripe',
      initiator: 'shopper',
      keys: keys('sk_live_12345678', 'live'),
    })
    expect(live).toMatchObject({ status: 422, body: { code: 'processor_account_refused' } })
    const nobody = await put(house, 'org_01KAPAVME0000000000000NNNN', { processor: 'stripe', initiator: 'shopper' })
    expect(nobody.status).toBe(404)
    const junk = await put(house, 'platform', { processor: 'stripe', initiator: 'shopper', keys: { secret: 'hello' } })
    expect(junk.status).toBe(400)
  })
})

describe('production', () => {
  it('starts with live keys that were set before, without the sandbox, and not otherwise', async () => {
    const database = await createTestDatabase()
    const live = await openStripeStandIn(Date.now, 'sk_live_12345678')
    const overrides = { stripeAddress: live.address }
    const here = { databaseUrl: database.url, overrides }
    const first = await startHouse({ ...here, env: { PAUME_SANDBOX: '0' } })
    const { secrets } = first
    const asProduction = { ...here, secrets, env: { PAUME_PRODUCTION: '1' } }
    await expect(startHouse(asProduction)).rejects.toThrow(/needs a card processor/)
    await put(first, 'platform', { processor: 'stripe', initiator: 'shopper', keys: keys('sk_test_12345678') })
    await expect(startHouse(asProduction)).rejects.toThrow(/live keys only/)
    const set = await put(first, 'platform', {
      processor: 'stripe',
      initiator: 'shopper',
      keys: keys('sk_live_12345678', 'live'),
      cardForms: { fields: true },
    })
    expect(set.status).toBe(200)
    await first.stop()
    await expect(startHouse({ ...asProduction, secrets: house.secrets })).rejects.toThrow(ConfigError)
    await expect(startHouse({ ...here, secrets, env: { PAUME_SANDBOX: '1' } })).rejects.toThrow(/test cards only/)

    const production = await startHouse(asProduction)
    expect(production.paume.money.payments).toBeDefined()
    expect(Object.keys(production.paume.money.accounts.processors)).toEqual(['stripe'])
    expect(() => production.paume.money.sandbox).toThrow()
    const setup = await production.paume.money.wallet.beginCardSetup(newId('enrolment', Date.now()))
    expect(setup).toMatchObject({ processor: 'stripe', form: { kind: 'elements' } })
    const desk = await send(`${production.url}/sandbox/processor/setups/${setup.setupId}`, { method: 'POST' })
    expect(desk.status).toBe(404)
    await production.stop()
    await live.close()
    await database.drop()
  })
})
