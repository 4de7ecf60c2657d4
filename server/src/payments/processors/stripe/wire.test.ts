import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { movableClock } from '../../../clock.ts'
import { moneyReason } from './declines.ts'
import { openStripeStandIn, type StripeStandIn } from './stand-in/server.ts'
import { ask, judge, openStripeClient, STRIPE_API_VERSION } from './wire.ts'

const { errors } = Stripe
const failed = (kind: string, reason?: string) =>
  expect.objectContaining({ name: 'ProcessorFailure', kind, ...(reason ? { reason } : {}) })
const connection = (detail: object) =>
  new errors.StripeConnectionError({ message: 'x', detail: detail as unknown as string, type: 'api_error' } as never)
const api = (statusCode: number, more: object = {}) =>
  errors.StripeError.generate({ statusCode, type: 'api_error', message: 'x', ...more } as never)

let standIn: StripeStandIn
beforeAll(async () => {
  standIn = await openStripeStandIn(movableClock().nowMs)
})
afterAll(() => standIn.close())

describe('the version', () => {
  it('is written out, and is the one the package was made for', () => {
    expect(STRIPE_API_VERSION).toBe(Stripe.API_VERSION)
  })
})

describe('what an error tells', () => {
  it('"not performed" only when not a byte can have arrived, or Stripe turned us away at the door', () => {
    for (const syscall of ['connect', 'getaddrinfo']) {
      expect(judge(connection({ code: 'ECONNREFUSED', syscall }))).toBe('not_performed')
    }
    expect(judge(connection({ code: 'CERT_HAS_EXPIRED' }))).toBe('not_performed')
    const both = [
      { syscall: 'connect', code: 'ECONNREFUSED' },
      { syscall: 'connect', code: 'ENETUNREACH' },
    ]
    expect(judge(connection({ code: 'ECONNREFUSED', errors: both }))).toBe('not_performed')
    for (const status of [401, 403, 429]) expect(judge(api(status))).toBe('not_performed')
    expect(judge(api(429, { code: 'lock_timeout' }))).toBe('not_performed')
  })

  it('"lost" for every thing that may have been done, and for what nobody foresaw', () => {
    expect(judge(connection({ code: 'ETIMEDOUT' }))).toBe('lost')
    expect(judge(connection({ code: 'ECONNABORTED', syscall: 'read' }))).toBe('lost')
    expect(judge(connection({ errors: [] }))).toBe('lost')
    for (const status of [500, 502, 503, 504]) expect(judge(api(status))).toBe('lost')
    expect(judge(new TypeError('a defect of ours'))).toBe('lost')
    expect(judge(undefined)).toBe('lost')
  })

  it('"refused" for what Stripe understood', () => {
    for (const status of [400, 402, 404]) expect(judge(api(status))).toBe('refused')
    expect(judge(api(409, { code: 'idempotency_key_in_use' }))).toBe('in_use')
  })

  it('a decline by the issuer’s word before Stripe’s, anything new as a plain decline', () => {
    expect(moneyReason('insufficient_funds', 'card_declined')).toBe('insufficient_funds')
    expect(moneyReason('stolen_card', 'card_declined')).toBe('card_lost')
    expect(moneyReason(null, 'expired_card')).toBe('card_expired')
    expect(moneyReason('incorrect_cvc')).toBe('card_cvc')
    expect(moneyReason('a_code_of_2031', 'card_declined')).toBe('card_declined')
    expect(moneyReason(undefined)).toBe('card_declined')
    expect(moneyReason('toString')).toBe('card_declined')
  })
})

describe('asking', () => {
  const client = () => openStripeClient(standIn.books.secretKey, standIn.address)

  it('at an address where nobody listens performs nothing, and says so', async () => {
    const nowhere = openStripeClient('sk_test_x', { host: '127.0.0.1', port: 1, protocol: 'http' })
    await expect(ask(() => nowhere.customers.create())).rejects.toEqual(failed('not_performed'))
  })

  it('with a wrong key performs nothing; the reason names no key', async () => {
    const stranger = openStripeClient('sk_test_wrong', standIn.address)
    const failure = await ask(() => stranger.customers.create()).catch((error: unknown) => error)
    expect(failure).toEqual(failed('not_performed'))
    expect(JSON.stringify(failure) + String(failure)).not.toContain('sk_test')
  })

  it('goes through when one connection closes, under the same key', async () => {
    standIn.trouble.loseReply.push('POST /v1/customers')
    const before = standIn.sent.length
    const customer = await ask(() => client().customers.create({}, { idempotencyKey: 'once' }))
    expect(standIn.sent.slice(before).map(({ key }) => key)).toEqual(['once', 'once'])
    expect([...standIn.books.accounts.get('')!.keys()].filter((id) => id.startsWith('cus_'))).toEqual([customer.id])
  })

  it('says "lost" when the second try never leaves: the first may have arrived', async () => {
    let tries = 0
    const call = async () => {
      tries += 1
      throw connection(tries === 1 ? { code: 'PAUME_CONNECTION_CLOSED' } : { syscall: 'connect', code: 'ECONNREFUSED' })
    }
    await expect(ask(call)).rejects.toEqual(failed('lost'))
    expect(tries).toBe(2)
  })

  it('says "lost" for a 500, also when Stripe only repeats the one it kept', async () => {
    standIn.trouble.fail.push('POST /v1/customers')
    const create = () => client().customers.create({}, { idempotencyKey: 'kept-500' })
    const before = standIn.books.count
    await expect(ask(create)).rejects.toEqual(failed('lost'))
    await expect(ask(create)).rejects.toEqual(failed('lost'))
    expect(standIn.books.count).toBe(before)
  })

  it('is refused a parameter Stripe does not know, a missing one and a wrong one', async () => {
    const create = (more: object) =>
      ask(() => client().paymentIntents.create({ amount: 500, currency: 'usd', confirm: true, ...more } as never))
    const refusal = (code: string, param: string) => expect.objectContaining({ name: 'StripeRefusal', code, param })
    await expect(create({ amuont: 1 })).rejects.toEqual(refusal('parameter_unknown', 'amuont'))
    await expect(create({ payment_method_types: ['card'] })).rejects.toEqual(
      refusal('parameter_unknown', 'payment_method_types'),
    )
    await expect(create({ currency: undefined })).rejects.toEqual(refusal('parameter_missing', 'currency'))
    await expect(create({ capture_method: 'later' })).rejects.toEqual(refusal('parameter_invalid', 'capture_method'))
    await expect(create({ amount: '5.5' })).rejects.toEqual(refusal('parameter_invalid', 'amount'))
    await expect(create({ payment_method_options: { card: { request_overcapture: 'please' } } })).rejects.toEqual(
      refusal('parameter_invalid', 'payment_method_options.card.request_overcapture'),
    )
  })
})
