import Type, { type Static } from 'typebox'

// Payment intents and reader actions in the shape of Stripe's Terminal API: the same names, the same states. Requests are form-encoded,
// as its libraries send them; keys of nested members are spelt flat (`process_config[skip_tipping]`).

const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
const Whole = Type.String({ pattern: '^\\d{1,12}$' })

/** `POST /v1/payment_intents` (Bearer: the key of a till; Idempotency-Key). */
export const IntentCreate = Type.Object({
  /** Whole minor units. */
  amount: Whole,
  currency: Type.String({ pattern: '^[A-Za-z]{3}$' }),
  capture_method: Type.Optional(oneOf(['automatic', 'automatic_async', 'manual'])),
  'payment_method_types[0]': Type.Optional(Type.Literal('card_present')),
  /** The till's own number for the sale; without it the intent's identifier. */
  'metadata[reference]': Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
})
export type IntentCreate = Static<typeof IntentCreate>
/** `POST /v1/payment_intents/{id}/capture`. */
export const IntentCapture = Type.Object({ amount_to_capture: Type.Optional(Whole) })
/** `POST /v1/terminal/readers/{id}/process_payment_intent`. A tip is asked for unless it is skipped. */
export const ProcessIntent = Type.Object({
  payment_intent: Type.String({ pattern: '^pi_[0-9A-HJKMNP-TV-Z]{26}$' }),
  'process_config[skip_tipping]': Type.Optional(oneOf(['true', 'false'])),
})

export const INTENT_STATUSES = [
  'requires_payment_method',
  'processing',
  'requires_capture',
  'succeeded',
  'canceled',
] as const
export type IntentStatus = (typeof INTENT_STATUSES)[number]

const ChargeFault = Type.Object({ type: Type.Literal('card_error'), code: Type.String(), message: Type.String() })
export const PaymentIntent = Type.Object({
  id: Type.String(),
  object: Type.Literal('payment_intent'),
  amount: Type.Integer(),
  amount_received: Type.Integer(),
  amount_capturable: Type.Integer(),
  /** What the shopper added; part of `amount`. */
  amount_details: Type.Object({ tip: Type.Object({ amount: Type.Integer() }) }),
  currency: Type.String(),
  capture_method: oneOf(['automatic', 'manual']),
  status: oneOf(INTENT_STATUSES),
  /** Why the last attempt failed. */
  last_payment_error: Type.Union([ChargeFault, Type.Null()]),
  /** The payment behind it. */
  latest_charge: Type.Union([Type.String(), Type.Null()]),
  metadata: Type.Object({ reference: Type.String() }),
  payment_method_types: Type.Array(Type.String()),
  created: Type.Integer(),
  livemode: Type.Boolean(),
})
export type PaymentIntent = Static<typeof PaymentIntent>

export const ReaderAction = Type.Object({
  type: Type.Literal('process_payment_intent'),
  status: oneOf(['in_progress', 'succeeded', 'failed']),
  failure_code: Type.Union([Type.String(), Type.Null()]),
  failure_message: Type.Union([Type.String(), Type.Null()]),
  process_payment_intent: Type.Object({ payment_intent: Type.String() }),
})
export type ReaderAction = Static<typeof ReaderAction>
/** `GET /v1/terminal/readers/{id}`, and the reply to its actions. */
export const Reader = Type.Object({
  id: Type.String(),
  object: Type.Literal('terminal.reader'),
  action: Type.Union([ReaderAction, Type.Null()]),
  status: oneOf(['online', 'offline']),
  location: Type.String(),
  livemode: Type.Boolean(),
})
export type Reader = Static<typeof Reader>
/** `GET /v1/terminal/readers`. */
export const ReaderList = Type.Object({
  object: Type.Literal('list'),
  url: Type.String(),
  has_more: Type.Boolean(),
  data: Type.Array(Reader),
})
