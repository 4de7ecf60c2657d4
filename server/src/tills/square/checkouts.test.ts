import { PAYMENT_STATES, type Payment, REASONS } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHECKOUT_STATES, checkoutOf, deadlineMsOf, paymentOf } from './checkouts.ts'

const payment = {
  id: 'pay_1',
  state: 'created',
  amountMinor: 500,
  tipMinor: 0,
  currency: 'USD',
  reference: 'a',
  terminalId: 'dev_1',
  shop: { id: 'shop_1', name: 'Shop' },
  createdAt: 'then',
} as unknown as Payment

describe('a checkout', () => {
  it('is completed when the payment is approved and only then, and over when nothing leaves its state', () => {
    expect(Object.keys(CHECKOUT_STATES).sort()).toEqual([...PAYMENT_STATES].sort())
    const reasons = fc.option(fc.constantFrom(...REASONS), { nil: undefined })
    fc.assert(
      fc.property(
        fc.constantFrom(...PAYMENT_STATES),
        reasons,
        fc.constantFrom(null, 'cancel' as const),
        (state, reason, asked) => {
          const { checkout } = checkoutOf({ ...payment, state, reason }, asked)
          expect(checkout.status === 'COMPLETED').toBe(state === 'approved')
          expect(checkout.payment_ids !== undefined).toBe(state === 'approved')
          expect(checkout.status === 'CANCELED').toBe(['declined', 'cancelled', 'expired'].includes(state))
          expect(checkout.cancel_reason !== undefined && checkout.decline_reason !== undefined).toBe(false)
        },
      ),
    )
  })

  it('has its deadline read exactly', () => {
    expect([deadlineMsOf('PT5M'), deadlineMsOf('PT90S'), deadlineMsOf('PT1M30S')]).toEqual([300_000, 90_000, 90_000])
    for (const wrong of ['PT9S', 'PT5M1S', 'PT', 'P1D', 'PT0M']) expect(() => deadlineMsOf(wrong)).toThrow()
  })

  it('names a terminal of ours and is always captured', () => {
    const id = '01KAPAVME000000000000T0001'
    const ask = (device_id: string, more: object = {}) =>
      paymentOf({
        idempotency_key: 'k',
        checkout: { amount_money: { amount: 5, currency: 'USD' }, device_options: { device_id }, ...more },
      })
    for (const device of [`dev_${id}`, `device:dev_${id}`, `Paume-${id}`]) {
      expect(ask(device)).toMatchObject({ terminalId: `dev_${id}`, create: { reference: 'k', deadlineMs: 300_000 } })
    }
    expect(() => ask('R5WNWB5BKNG9R')).toThrow()
    expect(() => ask(`dev_${id}`, { payment_options: { autocomplete: false } })).toThrow()
  })
})
