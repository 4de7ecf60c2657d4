import { NetworkFailure, PaumeError } from '@paume/client'
import { ERRORS, type ErrorCode } from '@paume/contract'
import type { TextKey } from './tables.ts'

/** What a page keeps of a failure: the sentence and the way on, both as keys, so that they follow the language. */
export interface Trouble {
  code: ErrorCode | 'unreachable' | 'timed_out' | 'reply_broken' | 'seal_failed' | 'screen_dark' | 'other'
  /** For staff: what to tell support. */
  requestId?: string
}

const WAYS: Record<Trouble['code'], TextKey> = {
  request_malformed: 'way.correct',
  body_too_large: 'way.again',
  not_found: 'way.again',
  method_not_allowed: 'way.staff',
  rate_limited: 'way.wait',
  internal: 'way.wait',
  database_unavailable: 'way.wait',
  operator_required: 'way.staff',
  staff_session_required: 'way.again',
  permission_missing: 'way.staff',
  approval_required: 'way.staff',
  approval_state: 'way.staff',
  shopper_session_required: 'way.again',
  device_unknown: 'way.pair',
  device_revoked: 'way.pair',
  device_wrong_kind: 'way.pair',
  signature_missing: 'way.pair',
  signature_invalid: 'way.pair',
  signature_replayed: 'way.again',
  content_altered: 'way.again',
  clock_skew: 'way.clock',
  pairing_code_unknown: 'way.new_code',
  pairing_code_expired: 'way.new_code',
  pairing_code_used: 'way.new_code',
  pairing_pending: 'way.wait',
  capture_unknown: 'way.hand_again',
  capture_expired: 'way.hand_again',
  capture_reused: 'way.hand_again',
  capture_wrong_device: 'way.hand_again',
  capture_unreadable: 'way.hand_again',
  flash_mismatch: 'way.hand_again',
  seal_key_unknown: 'way.hand_again',
  picture_unreadable: 'way.hand_again',
  picture_truncated: 'way.hand_again',
  picture_too_large: 'way.staff',
  picture_too_small: 'way.staff',
  frames_too_few: 'way.hand_again',
  frames_too_many: 'way.hand_again',
  recognition_unavailable: 'way.again',
  enrolment_unknown: 'way.restart',
  enrolment_expired: 'way.restart',
  enrolment_step: 'way.again',
  consent_required: 'way.restart',
  consent_text_outdated: 'way.read_again',
  phone_invalid: 'way.correct',
  phone_code_wrong: 'way.correct',
  phone_code_expired: 'way.new_code',
  phone_code_locked: 'way.wait',
  phone_already_registered: 'way.account',
  card_not_test: 'way.other_card',
  card_declined_at_setup: 'way.other_card',
  card_setup_unknown: 'way.again',
  palm_already_enrolled: 'way.account',
  palms_not_alike: 'way.hand_again',
  palms_same_hand: 'way.hand_again',
  idempotency_key_required: 'way.again',
  idempotency_key_conflict: 'way.again',
  payment_unknown: 'way.again',
  payment_state: 'way.again',
  terminal_busy: 'way.free_terminal',
  terminal_unknown: 'way.wake_terminal',
  terminal_offline: 'way.wake_terminal',
  currency_unsupported: 'way.staff',
  amount_invalid: 'way.amount',
  amount_exceeds: 'way.amount',
  assertion_invalid: 'way.hand_again',
  assertion_expired: 'way.hand_again',
  assertion_spent: 'way.hand_again',
  refund_hover_unknown: 'way.again',
  refund_hover_state: 'way.again',
  limit_exceeded: 'way.amount',
  increment_unsupported: 'way.staff',
  card_choice_unknown: 'way.again',
  card_unknown: 'way.again',
  card_unusable: 'way.other_card',
  sale_unknown: 'way.again',
  sale_part_unknown: 'way.again',
  processor_account_unknown: 'way.staff',
  processor_account_refused: 'way.staff',
  processor_unavailable: 'way.wait',
  processor_message_refused: 'way.staff',
  dispute_state: 'way.staff',
  evidence_changed: 'way.again',
  settlement_state: 'way.staff',
  till_key_unknown: 'way.staff',
  till_result_pending: 'way.wait',
  webhook_url_refused: 'way.staff',
  webhook_state: 'way.staff',
  barcode_invalid: 'way.correct',
  report_state: 'way.staff',
  text_unavailable: 'way.wait',
  mail_unavailable: 'way.staff',
  mail_address_invalid: 'way.correct',
  barcode_taken: 'way.correct',
  catalogue_full: 'way.staff',
  line_returned: 'way.look_again',
  parked_taken: 'way.look_again',
  parked_full: 'way.staff',
  till_day_state: 'way.look_again',
  shopper_unknown: 'way.staff',
  erasure_blocked: 'way.wait',
  unreachable: 'way.wait',
  timed_out: 'way.wait',
  reply_broken: 'way.wait',
  seal_failed: 'way.hand_again',
  screen_dark: 'way.hand_again',
  other: 'way.again',
}

export const sentenceKey = (trouble: Trouble): TextKey => `problem.${trouble.code}`
export const wayKey = (trouble: Trouble): TextKey => WAYS[trouble.code]

/** Turns whatever was thrown into something that can be said. A code of a newer server is said as "something went wrong". */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof PaumeError) {
    return { code: error.code in ERRORS ? error.code : 'other', requestId: error.problem.requestId }
  }
  if (error instanceof NetworkFailure) return { code: error.fault }
  return { code: 'other' }
}

/** No answer came: the system may be gone. */
export const isConnectionTrouble = (trouble: Trouble): boolean =>
  trouble.code === 'unreachable' || trouble.code === 'timed_out' || trouble.code === 'reply_broken'
