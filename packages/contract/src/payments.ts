import Type, { type Static } from 'typebox'
import { Guidance } from './captures.ts'
import { PaymentDispute } from './disputes.ts'
import { HandSide, idSchema, Timestamp } from './identifiers.ts'
import { AmountMinor, AmountMinorOrZero, CurrencySchema } from './money.ts'
import { PaymentReportMark } from './payment-reports.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

export const PAYMENT_STATES = [
  'created',
  'presented',
  'palm_captured',
  'identified',
  'choosing_card',
  'authorising',
  'approved',
  'declined',
  'cancelled',
  'expired',
  'unknown',
] as const
export type PaymentState = (typeof PAYMENT_STATES)[number]
/** States in which a terminal is taken. `unknown` leaves the terminal free: the reconciler settles it. */
export const ACTIVE_STATES: readonly PaymentState[] = [
  'created',
  'presented',
  'palm_captured',
  'identified',
  'choosing_card',
  'authorising',
]

/** Reasons of the palm are kept apart from reasons of the money and of the flow. */
export const PALM_REASONS = ['not_recognised', 'ambiguous', 'liveness_failed', 'poor_quality'] as const
export const MONEY_REASONS = [
  'card_declined',
  'insufficient_funds',
  'card_lost',
  'card_expired',
  'card_cvc',
  'processing_error',
  'authentication_required',
  'limit_exceeded',
  'no_instrument',
  'shopper_erased',
  'palm_frozen',
] as const
export const FLOW_REASONS = [
  'timed_out',
  'cancelled_by_till',
  'cancelled_by_shopper',
  'terminal_gone',
  'processor_unavailable',
  'voided',
  'till_gone',
] as const
export const REASONS = [...PALM_REASONS, ...MONEY_REASONS, ...FLOW_REASONS] as const
export type PaymentReason = (typeof REASONS)[number]

export const TipRequest = Type.Object({
  mode: literals(['none', 'ask']),
  /** Whole per cent of the amount. */
  presets: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 100 }), { maxItems: 4 })),
})

/** `POST /v1/terminals/{terminalId}/payments` (register of the same shop, Idempotency-Key). */
export const PaymentCreate = Type.Object({
  amountMinor: AmountMinor,
  currency: Type.String({ minLength: 3, maxLength: 3 }),
  reference: Type.String({ minLength: 1, maxLength: 80, description: "The till's own number for this sale." }),
  capture: Type.Optional(literals(['automatic', 'manual'])),
  tip: Type.Optional(TipRequest),
  /** How long the shopper has; default 60 s. */
  deadlineMs: Type.Optional(Type.Integer({ minimum: 5_000, maximum: 600_000 })),
  /** The sale this is a part of, when it is paid by several payments. */
  saleId: Type.Optional(idSchema('sale')),
  /**
   * The till promises to acknowledge the approval (`POST /v1/payments/{id}/acknowledge`). If it does not, and is not heard of by
   * polling or streaming either, the payment is voided or refunded by itself. Default false.
   */
  acknowledge: Type.Optional(Type.Boolean()),
  /** How long after approval the till may be silent before that; default 60 s. */
  acknowledgeWithinMs: Type.Optional(Type.Integer({ minimum: 40_000, maximum: 600_000 })),
})
export type PaymentCreate = Static<typeof PaymentCreate>

export const Refund = Type.Object({
  id: idSchema('refund'),
  amountMinor: AmountMinor,
  state: literals(['pending', 'succeeded', 'failed']),
  reason: Type.Optional(Type.String()),
  createdAt: Timestamp,
})
export type Refund = Static<typeof Refund>

/** What was asked of the processor after the approval, oldest first. Refunds stand in `refunds`. */
export const PaymentStep = Type.Object({
  kind: literals(['increment', 'capture', 'void']),
  /** Increment: what is added. Capture: the whole that is taken. */
  amountMinor: AmountMinor,
  state: literals(['pending', 'succeeded', 'failed']),
  /** Why it failed, e.g. `increment_declined`, `charge_lapsed`. */
  reason: Type.Optional(Type.String()),
  createdAt: Timestamp,
})
export type PaymentStep = Static<typeof PaymentStep>

