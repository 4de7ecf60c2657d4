import { INTENT_STATUSES, PAYMENT_STATES, type Payment, REASONS } from '@paume/contract'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { actionOf, INTENT_STATES, type IntentRow, intentOf } from './intents.ts'

const row = {
  id: 'pi_1',
  amount_minor: 500n,
  currency: 'USD',
  capture: 'automatic',
  reference: 'a',
  payment_id: 'pay_1',
  created_at: new Date(0),
  canceled_at: null,
} as unknown as IntentRow

it('an intent is succeeded when money was taken and only then, and its action fails only when the payment did', () => {
  expect(Object.keys(INTENT_STATES).sort()).toEqual([...PAYMENT_STATES].sort())
  fc.assert(
    fc.property(
      fc.constantFrom(...PAYMENT_STATES),
      fc.option(fc.constantFrom(...REASONS), { nil: undefined }),
      fc.nat(500),
      (state, reason, taken) => {
        const capturedMinor = state === 'approved' ? taken : 0
        const payment = { state, reason, capturedMinor, totalMinor: 500, authorisedMinor: 500, tipMinor: 0 } as Payment
        const intent = intentOf(row, payment, false)
        const action = actionOf(row, payment)
        expect(INTENT_STATUSES).toContain(intent.status)
        if (reason !== 'voided') {
          expect(intent.status === 'succeeded').toBe(capturedMinor > 0)
          expect(intent.status === 'requires_capture').toBe(state === 'approved' && capturedMinor === 0)
        }
        expect(intent.amount_capturable > 0).toBe(intent.status === 'requires_capture')
        expect(action.status === 'succeeded').toBe(state === 'approved')
        expect(action.status === 'failed').toBe(['declined', 'cancelled', 'expired'].includes(state))
        expect(action.failure_code !== null).toBe(action.status === 'failed')
        expect(intent.last_payment_error !== null).toBe(action.status === 'failed')
      },
    ),
  )
})

it('an intent that was given up is canceled, whatever its payment was', () => {
  expect(intentOf({ ...row, canceled_at: new Date() }, null, true)).toMatchObject({
    status: 'canceled',
    livemode: true,
  })
})
