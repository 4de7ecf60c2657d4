import type { MoneyReason } from '../processor.ts'

/** How refunds to a card behave. */
export type RefundBehaviour = 'at_once' | 'later' | 'fails_later'
export type CardOutcome = {
  /** Refused when the card is saved. */
  atSetup: MoneyReason | null
  /** Refused when the card is charged. */
  atCharge: MoneyReason | null
  refunds: RefundBehaviour
  increments: 'granted' | 'declined'
  /** How much more than authorised a capture may take, whole per cent of it. */
  overCapturePercent: number
  /** The holder disputes what was captured; an answer in time wins or does not. */
  dispute: { reason: string; answered: 'won' | 'lost' } | null
  /** What becomes of the card a while after it was saved. */
  later: 'replaced' | 'lost' | null
}
export type TestCard = CardOutcome & { number: string; brand: string; cvcDigits: 3 | 4; shows: string }

/** A card that always pays. Also what a row lacks that an older version wrote. */
export const PLAIN_OUTCOME: CardOutcome = {
  atSetup: null,
  atCharge: null,
  refunds: 'at_once',
  increments: 'granted',
  overCapturePercent: 15,
  dispute: null,
  later: null,
}

const card = (number: string, brand: string, shows: string, outcome: Partial<CardOutcome> = {}): TestCard => ({
  ...PLAIN_OUTCOME,
  number,
  brand,
  cvcDigits: brand === 'amex' ? 4 : 3,
  shows,
  ...outcome,
})

/**
 * The only numbers the sandbox takes. They are the public test numbers that card processors print in their manuals and that no bank
 * issues, so people who integrate know them already; where a manual gives a number a meaning, it has that meaning here.
 */
export const TEST_CARDS: readonly TestCard[] = [
  card('4242424242424242', 'visa', 'approved'),
  card('5555555555554444', 'mastercard', 'approved'),
  card('378282246310005', 'amex', 'approved, never more than authorised', { overCapturePercent: 0 }),
  card('4000000000000002', 'visa', 'declined when saved', { atSetup: 'card_declined' }),
  card('4000000000000127', 'visa', 'wrong CVC', { atSetup: 'card_cvc' }),
  card('4000000000000069', 'visa', 'expired', { atSetup: 'card_expired' }),
  card('4000000000000119', 'visa', 'processing error', { atCharge: 'processing_error' }),
  card('4000000000009995', 'visa', 'insufficient funds', { atCharge: 'insufficient_funds' }),
  card('4000000000009987', 'visa', 'lost card', { atCharge: 'card_lost' }),
  card('4000002760003184', 'visa', 'authentication required', { atCharge: 'authentication_required' }),
  card('4000000000000341', 'visa', 'saved, then declined', { atCharge: 'card_declined' }),
  card('4000000000006975', 'visa', 'over its limit', { atCharge: 'limit_exceeded' }),
  card('4000000000007726', 'visa', 'refund takes a while', { refunds: 'later' }),
  card('4000000000005126', 'visa', 'refund fails later', { refunds: 'fails_later' }),
  card('6011111111111117', 'discover', 'increments declined', { increments: 'declined' }),
  card('4000000000000259', 'visa', 'disputed as fraudulent; an answer wins', {
    dispute: { reason: 'fraudulent', answered: 'won' },
  }),
  card('4000000000002685', 'visa', 'disputed as not received; an answer loses', {
    dispute: { reason: 'product_not_received', answered: 'lost' },
  }),
  card('5200828282828210', 'mastercard', 'replaced by the bank after 30 days', { later: 'replaced' }),
  card('5105105105105100', 'mastercard', 'reported lost after 30 days', { later: 'lost' }),
]

export type CardVerdict =
  | { kind: 'not_test' }
  | { kind: 'refused'; reason: MoneyReason }
  | { kind: 'saved'; brand: string; last4: string; outcome: CardOutcome }

/**
 * Judges a card as typed. `number` may hold spaces and dashes. A number that is no test number is `not_test` whatever else is wrong
 * with it, so that nobody learns whether a real number looks right; it is not kept anywhere.
 */
export function judgeCard(
  typed: { number: string; expiryMonth: number; expiryYear: number; cvc: string },
  now: Date,
): CardVerdict {
  const digits = typed.number.replace(/[\s-]/g, '')
  const known = TEST_CARDS.find((candidate) => candidate.number === digits)
  if (!known) return { kind: 'not_test' }
  // A card is good to the last day of its month.
  const goodUntilMs = Date.UTC(typed.expiryYear, typed.expiryMonth, 1)
  if (goodUntilMs <= now.getTime()) return { kind: 'refused', reason: 'card_expired' }
  if (!/^\d+$/.test(typed.cvc) || typed.cvc.length !== known.cvcDigits) return { kind: 'refused', reason: 'card_cvc' }
  if (known.atSetup !== null) return { kind: 'refused', reason: known.atSetup }
  const { number: _number, brand, cvcDigits: _cvcDigits, shows: _shows, ...outcome } = known
  return { kind: 'saved', brand, last4: digits.slice(-4), outcome }
}