/** Cards the shopper chooses from. Shown to the terminal only, and no more of a card than is printed on receipts. */
export const CardChoice = Type.Object({
  cards: Type.Array(
    Type.Object({
      choice: Type.Integer({ minimum: 1, description: 'What to send back; good for this payment only.' }),
      brand: Type.String(),
      last4: Type.String(),
      default: Type.Boolean(),
    }),
  ),
  /** Then the default card is charged, or, after a decline, the payment ends. */
  until: Timestamp,
  /** Why the card before was declined, when that is why the shopper is asked. */
  declined: Type.Optional(literals(MONEY_REASONS)),
})
export type CardChoice = Static<typeof CardChoice>

export const Payment = Type.Object({
  id: idSchema('payment'),
  /** Grows by one with every change; the `id:` of server-sent events. */
  version: Type.Integer(),
  state: literals(PAYMENT_STATES),
  reason: Type.Optional(literals(REASONS)),
  terminalId: idSchema('device'),
  shop: Type.Object({ id: idSchema('shop'), name: Type.String() }),
  merchantName: Type.String(),
  amountMinor: AmountMinor,
  tipMinor: AmountMinorOrZero,
  totalMinor: AmountMinor,
  currency: CurrencySchema,
  reference: Type.String(),
  capture: literals(['automatic', 'manual']),
  tip: TipRequest,
  /** Which hand the next hover must show, after a first palm was not enough; else null. */
  askedHand: Type.Union([HandSide, Type.Null()]),
  hoversLeft: Type.Integer(),
  lastGuidance: Type.Array(Guidance),
  card: Type.Optional(Type.Object({ brand: Type.String(), last4: Type.String() })),
  /** The shopper asked to choose the card after the palm. */
  choosesCard: Type.Optional(Type.Boolean()),
  /** In `choosing_card`, and to the terminal only. */
  cardChoice: Type.Optional(CardChoice),
  /** Held on the card: what was asked for with the tip, and increments. Zero before the issuer said yes. */
  authorisedMinor: AmountMinorOrZero,
  /** The most a capture may take; above `authorisedMinor` only where the processor can. */
  maximumCaptureMinor: AmountMinorOrZero,
  steps: Type.Array(PaymentStep),
  saleId: Type.Optional(idSchema('sale')),
  /** Present when the till promised to acknowledge. `dueAt`: when it is taken for gone unless heard of; `doneAt`: when it did. */
  acknowledge: Type.Optional(Type.Object({ dueAt: Type.Optional(Timestamp), doneAt: Type.Optional(Timestamp) })),
  /** Why the payment was given back by itself: its refund (or void) is ours, not the till's. */
  reversal: Type.Optional(literals(['till_gone'])),
  capturedMinor: AmountMinorOrZero,
  refundedMinor: AmountMinorOrZero,
  refunds: Type.Array(Refund),
  /** Present when the card holder has asked the bank for the money back. What is disputed and not won is not refunded. */
  disputes: Type.Optional(Type.Array(PaymentDispute)),
  /** Present when whoever was recognised has said that it was not them. */
  report: Type.Optional(PaymentReportMark),
  receiptId: Type.Optional(idSchema('receipt')),
  createdAt: Timestamp,
  deadlineAt: Timestamp,
  endedAt: Type.Optional(Timestamp),
})
export type Payment = Static<typeof Payment>

/** `GET /v1/terminals/{id}/payment` (terminal): the active payment or null. `?wait=25` holds the reply until there is news; `?after=<payment id>:<version>` says what is known. */
export const TerminalPayment = Type.Object({ payment: Type.Union([Payment, Type.Null()]) })
export type TerminalPayment = Static<typeof TerminalPayment>

