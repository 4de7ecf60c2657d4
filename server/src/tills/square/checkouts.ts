import type {
  CancelReason,
  CheckoutCreate,
  CheckoutReply,
  CheckoutStatus,
  Payment,
  PaymentCreate,
  PaymentReason,
  PaymentState,
} from '@paume/contract'
import { Failure } from '../../failure.ts'
import { terminalIdOf } from '../nexo/transaction-id.ts'

/** What Square calls each state of a payment. */
export const CHECKOUT_STATES: Readonly<Record<PaymentState, CheckoutStatus>> = {
  created: 'PENDING',
  presented: 'IN_PROGRESS',
  palm_captured: 'IN_PROGRESS',
  identified: 'IN_PROGRESS',
  choosing_card: 'IN_PROGRESS',
  authorising: 'IN_PROGRESS',
  // Nobody knows yet: no end is told before there is one.
  unknown: 'IN_PROGRESS',
  approved: 'COMPLETED',
  declined: 'CANCELED',
  cancelled: 'CANCELED',
  expired: 'CANCELED',
}

/** The few reasons that Square has a word for. */
const CANCELLED_BY: Partial<Record<PaymentReason, CancelReason>> = {
  cancelled_by_till: 'SELLER_CANCELED',
  voided: 'SELLER_CANCELED',
  cancelled_by_shopper: 'BUYER_CANCELED',
  timed_out: 'TIMED_OUT',
}

const DEFAULT_DEADLINE = 'PT5M'
const LEAST_MS = 10_000
const MOST_MS = 300_000

/** ms of `PT5M`, `PT90S` or `PT1M30S`. Throws `request_malformed` beyond 10 s to 5 min. */
export function deadlineMsOf(duration: string): number {
  const parts = /^PT(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration)
  const ms = (Number(parts?.[1] ?? 0) * 60 + Number(parts?.[2] ?? 0)) * 1_000
  if (ms < LEAST_MS || ms > MOST_MS) {
    throw new Failure('request_malformed', { detail: 'deadline_duration is from PT10S to PT5M.' })
  }
  return ms
}

/** The payment that a checkout asks for, and on which terminal. Throws `terminal_unknown`, `request_malformed`. */
export function paymentOf({ idempotency_key, checkout }: CheckoutCreate): {
  terminalId: string
  create: PaymentCreate
} {
  const { amount_money, device_options, payment_options, deadline_duration, reference_id } = checkout
  if (payment_options?.autocomplete === false) {
    throw new Failure('request_malformed', { detail: 'autocomplete: a checkout is always captured.' })
  }
  const terminalId = terminalIdOf(device_options.device_id.replace(/^device:/, ''))
  if (terminalId === null) throw new Failure('terminal_unknown')
  return {
    terminalId,
    create: {
      amountMinor: amount_money.amount,
      currency: amount_money.currency,
      reference: reference_id ?? idempotency_key,
      tip: { mode: device_options.tip_settings?.allow_tipping === true ? 'ask' : 'none' },
      deadlineMs: deadlineMsOf(deadline_duration ?? DEFAULT_DEADLINE),
    },
  }
}

/** The checkout of a payment. `asked`: a cancellation was asked for just now and waits for the processor. */
export function checkoutOf(payment: Payment, asked: 'cancel' | null = null): CheckoutReply {
  const { id, state, reason, currency, amountMinor, tipMinor } = payment
  const status =
    asked === 'cancel' && CHECKOUT_STATES[state] === 'IN_PROGRESS' ? 'CANCEL_REQUESTED' : CHECKOUT_STATES[state]
  const cancel_reason = reason === undefined ? undefined : CANCELLED_BY[reason]
  return {
    checkout: {
      id,
      status,
      ...(cancel_reason === undefined ? {} : { cancel_reason }),
      ...(reason === undefined || cancel_reason !== undefined ? {} : { decline_reason: reason }),
      amount_money: { amount: amountMinor, currency },
      ...(tipMinor === 0 ? {} : { tip_money: { amount: tipMinor, currency } }),
      reference_id: payment.reference,
      device_options: { device_id: payment.terminalId },
      location_id: payment.shop.id,
      payment_type: 'CARD_PRESENT',
      ...(status === 'COMPLETED' ? { payment_ids: [id] } : {}),
      created_at: payment.createdAt,
      updated_at: payment.endedAt ?? payment.createdAt,
    },
  }
}
