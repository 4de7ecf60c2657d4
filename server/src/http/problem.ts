import { ERRORS, type ErrorCode, type Problem } from '@paume/contract'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { mapDatabaseError } from '../database.ts'
import { Failure } from '../failure.ts'

/** The HTTP status of every code. This table stands nowhere else. */
export const STATUS: Record<ErrorCode, number> = {
  request_malformed: 400,
  body_too_large: 413,
  not_found: 404,
  method_not_allowed: 405,
  rate_limited: 429,
  internal: 500,
  database_unavailable: 503,
  operator_required: 401,
  staff_session_required: 401,
  permission_missing: 403,
  approval_required: 403,
  approval_state: 409,
  sign_in_again: 403,
  passkey_due: 403,
  passkey_refused: 401,
  recovery_code_wrong: 401,
  invitation_unknown: 404,
  last_passkey: 409,
  rights_beyond_own: 403,
  last_of_its_kind: 409,
  origin_refused: 403,
  console_address: 421,
  shopper_session_required: 401,
  device_unknown: 401,
  device_revoked: 403,
  device_wrong_kind: 403,
  signature_missing: 401,
  signature_invalid: 401,
  signature_replayed: 401,
  content_altered: 401,
  clock_skew: 401,
  pairing_code_unknown: 404,
  pairing_code_expired: 410,
  pairing_code_used: 409,
  pairing_code_revoked: 410,
  pairing_locked: 429,
  pairing_pending: 202,
  device_busy: 409,
  lane_unknown: 404,
  settings_state: 409,
  settings_stages: 422,
  shop_not_live: 409,
  shop_state: 409,
  shop_number_taken: 409,
  name_taken: 409,
  still_in_use: 409,
  jurisdiction_too_lax: 422,
  organisation_state: 409,
  application_unknown: 404,
  rollout_state: 409,
  rollout_errors: 409,
  rollout_stale: 409,
  rollout_undo_blocked: 409,
  file_type: 415,
  sign_date: 422,
  sign_entrances: 422,
  attester_role: 403,
  capture_unknown: 404,
  capture_expired: 410,
  capture_reused: 409,
  capture_wrong_device: 403,
  capture_unreadable: 400,
  flash_mismatch: 422,
  seal_key_unknown: 400,
  picture_unreadable: 422,
  picture_truncated: 422,
  picture_too_large: 422,
  picture_too_small: 422,
  frames_too_few: 422,
  frames_too_many: 422,
  recognition_unavailable: 503,
  enrolment_unknown: 404,
  enrolment_expired: 410,
  enrolment_step: 409,
  consent_required: 403,
  consent_text_outdated: 409,
  network_not_offered: 409,
  review_taken: 409,
  review_decided: 409,
  phone_invalid: 422,
  phone_already_registered: 409,
  phone_code_wrong: 422,
  phone_code_expired: 410,
  phone_code_locked: 429,
  card_not_test: 422,
  card_declined_at_setup: 422,
  card_setup_unknown: 404,
  palm_already_enrolled: 409,
  palms_not_alike: 422,
  palms_same_hand: 422,
  idempotency_key_required: 400,
  idempotency_key_conflict: 422,
  payment_unknown: 404,
  payment_state: 409,
  terminal_busy: 409,
  terminal_unknown: 404,
  terminal_offline: 409,
  currency_unsupported: 422,
  amount_invalid: 422,
  amount_exceeds: 422,
  assertion_invalid: 403,
  assertion_expired: 410,
  assertion_spent: 409,
  refund_hover_unknown: 404,
  refund_hover_state: 409,
  limit_exceeded: 422,
  increment_unsupported: 409,
  card_choice_unknown: 422,
  card_unknown: 404,
  card_unusable: 422,
  sale_unknown: 404,
  sale_part_unknown: 404,
  processor_account_unknown: 404,
  processor_account_refused: 422,
  processor_unavailable: 503,
  processor_message_refused: 400,
  dispute_state: 409,
  evidence_changed: 409,
  settlement_state: 409,
  till_key_unknown: 401,
  till_result_pending: 503,
  webhook_url_refused: 422,
  webhook_state: 409,
  gate_state: 409,
  cart_conflict: 409,
  gate_key_unknown: 401,
  barcode_invalid: 422,
  barcode_taken: 409,
  catalogue_full: 409,
  line_returned: 409,
  parked_taken: 409,
  parked_full: 409,
  till_day_state: 409,
  report_state: 409,
  text_unavailable: 503,
  mail_unavailable: 503,
  mail_address_invalid: 422,
  shopper_unknown: 404,
  erasure_blocked: 409,
}

/** Fastify's own errors, by their code, and what they are called here. */
const FASTIFY_CODES: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request_malformed',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request_malformed',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request_malformed',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request_malformed',
}

type ValidationIssue = { instancePath?: string; message?: string }

/** Whatever was thrown, as a failure with a stable code. What is not known to be harmless becomes `internal` and tells nothing. */
export function toFailure(error: unknown): Failure {
  const mapped = mapDatabaseError(error)
  if (mapped instanceof Failure) return mapped
  const fastifyError = mapped as FastifyError
  if (fastifyError?.validation !== undefined) {
    const problems = (fastifyError.validation as ValidationIssue[]).slice(0, 10).map((issue) => ({
      path: `${fastifyError.validationContext ?? 'body'}${issue.instancePath ?? ''}`,
      message: issue.message ?? 'is not as expected',
    }))
    return new Failure('request_malformed', { problems }, { cause: mapped })
  }
  const code = FASTIFY_CODES[fastifyError?.code ?? '']
  if (code !== undefined) return new Failure(code, {}, { cause: mapped })
  if (fastifyError?.statusCode === 400) return new Failure('request_malformed', {}, { cause: mapped })
  return new Failure('internal', {}, { cause: mapped })
}

/** RFC 9457. */
export function toProblem(failure: Failure, requestId: string): Problem {
  return {
    type: `urn:paume:problem:${failure.code}`,
    code: failure.code,
    title: ERRORS[failure.code],
    status: STATUS[failure.code],
    requestId,
    ...failure.extras,
  } as Problem
}

/** Answers a failure and leaves its code for the log line. */
export function sendFailure(failure: Failure, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.problemCode = failure.code
  return reply
    .code(STATUS[failure.code])
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(toProblem(failure, request.id)))
}

declare module 'fastify' {
  interface FastifyReply {
    /** The code of the failure that was answered, for the log. */
    problemCode: ErrorCode | null
  }
}