/** `POST /v1/payments/{id}/presented` (terminal): amount and merchant are on the screen. */
/** `POST /v1/payments/{id}/tip` (terminal), before the palm. */
export const TipChosen = Type.Object({ tipMinor: AmountMinorOrZero })
/** `POST /v1/payments/{id}/challenges` (terminal) → CaptureChallenge. Then `POST /v1/payments/{id}/hovers/{captureId}` with the sealed capture → HoverResult. */
export const HoverResult = Type.Object({
  outcome: literals(['approved', 'declined', 'try_again', 'other_palm', 'choose_card', 'unknown']),
  guidance: Type.Array(Guidance),
  payment: Payment,
})
export type HoverResult = Static<typeof HoverResult>
/** `POST /v1/payments/{id}/cancel` (register or terminal). A payment that is already approved is voided if not yet captured, else 409 `payment_state`. */
/**
 * `POST /v1/payments/{id}/capture` (register, Idempotency-Key): all that is authorised, less, or more up to `maximumCaptureMinor`.
 * A tip added after the approval is told apart in `tipMinor`; without `amountMinor` the whole is then what was asked for plus that
 * tip. Where the tip goes above what may be captured, the authorisation is raised first if the processor can.
 */
export const CaptureRequest = Type.Object({
  amountMinor: Type.Optional(AmountMinor),
  /** How much of the whole is tip. Replaces a tip chosen before the palm. */
  tipMinor: Type.Optional(AmountMinorOrZero),
})
export type CaptureRequest = Static<typeof CaptureRequest>

/** `POST /v1/payments/{id}/increments` (register, Idempotency-Key): holds that much more, before the capture. Answers the Payment. */
export const IncrementRequest = Type.Object({ amountMinor: AmountMinor })
export type IncrementRequest = Static<typeof IncrementRequest>

/** `POST /v1/payments/{id}/card-choice` (terminal), before the palm: choose the card after it. Safe to repeat. */
export const CardChoiceWanted = Type.Object({ wanted: Type.Boolean() })
/** `POST /v1/payments/{id}/card` (terminal), in `choosing_card`: charges the chosen card. Answers HoverResult. */
export const CardChosen = Type.Object({ choice: Type.Integer({ minimum: 1, maximum: 20 }) })
/** `POST /v1/payments/{id}/acknowledge` (register): the till knows how this payment ended. Safe to repeat. Answers the Payment. */

/** `POST /v1/payments/{id}/refunds` (register, Idempotency-Key): all that is left, or less. Answers the Payment. */
export const RefundRequest = Type.Object({
  amountMinor: Type.Optional(AmountMinor),
  reason: Type.Optional(Type.String({ maxLength: 120 })),
})
export type RefundRequest = Static<typeof RefundRequest>

/** `GET /v1/payments?reference=` (register): recovery after a lost reply, newest first. */
export const PaymentList = Type.Object({ payments: Type.Array(Payment) })
export type PaymentList = Static<typeof PaymentList>

/** `GET /v1/me/payments` (shopper): what was paid with this palm, newest first, at most 100. */
export const ShopperPayments = Type.Object({ payments: Type.Array(Payment) })
export type ShopperPayments = Static<typeof ShopperPayments>

/** `GET /v1/ledger` (operator): every account's balance, debit positive. `sumMinor` over all of them is zero, always. */
export const TrialBalance = Type.Object({
  sumMinor: Type.Integer(),
  accounts: Type.Array(
    Type.Object({
      organisationId: idSchema('organisation'),
      currency: CurrencySchema,
      kind: Type.String(),
      balanceMinor: Type.Integer(),
    }),
  ),
})
export type TrialBalance = Static<typeof TrialBalance>

/** `GET /v1/payments/{id}/receipt`. Lines are ready to print, 32 characters wide. */
export const Receipt = Type.Object({
  id: idSchema('receipt'),
  paymentId: idSchema('payment'),
  number: Type.String(),
  lines: Type.Array(Type.String()),
  issuedAt: Timestamp,
  sandbox: Type.Boolean(),
})
export type Receipt = Static<typeof Receipt>
