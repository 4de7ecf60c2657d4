import Type, { type Static } from 'typebox'

/**
 * Every stable error code of the API and the sentence a person reads. Codes are never renamed or reused.
 * The HTTP status of each stands in the server (`http/problem.ts`), nowhere else.
 */
export const ERRORS = {
  // the request itself
  request_malformed: 'The request is not in the form this address expects.',
  body_too_large: 'The request is larger than this address accepts.',
  not_found: 'There is nothing at this address, or it is not yours to see.',
  method_not_allowed: 'This address does not take that method.',
  rate_limited: 'Too many requests. Wait a moment and try again.',
  internal: 'Something failed on our side. Nothing was charged by this request.',
  database_unavailable: 'The system cannot reach its records right now. Nothing was charged; try again in a moment.',
  // who is asking
  operator_required: 'This needs an operator.',
  staff_session_required: 'Sign in first.',
  permission_missing: 'Your role does not allow this.',
  approval_required: 'This takes two people: ask for approval first.',
  approval_state: 'This approval was used, refused, or is not given yet.',
  sign_in_again: 'It is a while since you signed in. Sign in again for this.',
  passkey_due: 'Add a passkey first: you signed in with a recovery code.',
  passkey_refused: 'This passkey is not known here, or was not used in time.',
  recovery_code_wrong: 'This recovery code is not right, or was used before.',
  invitation_unknown: 'This invitation is not known, was used, or has expired. Ask for a new one.',
  last_passkey: 'This is your last passkey, and no recovery code is left. Add another passkey or make new codes first.',
  rights_beyond_own: 'Nobody gives rights or shops that they do not have, and nobody changes their own.',
  last_of_its_kind: 'Somebody must stay who can manage this. Give this role to another person first.',
  origin_refused: 'This request did not come from a page of this server.',
  console_address: 'The console opens at the public address of this server only, or at http://localhost on a sandbox.',
  shopper_session_required: 'Sign in with your phone first.',
  device_unknown: 'This device is not paired.',
  device_revoked: 'This device was revoked and can no longer be used.',
  device_wrong_kind: 'This kind of device may not do that.',
  signature_missing: 'The request is not signed.',
  signature_invalid: 'The signature of the request does not fit.',
  signature_replayed: 'This signed request was already used once.',
  content_altered: 'The body was altered after it was signed.',
  clock_skew: 'The clock of this device is off by more than a minute. Set it and try again.',
  // pairing
  pairing_code_unknown: 'This pairing code is not known.',
  pairing_code_expired: 'This pairing code has expired. Ask for a new one.',
  pairing_code_used: 'This pairing code was already used.',
  pairing_code_revoked: 'This pairing code was taken back. Ask for a new one.',
  pairing_locked: 'Too many wrong pairing codes. Pairing from here is locked for a while.',
  pairing_pending: 'The pairing waits for an operator.',
  // the fleet
  device_busy: 'The device is taking money right now. Try again in a moment.',
  lane_unknown: 'This shop has no such lane.',
  settings_state: 'These settings are being rolled out already, or that roll-out has ended.',
  settings_stages: 'The stages of a roll-out rise, and the last one is 100%.',
  // shops and their roll-out
  shop_not_live: 'This shop does not take palms yet, or not now.',
  shop_state: 'The shop cannot go to that state from here.',
  shop_number_taken: 'Another shop has this number.',
  name_taken: 'Something else has this name already.',
  still_in_use: 'This is still in use.',
  jurisdiction_too_lax: 'The address of the shop asks for more than that policy pack.',
  organisation_state: 'The organisation cannot go to that state from here.',
  application_unknown: 'This link is not known, or has expired. Apply again.',
  rollout_state: 'This list of shops is in a state that does not allow this.',
  rollout_errors: 'Some rows have errors. Correct the file, or apply the rows that are in order.',
  rollout_stale: 'Shops changed since this list was checked. Check it again.',
  rollout_undo_blocked: 'This cannot be undone any more: shops went live, took payments, or were changed since.',
  file_type: 'Send a CSV file or an XLSX workbook.',
  sign_date: 'A sign was posted today or before, and not longer ago than a year.',
  sign_entrances: 'Here the sign hangs at every customer entrance: say at how many.',
  attester_role: 'Somebody of another role has to attest this.',
  // captures
  capture_unknown: 'This capture was not asked for.',
  capture_expired: 'This capture took too long. Hold your hand again.',
  capture_reused: 'This capture was already used.',
  capture_wrong_device: 'This capture was given to another device.',
  capture_unreadable: 'The sealed capture could not be opened.',
  flash_mismatch: 'The pictures were not taken under the colours this capture was given. Hold your hand again.',
  seal_key_unknown: 'The capture was sealed with a key this server no longer holds.',
  // pictures
  picture_unreadable: 'This is not a picture we can read.',
  picture_truncated: 'The picture is incomplete.',
  picture_too_large: 'The picture has too many pixels.',
  picture_too_small: 'The picture has too few pixels.',
  frames_too_few: 'Not enough pictures were sent.',
  frames_too_many: 'Too many pictures were sent.',
  recognition_unavailable:
    'The palm check is not available right now. Nothing was charged; pay another way or try again.',
  // enrolment
  enrolment_unknown: 'This registration does not exist or was ended.',
  enrolment_expired: 'This registration took too long and was ended. Nothing was kept.',
  enrolment_step: 'This step of the registration is not due now.',
  consent_required: 'Consent comes before any picture.',
  consent_text_outdated: 'The text changed meanwhile. Please read it again.',
  network_not_offered: 'This business takes no part in the network.',
  review_taken: 'Somebody else is looking at this.',
  review_decided: 'This was decided already.',
  phone_invalid: 'This is not a phone number that can receive a code.',
  phone_already_registered:
    'This phone number is already registered. Delete that registration first, or use another number.',
  phone_code_wrong: 'This code is not right.',
  phone_code_expired: 'This code has expired. Ask for a new one.',
  phone_code_locked: 'Too many wrong codes. Ask for a new one in a while.',
  card_not_test: 'This is a sandbox: only test card numbers are accepted here. Never enter a real card.',
  card_declined_at_setup: 'The card could not be saved. Try another card.',
  card_setup_unknown: 'This card set-up does not exist.',
  palm_already_enrolled: 'This palm is already registered. A person will look at it; nothing was changed.',
  palms_not_alike: 'The pictures of this palm do not fit each other. Please start this hand again.',
  palms_same_hand: 'Both hands look like the same hand. Please show the other one.',
  // payments
  idempotency_key_required: 'Send an Idempotency-Key with this request.',
  idempotency_key_conflict: 'This Idempotency-Key was already used with another request.',
  payment_unknown: 'This payment does not exist.',
  payment_state: 'The payment is in a state that does not allow this.',
  terminal_busy: 'Another payment is active on this terminal.',
  terminal_unknown: 'This terminal does not exist.',
  terminal_offline: 'This terminal is not connected.',
  currency_unsupported: 'This shop does not charge in that currency.',
  amount_invalid: 'The amount must be more than zero and at most the limit.',
  amount_exceeds: 'This is more than what is left of the payment.',
  assertion_invalid: 'The identification does not fit this payment.',
  assertion_expired: 'The identification took too long. Hold your hand again.',
  assertion_spent: 'This identification was already used.',
  refund_hover_unknown: 'Nobody asked for that hand.',
  refund_hover_state: 'That hand is not waited for now.',
  limit_exceeded: 'This is more than may be charged by palm.',
  increment_unsupported: 'The card processor cannot raise this authorisation.',
  card_choice_unknown: 'This card is not one of those to choose from.',
  card_unknown: 'This card does not exist, or is not yours.',
  card_unusable: 'This card can no longer be used.',
  sale_unknown: 'This sale does not exist.',
  sale_part_unknown: 'This is not a part of that sale.',
  processor_account_unknown: 'There is no processor account of that owner.',
  processor_account_refused: 'A processor account cannot be set up like this.',
  processor_unavailable: 'The card processor cannot be reached. Nothing was charged.',
  processor_message_refused: 'This message of a processor cannot be taken.',
  // disputes
  dispute_state: 'Evidence can be sent once, while the dispute waits for it.',
  evidence_changed: 'The evidence is not what was read any more. Read it again.',
  // settlement
  settlement_state: 'This has been settled or resolved before, or there is nothing to book.',
  // tills
  till_key_unknown: 'The key of this till is not known, was revoked, or does not fit the message.',
  till_result_pending: 'The result is not known yet. Ask for it with TransactionStatus.',
  // gates
  gate_state: 'This visit is in a state that does not allow this.',
  cart_conflict: 'This number of the cart was used for something else before.',
  gate_key_unknown: 'The key of this cart system is not known, or was revoked.',
  // the counter
  barcode_invalid: 'The check digit of this barcode does not fit.',
  barcode_taken: 'Another item of this shop has this barcode.',
  catalogue_full: 'This shop has as many items as it can have.',
  line_returned: 'These items were given back before.',
  parked_taken: 'Another register has taken up this basket.',
  parked_full: 'This shop has as many baskets waiting as it can have.',
  till_day_state: 'This day of the till is not the one that is open.',
  // webhooks
  webhook_url_refused: 'Messages cannot be sent to this address.',
  webhook_state: 'This endpoint is disabled, or there are too many of them.',
  // a payment that somebody says was not theirs
  report_state: 'This report was decided otherwise, or withdrawn.',
  // receipts sent
  text_unavailable: 'No text message can be sent right now. Try again in a moment.',
  mail_unavailable: 'This system sends no mail. Show the receipt on the screen or print it.',
  mail_address_invalid: 'This is not a mail address that can receive a receipt.',
  // erasure
  shopper_unknown: 'This shopper does not exist.',
  erasure_blocked: 'A payment is still open. Erasing continues as soon as it has ended.',
} as const

export type ErrorCode = keyof typeof ERRORS

/** RFC 9457 problem details, `application/problem+json`. */
export const Problem = Type.Object({
  type: Type.String({ description: '`urn:paume:problem:<code>`' }),
  title: Type.String({ description: 'A sentence a person understands.' }),
  status: Type.Integer(),
  code: Type.String({ description: 'Stable, for programs.' }),
  detail: Type.Optional(Type.String()),
  requestId: Type.String(),
  /** Present with `clock_skew`: the server's time in ms since 1970, so that a device can show the difference. */
  serverTimeMs: Type.Optional(Type.Integer()),
  /** Present with `request_malformed`: where the request is off. */
  problems: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
})
export type Problem = Static<typeof Problem>
