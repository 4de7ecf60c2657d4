import type { ErrorCode, Payment, PaymentReason, PaymentState } from '@paume/contract'

/** The error conditions of nexo Sale to POI, version 3.1. A till branches on these. */
export const ERROR_CONDITIONS = [
  'Aborted',
  'Busy',
  'Cancel',
  'DeviceOut',
  'InProgress',
  'InsertedCard',
  'InvalidCard',
  'LoggedOut',
  'MessageFormat',
  'NotAllowed',
  'NotFound',
  'PaymentRestriction',
  'Refusal',
  'UnavailableDevice',
  'UnavailableService',
  'UnreachableHost',
  'WrongPIN',
] as const
export type ErrorCondition = (typeof ERROR_CONDITIONS)[number]

/** The `Response` block of every reply. */
export type NexoResponse = {
  Result: 'Success' | 'Failure'
  ErrorCondition?: ErrorCondition
  /** Form-encoded pairs: `message` for people, `state`, `reason` and others for programs. */
  AdditionalResponse?: string
}

type Row = { condition: ErrorCondition; message: string }
const row = (condition: ErrorCondition, message: string): Row => ({ condition, message })

/** What a till hears of each reason a payment ends with. `docs/guide/nexo.md` shows the same table; a test compares them. */
export const REASON_CONDITIONS: Readonly<Record<PaymentReason, Row> & Record<string, Row>> = {
  not_recognised: row('InvalidCard', 'Palm not recognised'),
  ambiguous: row('InvalidCard', 'Palm not recognised for certain'),
  liveness_failed: row('InvalidCard', 'Palm not accepted'),
  poor_quality: row('InvalidCard', 'Palm could not be read'),
  card_declined: row('Refusal', 'Declined'),
  insufficient_funds: row('Refusal', 'Not enough balance'),
  card_lost: row('Refusal', 'Card reported lost'),
  card_expired: row('InvalidCard', 'Card expired'),
  card_cvc: row('Refusal', 'Card declined by its security code'),
  processing_error: row('Refusal', 'Acquirer error'),
  authentication_required: row('Refusal', 'Authentication required'),
  limit_exceeded: row('PaymentRestriction', 'Limit exceeded'),
  no_instrument: row('InvalidCard', 'No card saved'),
  shopper_erased: row('InvalidCard', 'Palm no longer registered'),
  palm_frozen: row('InvalidCard', 'Palm frozen by its owner'),
  timed_out: row('Cancel', 'Shopper did not hold a hand in time'),
  cancelled_by_till: row('Aborted', 'Cancelled by the till'),
  cancelled_by_shopper: row('Cancel', 'Cancelled by the shopper'),
  terminal_gone: row('DeviceOut', 'Terminal lost its connection'),
  processor_unavailable: row('UnreachableHost', 'Card processor not reached, nothing charged'),
  voided: row('Aborted', 'Released before it was captured'),
  till_gone: row('Aborted', 'Given back because the till was not heard of'),
}

/** What each state of a payment means to a till that waits. */
export const STATE_MEANING: Readonly<
  Record<PaymentState, 'running' | 'success' | 'failure'> & Record<string, 'running' | 'success' | 'failure'>
> = {
  created: 'running',
  presented: 'running',
  palm_captured: 'running',
  identified: 'running',
  choosing_card: 'running',
  authorising: 'running',
  // Not known yet, and not to be guessed: it is being asked for, and the till waits or asks again.
  unknown: 'running',
  approved: 'success',
  declined: 'failure',
  cancelled: 'failure',
  expired: 'failure',
}

/** Refusals of the payments subject that a till hears as a `Response`. All other failures are told as HTTP: nothing was decided. */
export const FAILURE_CONDITIONS: Readonly<Partial<Record<ErrorCode, Row>>> = {
  terminal_unknown: row('UnavailableDevice', 'No such terminal in this shop'),
  terminal_offline: row('DeviceOut', 'The terminal is not connected'),
  terminal_busy: row('Busy', 'Another payment is active on this terminal'),
  device_revoked: row('UnavailableDevice', 'The device was revoked'),
  amount_invalid: row('MessageFormat', 'The amount must be more than zero and at most the limit'),
  currency_unsupported: row('NotAllowed', 'This shop does not charge in that currency'),
  idempotency_key_conflict: row('NotAllowed', 'The ServiceID was already used for another message'),
  payment_unknown: row('NotFound', 'No such payment in this shop'),
  payment_state: row('NotAllowed', 'The payment is in a state that does not allow this'),
  amount_exceeds: row('NotAllowed', 'This is more than what is left of the payment'),
  limit_exceeded: row('PaymentRestriction', 'Limit exceeded'),
  processor_unavailable: row('UnreachableHost', 'Card processor not reached, nothing charged'),
}

export const additional = (pairs: Record<string, string>): string => new URLSearchParams(pairs).toString()

export const success = (pairs: Record<string, string> = {}): NexoResponse => ({
  Result: 'Success',
  ...(Object.keys(pairs).length === 0 ? {} : { AdditionalResponse: additional(pairs) }),
})

export const failure = (
  ErrorCondition: ErrorCondition,
  message: string,
  pairs: Record<string, string> = {},
): NexoResponse => ({ Result: 'Failure', ErrorCondition, AdditionalResponse: additional({ message, ...pairs }) })

/** What a payment came to, or null while it runs. */
export function responseOf(payment: Pick<Payment, 'id' | 'state' | 'reason'>): NexoResponse | null {
  const meaning = STATE_MEANING[payment.state]
  if (meaning === 'running') return null
  const pairs = { state: payment.state, pspReference: payment.id }
  if (meaning === 'success') return success(pairs)
  const { reason } = payment
  const known = reason === undefined ? undefined : REASON_CONDITIONS[reason]
  // A payment that ended for a reason this table does not know was refused: never more is told than is known.
  const { condition, message } = known ?? row('Refusal', 'Refused')
  return failure(condition, message, { refusalReason: message, ...(reason === undefined ? {} : { reason }), ...pairs })
}

/** A refusal of payments as a `Response`, or null when it is none that decides anything. */
export function refusalOf(code: ErrorCode, detail?: string): NexoResponse | null {
  const known = FAILURE_CONDITIONS[code]
  if (known === undefined) return null
  return failure(known.condition, known.message, { code, ...(detail === undefined ? {} : { detail }) })
}
