import Type, { type Static } from 'typebox'

// Terminal checkouts in the shape of Square's Terminal API: the same names, the same states. Errors are problems, as everywhere here.

/** Whole minor units, as Square has it. Range and currency get codes of their own. */
const MoneyLike = Type.Object({ amount: Type.Number(), currency: Type.String({ minLength: 3, maxLength: 3 }) })
/** Minutes and seconds only: `PT5M`, `PT90S`, `PT1M30S`. */
const Duration = Type.String({ pattern: '^PT(?=\\d)(?:\\d{1,2}M)?(?:\\d{1,3}S)?$' })

/** `POST /v2/terminals/checkouts` (Bearer: the key of a till). */
export const CheckoutCreate = Type.Object({
  idempotency_key: Type.String({ pattern: '^[\\x21-\\x7e]{1,64}$' }),
  checkout: Type.Object({
    amount_money: MoneyLike,
    reference_id: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    note: Type.Optional(Type.String({ maxLength: 500 })),
    /** How long the shopper has, 10 s to 5 min; default 5 min. */
    deadline_duration: Type.Optional(Duration),
    device_options: Type.Object({
      device_id: Type.String({ maxLength: 60 }),
      tip_settings: Type.Optional(Type.Object({ allow_tipping: Type.Optional(Type.Boolean()) })),
    }),
    payment_options: Type.Optional(Type.Object({ autocomplete: Type.Optional(Type.Boolean()) })),
  }),
})
export type CheckoutCreate = Static<typeof CheckoutCreate>

export const CHECKOUT_STATUSES = ['PENDING', 'IN_PROGRESS', 'CANCEL_REQUESTED', 'CANCELED', 'COMPLETED'] as const
export type CheckoutStatus = (typeof CHECKOUT_STATUSES)[number]
export const CANCEL_REASONS = ['BUYER_CANCELED', 'SELLER_CANCELED', 'TIMED_OUT'] as const
export type CancelReason = (typeof CANCEL_REASONS)[number]

const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

/** `GET /v2/terminals/checkouts/{id}`, `POST …/{id}/cancel`. */
export const CheckoutReply = Type.Object({
  checkout: Type.Object({
    /** The payment's identifier. */
    id: Type.String(),
    status: oneOf(CHECKOUT_STATUSES),
    /** Only where there is one of these; all other ends say why in `decline_reason`. */
    cancel_reason: Type.Optional(oneOf(CANCEL_REASONS)),
    /** Ours: why the payment was declined, or given up. */
    decline_reason: Type.Optional(Type.String()),
    amount_money: MoneyLike,
    tip_money: Type.Optional(MoneyLike),
    reference_id: Type.String(),
    device_options: Type.Object({ device_id: Type.String() }),
    location_id: Type.String(),
    payment_type: Type.Literal('CARD_PRESENT'),
    /** Present once it is completed. */
    payment_ids: Type.Optional(Type.Array(Type.String())),
    created_at: Type.String(),
    updated_at: Type.String(),
  }),
})
export type CheckoutReply = Static<typeof CheckoutReply>
