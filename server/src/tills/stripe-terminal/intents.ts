import type { IntentStatus, Payment, PaymentIntent, PaymentState, ReaderAction } from '@paume/contract'
import type { Selectable } from 'kysely'
import { REASON_CONDITIONS, STATE_MEANING } from '../nexo/conditions.ts'
import type { TillTables } from '../tables.ts'

export type IntentRow = Selectable<TillTables['reader_intent']>

/** What Stripe calls an intent whose payment is in each state, before captures and cancellations are looked at. */
export const INTENT_STATES: Readonly<Record<PaymentState, IntentStatus>> = {
  created: 'requires_payment_method',
  presented: 'requires_payment_method',
  palm_captured: 'requires_payment_method',
  identified: 'requires_payment_method',
  choosing_card: 'requires_payment_method',
  authorising: 'processing',
  // Nobody knows yet: no end is told before there is one.
  unknown: 'processing',
  approved: 'succeeded',
  // An intent outlives an attempt that failed: it can be processed again.
  declined: 'requires_payment_method',
  cancelled: 'requires_payment_method',
  expired: 'requires_payment_method',
}

function statusOf(row: IntentRow, payment: Payment | null): IntentStatus {
  if (row.canceled_at !== null || payment?.reason === 'voided') return 'canceled'
  if (payment === null) return 'requires_payment_method'
  const status = INTENT_STATES[payment.state]
  return status === 'succeeded' && payment.capturedMinor === 0 ? 'requires_capture' : status
}

/** The few codes Stripe has for what goes wrong at a reader; all else is told by our own. */
const FAILURE_CODES: Readonly<Record<string, string>> = {
  card_declined: 'card_declined',
  insufficient_funds: 'card_declined',
  card_lost: 'card_declined',
  card_expired: 'expired_card',
  card_cvc: 'incorrect_cvc',
  processing_error: 'processing_error',
  authentication_required: 'authentication_required',
  timed_out: 'terminal_reader_timeout',
  terminal_gone: 'terminal_reader_offline',
  cancelled_by_shopper: 'customer_canceled',
}

/** Why a payment came to nothing, or null while it runs and when it was approved. */
function faultOf(payment: Payment): { code: string; message: string } | null {
  if (STATE_MEANING[payment.state] !== 'failure') return null
  const reason = payment.reason ?? 'card_declined'
  return { code: FAILURE_CODES[reason] ?? reason, message: REASON_CONDITIONS[reason]?.message ?? 'Refused' }
}

/** The intent as its payment stands now. `payment`: null when it was never processed. */
export function intentOf(row: IntentRow, payment: Payment | null, livemode: boolean): PaymentIntent {
  const status = statusOf(row, payment)
  const fault = payment === null ? null : faultOf(payment)
  const isHeld = status === 'requires_capture'
  return {
    id: row.id,
    object: 'payment_intent',
    amount: payment?.totalMinor ?? Number(row.amount_minor),
    amount_received: payment?.capturedMinor ?? 0,
    amount_capturable: isHeld && payment !== null ? payment.authorisedMinor : 0,
    amount_details: { tip: { amount: payment?.tipMinor ?? 0 } },
    currency: row.currency.toLowerCase(),
    capture_method: row.capture,
    status,
    last_payment_error: fault === null ? null : { type: 'card_error', ...fault },
    latest_charge: row.payment_id,
    metadata: { reference: row.reference },
    payment_method_types: ['card_present'],
    created: Math.floor(row.created_at.getTime() / 1_000),
    livemode,
  }
}

/** What a reader does about an intent, or did last. */
export function actionOf(row: IntentRow, payment: Payment): ReaderAction {
  const meaning = STATE_MEANING[payment.state]
  const fault = faultOf(payment)
  return {
    type: 'process_payment_intent',
    status: meaning === 'running' ? 'in_progress' : meaning === 'success' ? 'succeeded' : 'failed',
    failure_code: fault?.code ?? null,
    failure_message: fault?.message ?? null,
    process_payment_intent: { payment_intent: row.id },
  }
}
