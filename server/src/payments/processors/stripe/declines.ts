import type { MoneyReason } from '../processor.ts'

/**
 * Stripe's decline and error codes as our reasons (docs.stripe.com/declines/codes). What is not listed is `card_declined`: Stripe adds
 * codes, and most must not be told to a shopper in more detail anyway (fraud rules, for one).
 */
const REASONS = new Map<string, MoneyReason>(
  Object.entries({
    insufficient_funds: 'insufficient_funds',
    card_velocity_exceeded: 'limit_exceeded',
    withdrawal_count_limit_exceeded: 'limit_exceeded',
    lost_card: 'card_lost',
    stolen_card: 'card_lost',
    pickup_card: 'card_lost',
    restricted_card: 'card_declined',
    expired_card: 'card_expired',
    invalid_expiry_month: 'card_expired',
    invalid_expiry_year: 'card_expired',
    incorrect_cvc: 'card_cvc',
    invalid_cvc: 'card_cvc',
    processing_error: 'processing_error',
    issuer_not_available: 'processing_error',
    reenter_transaction: 'processing_error',
    try_again_later: 'processing_error',
    approve_with_id: 'processing_error',
    authentication_required: 'authentication_required',
    authentication_not_handled: 'authentication_required',
    online_or_offline_pin_required: 'authentication_required',
    offline_pin_required: 'authentication_required',
    payment_intent_authentication_failure: 'authentication_required',
    setup_intent_authentication_failure: 'authentication_required',
  }),
)

/** The first code that says something decides: the issuer's (`decline_code`) before Stripe's own (`code`). */
export function moneyReason(declineCode: string | null | undefined, code?: string | null): MoneyReason {
  return REASONS.get(declineCode ?? '') ?? REASONS.get(code ?? '') ?? 'card_declined'
}
