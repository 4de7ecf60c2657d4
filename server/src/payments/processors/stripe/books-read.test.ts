import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { captured, followUpOf } from '../processor-contract/bench.ts'
import { chargeOf } from './charge-record.ts'
import { disputeOf } from './disputes.ts'
import { openStripeBench, type StripeBench } from './stand-in/bench.ts'
import { ledgerOf, make, move } from './stand-in/books.ts'
import { EXTRACT } from './stand-in/parameters.ts'

const example = <T>(object: string, more: object): T =>
  ({ ...structuredClone(EXTRACT.objects[object]!.example), ...more }) as unknown as T
const lost = expect.objectContaining({ kind: 'lost' })

describe('a PaymentIntent read as a charge', () => {
  const charge = (status: string) => example<Stripe.Charge>('charge', { status, created: 1_700_000_000 })
  const read = (more: object) =>
    chargeOf(
      example<Stripe.PaymentIntent>('payment_intent', { latest_charge: charge('succeeded'), ...more }),
      null,
      [],
      [],
    )
  it('is in one of our states for each of Stripe’s', () => {
    const states = {
      requires_capture: 'authorised',
      succeeded: 'captured',
      requires_payment_method: 'declined',
      requires_confirmation: 'declined',
      requires_action: 'declined',
    }
    for (const [status, state] of Object.entries(states)) expect(read({ status }).state, status).toBe(state)
    for (const reason of ['automatic', 'expired'])
      expect(read({ status: 'canceled', cancellation_reason: reason }).state).toBe('lapsed')
    expect(read({ status: 'canceled', cancellation_reason: 'requested_by_customer' }).state).toBe('voided')
    // Ended after it was declined: nothing was ever held.
    expect(read({ status: 'canceled', latest_charge: charge('failed') }).state).toBe('declined')
    expect(read({ status: 'canceled', latest_charge: null }).state).toBe('declined')
  })

  it('is not read while Stripe works on it, nor in a state nobody knows', () => {
    for (const status of ['processing', 'a_state_of_2031']) expect(() => read({ status })).toThrow(lost)
  })

  it('that somebody made in the dashboard goes by Stripe’s own names', () => {
    const made = read({ id: 'pi_x', status: 'succeeded', amount: 500, amount_received: 500, metadata: {} })
    expect(made).toMatchObject({ key: 'pi_x', ref: 'pi_x', operations: [{ key: 'pi_x:capture', kind: 'capture' }] })
  })
})

describe('a dispute', () => {
  it('is in one of four states for each of Stripe’s, and in none for what is new', () => {
    const states = {
      warning_needs_response: 'needs_response',
      warning_under_review: 'under_review',
      warning_closed: 'won',
      needs_response: 'needs_response',
      under_review: 'under_review',
      appeal_needs_response: 'needs_response',
      appeal_under_review: 'under_review',
      prevented: 'won',
      won: 'won',
      lost: 'lost',
    }
    const read = (status: string) => disputeOf(example<Stripe.Dispute>('dispute', { status }), 'acct_1')
    for (const [status, state] of Object.entries(states)) expect(read(status).state, status).toBe(state)
    const asked = Object.keys(states).filter((status) => read(status).inquiry)
    expect(asked).toEqual(['warning_needs_response', 'warning_under_review', 'warning_closed', 'prevented'])
    expect(() => read('a_state_of_2031')).toThrow(lost)
    expect(read('won')).toMatchObject({
      ref: expect.stringMatching(/^acct_1\/dp_/),
      chargeRef: expect.stringMatching(/^acct_1\/ch_/),
    })
  })
})

describe('the settlement', () => {
  let bench: StripeBench
  beforeAll(async () => {
    bench = await openStripeBench()
  })
  afterAll(() => bench.close())
  const ever = { from: new Date(0), to: new Date('2100-01-01') }

  it('brings back a refund that failed after it had been paid out, under a name of its own', async () => {
    const paid = await captured(bench)
    const asked = followUpOf(paid, 340n)
    await bench.processor.refund(asked)
    const ledger = ledgerOf(bench.standIn.books, '')
    const refund = [...ledger.things.values()].find(({ metadata }) => metadata?.paume_key === asked.key)!
    move(ledger, 'refund_failure', refund, 340, 0)
    const lines = (await bench.processor.listSettlement(ever)).filter(({ chargeKey }) => chargeKey === paid.key)
    expect(lines.map(({ key, amountMinor }) => [key, amountMinor])).toEqual([
      [expect.any(String), 2340n],
      [asked.key, -340n],
      [`${asked.key}:failed`, 340n],
    ])
    expect(lines[0]).toMatchObject({ feeMinor: 68n, batchRef: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) })
  })

  it('leaves out what is no payment of ours', async () => {
    const before = await bench.processor.listSettlement(ever)
    const ledger = ledgerOf(bench.standIn.books, '')
    const intent = make(ledger, 'payment_intent', 'pi', { metadata: {}, currency: 'usd' })
    const charge = make(ledger, 'charge', 'ch', { payment_intent: intent.id, metadata: {}, currency: 'usd' })
    move(ledger, 'charge', charge, 500, 15)
    expect(await bench.processor.listSettlement(ever)).toEqual(before)
  })

  it('reads every page', async () => {
    const paid = await captured(bench)
    const ledger = ledgerOf(bench.standIn.books, '')
    const { source } = [...ledger.things.values()].find(
      ({ object, type }) => object === 'balance_transaction' && type === 'charge',
    )!
    for (let i = 0; i < 230; i++) move(ledger, 'charge', ledger.things.get(source)!, 1, 0)
    const lines = await bench.processor.listSettlement(ever)
    expect(lines.filter(({ kind }) => kind === 'capture').length).toBeGreaterThanOrEqual(232)
    expect(lines.some(({ chargeKey }) => chargeKey === paid.key)).toBe(true)
  })
})
