import type { TextKey } from '../../language/tables.ts'

export interface TestCard {
  number: string
  brand: 'visa' | 'mastercard' | 'amex' | 'discover'
  shows: TextKey
}

/** Cards of the sandbox to tap, and what each plays later. The last is no test card: the sandbox must refuse it. */
export const TEST_CARDS: readonly TestCard[] = [
  { number: '4242424242424242', brand: 'visa', shows: 'kiosk.card_approved' },
  { number: '5555555555554444', brand: 'mastercard', shows: 'kiosk.card_approved' },
  { number: '378282246310005', brand: 'amex', shows: 'kiosk.card_approved' },
  { number: '4000000000000341', brand: 'visa', shows: 'kiosk.card_declined' },
  { number: '4000000000009995', brand: 'visa', shows: 'kiosk.card_insufficient_funds' },
  { number: '4000000000009987', brand: 'visa', shows: 'kiosk.card_lost' },
  { number: '4000000000000119', brand: 'visa', shows: 'kiosk.card_processing_error' },
  { number: '4000002760003184', brand: 'visa', shows: 'kiosk.card_authentication' },
  { number: '4000000000000002', brand: 'visa', shows: 'kiosk.card_setup_declined' },
  { number: '4000000000000127', brand: 'visa', shows: 'kiosk.card_cvc' },
  { number: '4000000000000069', brand: 'visa', shows: 'kiosk.card_expired' },
  { number: '4000000000007726', brand: 'visa', shows: 'kiosk.card_refund_slow' },
  { number: '4000000000005126', brand: 'visa', shows: 'kiosk.card_refund_fails' },
  { number: '4000000000006975', brand: 'visa', shows: 'kiosk.card_limit' },
  { number: '6011111111111117', brand: 'discover', shows: 'kiosk.card_no_increments' },
  { number: '4000000000000259', brand: 'visa', shows: 'kiosk.card_dispute_won' },
  { number: '4000000000002685', brand: 'visa', shows: 'kiosk.card_dispute_lost' },
  { number: '5200828282828210', brand: 'mastercard', shows: 'kiosk.card_replaced' },
  { number: '5105105105105100', brand: 'mastercard', shows: 'kiosk.card_lost_later' },
  { number: '4111111111111111', brand: 'visa', shows: 'kiosk.card_real' },
]

/** What the sandbox's own card field would have typed in besides the number. */
export const typedFields = ({ number, brand }: TestCard, now: Date) => ({
  number,
  expiryMonth: 12,
  expiryYear: now.getFullYear() + 3,
  cvc: brand === 'amex' ? '1234' : '123',
})
