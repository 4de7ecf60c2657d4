import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { parseWebhook } from './webhooks.ts'

const PLATFORM = 'whsec_platform'
const CONNECT = 'whsec_connected'
const nowS = () => Math.floor(Date.now() / 1000)

const message = (type: string, object: object, more: object = {}, secret = PLATFORM, timestamp = nowS()) => {
  const { previous_attributes, ...outside } = more as { previous_attributes?: object }
  const body = { id: 'evt_1', object: 'event', type, created: 1_700_000_000, ...outside }
  const payload = JSON.stringify({ ...body, data: { object, ...(previous_attributes ? { previous_attributes } : {}) } })
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp })
  return { headers: { 'Stripe-Signature': signature }, rawBody: Buffer.from(payload) }
}
const subjectOf = (type: string, object: object, more: object = {}) =>
  parseWebhook([CONNECT, PLATFORM], message(type, object, more)).subject
const refused = (reason: string) => expect.objectContaining({ kind: 'refused', reason })

describe('the subject of a message', () => {
  const intent = { id: 'pi_1', object: 'payment_intent' }
  it('is the charge for everything that happens to one, on the account it lies in', () => {
    for (const what of ['succeeded', 'payment_failed', 'canceled', 'amount_capturable_updated'])
      expect(subjectOf(`payment_intent.${what}`, intent)).toEqual({ kind: 'charge', chargeRef: 'pi_1' })
    const of = { id: 'x_1', payment_intent: 'pi_1' }
    for (const type of ['refund.created', 'refund.updated', 'refund.failed', 'charge.refunded', 'charge.expired'])
      expect(subjectOf(type, of, { account: 'acct_1' })).toEqual({ kind: 'charge', chargeRef: 'acct_1/pi_1' })
    expect(subjectOf('radar.early_fraud_warning.created', { id: 'issfr_1', payment_intent: intent })).toEqual({
      kind: 'charge',
      chargeRef: 'pi_1',
    })
  })

  it('is the dispute with its charge', () => {
    for (const what of ['created', 'updated', 'closed', 'funds_withdrawn', 'funds_reinstated'])
      expect(subjectOf(`charge.dispute.${what}`, { id: 'dp_1', payment_intent: 'pi_1' })).toEqual({
        kind: 'dispute',
        disputeRef: 'dp_1',
        chargeRef: 'pi_1',
      })
  })

  it('is the card, also when it was detached just now', () => {
    const token = { kind: 'instrument', token: 'cus_1/pm_1' }
    expect(subjectOf('payment_method.automatically_updated', { id: 'pm_1', customer: 'cus_1' })).toEqual(token)
    const detached = { previous_attributes: { customer: 'cus_1' } }
    expect(subjectOf('payment_method.detached', { id: 'pm_1', customer: null }, detached)).toEqual(token)
  })

  it('is no single payment for accounts, payouts, payments made otherwise, and what is new', () => {
    for (const type of ['account.updated', 'payout.paid', 'payout.failed', 'setup_intent.succeeded', 'moon.full'])
      expect(subjectOf(type, { id: 'x_1' })).toEqual({ kind: 'other' })
    expect(subjectOf('charge.dispute.created', { id: 'dp_1', payment_intent: null })).toEqual({ kind: 'other' })
    expect(subjectOf('refund.updated', { id: 're_1', payment_intent: null })).toEqual({ kind: 'other' })
    expect(subjectOf('payment_method.attached', { id: 'pm_1', customer: null })).toEqual({ kind: 'other' })
  })
})

describe('a signature', () => {
  const body = { id: 'pi_1' }
  it('of any of the secrets is taken, of none of them is not', () => {
    for (const secret of [PLATFORM, CONNECT])
      expect(parseWebhook([CONNECT, PLATFORM], message('payment_intent.succeeded', body, {}, secret)).eventId).toBe(
        'evt_1',
      )
    expect(() => parseWebhook([CONNECT], message('payment_intent.succeeded', body))).toThrow(
      refused('signature_invalid'),
    )
  })

  it('is good for five minutes', () => {
    const sent = (agoS: number) => message('payment_intent.succeeded', body, {}, PLATFORM, nowS() - agoS)
    expect(parseWebhook([PLATFORM], sent(290)).type).toBe('payment_intent.succeeded')
    expect(() => parseWebhook([CONNECT, PLATFORM], sent(310))).toThrow(refused('event_too_old'))
  })

  it('over something that is no event is not enough', () => {
    for (const payload of ['[]', '{"id":"evt_1"}', '{"id":"evt_1","type":"x","created":1}', '{']) {
      const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: PLATFORM })
      const sent = { headers: { 'stripe-signature': signature }, rawBody: Buffer.from(payload) }
      expect(() => parseWebhook([PLATFORM], sent)).toThrow(refused('message_malformed'))
    }
  })
})
