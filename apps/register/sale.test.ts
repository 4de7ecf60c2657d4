import { ACTIVE_STATES, PAYMENT_STATES, type Payment, type PaymentState } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  mayResend,
  nextSale,
  type OpenSale,
  RESEND_MS,
  refundableMinor,
  SALE_START,
  type Sale,
  type SaleEvent,
} from './sale.ts'

const open: OpenSale = {
  terminalId: 'dev_1',
  request: { amountMinor: 2340, currency: 'EUR', reference: 'A-1' },
  idempotencyKey: 'key',
  openedAtMs: 1_000,
}
const payment = (state: PaymentState, version = 1, more: Partial<Payment> = {}) =>
  ({ id: 'pay_1', state, version, capturedMinor: 0, refundedMinor: 0, refunds: [], ...more }) as unknown as Payment
const news = (state: PaymentState, version?: number): SaleEvent => ({
  type: 'news',
  open,
  payment: payment(state, version),
})
const run = (...events: SaleEvent[]) => events.reduce(nextSale, SALE_START)
const charge: SaleEvent = { type: 'charge', open }

describe('a sale', () => {
  it('goes from the basket to paid, and back to the basket', () => {
    expect(run(charge).at).toBe('sending')
    expect(run(charge, news('created')).at).toBe('running')
    expect(run(charge, news('created'), news('approved', 2)).at).toBe('paid')
    expect(run(charge, news('approved'), { type: 'leave' }).at).toBe('basket')
  })

  it('ends in the true state after a lost reply', () => {
    const lost = run(charge, { type: 'reply_lost' })
    expect(lost.at).toBe('lost')
    expect(nextSale(lost, news('approved')).at).toBe('paid')
    expect(nextSale(lost, news('presented')).at).toBe('running')
    expect(nextSale(lost, { type: 'refused', trouble: { code: 'terminal_busy' } })).toEqual({
      at: 'basket',
      trouble: { code: 'terminal_busy' },
    })
  })

  it('keeps an unknown payment unsettled until it is known', () => {
    const unsettled = run(charge, news('unknown', 5))
    expect(unsettled.at).toBe('unsettled')
    expect(nextSale(unsettled, { type: 'leave' })).toBe(unsettled)
    expect(nextSale(unsettled, news('approved', 6)).at).toBe('paid')
    expect(nextSale(unsettled, news('declined', 6)).at).toBe('not_paid')
  })

  it('never lets a late or older reply undo what is known', () => {
    const running = run(charge, news('authorising', 7))
    expect(nextSale(running, news('presented', 3))).toBe(running)
    const paid = run(charge, news('approved', 9))
    for (const state of PAYMENT_STATES) expect(nextSale(paid, news(state, 4))).toBe(paid)
  })

  it('says that the state may be old when the connection goes, and forgets it with the next news', () => {
    const stale = run(charge, news('presented', 2), { type: 'connection_lost' })
    expect(stale).toMatchObject({ at: 'running', stale: true })
    expect(nextSale(stale, news('presented', 2))).toMatchObject({ at: 'running', stale: false })
  })

  it('is never back at the basket while money may move, whatever happens', () => {
    const anyEvent = fc.oneof(
      fc.constant<SaleEvent>({ type: 'reply_lost' }),
      fc.constant<SaleEvent>({ type: 'connection_lost' }),
      fc.constant<SaleEvent>({ type: 'cancel' }),
      fc.constant<SaleEvent>({ type: 'cancel_failed', trouble: { code: 'payment_state' } }),
      fc.constant<SaleEvent>({ type: 'leave' }),
      fc.constantFrom(...ACTIVE_STATES, 'unknown' as const).map((state) => news(state)),
    )
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        const end = events.reduce<Sale>(nextSale, run(charge))
        expect(['sending', 'lost', 'running', 'unsettled']).toContain(end.at)
      }),
    )
  })

  it('sends again for a minute only', () => {
    expect(mayResend(open, 1_000 + RESEND_MS - 1)).toBe(true)
    expect(mayResend(open, 1_000 + RESEND_MS)).toBe(false)
  })

  it('never offers more to give back than is left', () => {
    const refund = (amountMinor: number, state: string) => ({ id: 'r', amountMinor, state, createdAt: '' })
    const of = (more: object) => refundableMinor(payment('approved', 1, more as Partial<Payment>))
    expect(of({ capturedMinor: 2340 })).toBe(2340n)
    expect(of({ capturedMinor: 2340, refundedMinor: 340, refunds: [refund(340, 'succeeded')] })).toBe(2000n)
    expect(of({ capturedMinor: 2340, refundedMinor: 0, refunds: [refund(340, 'pending')] })).toBe(2000n)
    expect(of({ capturedMinor: 2340, refundedMinor: 0, refunds: [refund(340, 'failed')] })).toBe(2340n)
  })
})
