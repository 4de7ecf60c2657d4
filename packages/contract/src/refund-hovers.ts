import Type, { type Static } from 'typebox'
import { Guidance } from './captures.ts'
import { HandSide, idSchema, Timestamp } from './identifiers.ts'
import { AmountMinor, CurrencySchema } from './money.ts'

/**
 * `waiting`: the terminal asks for a hand. `matched`: the till may read what was paid here, until `deadlineAt`. `failed`: nobody was
 * recognised. The rest is over; who was recognised is forgotten with it.
 */
export const REFUND_HOVER_STATES = ['waiting', 'matched', 'failed', 'cancelled', 'expired'] as const
export type RefundHoverState = (typeof REFUND_HOVER_STATES)[number]
export const REFUND_HOVER_REASONS = ['not_recognised', 'ambiguous', 'liveness_failed', 'poor_quality'] as const
export type RefundHoverReason = (typeof REFUND_HOVER_REASONS)[number]

const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

/** A payment of this shop that can be given back: no more than its receipt says. */
export const RefundablePayment = Type.Object({
  paymentId: idSchema('payment'),
  paidAt: Timestamp,
  currency: CurrencySchema,
  /** What was taken, tip included. */
  capturedMinor: AmountMinor,
  /** What is left of it to give back. */
  refundableMinor: AmountMinor,
  /** As it stands on the receipt. */
  receiptNumber: Type.Optional(Type.String()),
  last4: Type.Optional(Type.String()),
})
export type RefundablePayment = Static<typeof RefundablePayment>

/**
 * `POST /v1/terminals/{id}/refund-hovers` (register): a shopper without a receipt holds a hand over the terminal. Safe to repeat while it waits.
 * `GET /v1/refund-hovers/{id}` (the register that asked, the terminal), `POST /v1/refund-hovers/{id}/cancel` (either).
 */
export const RefundHover = Type.Object({
  id: idSchema('refundHover'),
  version: Type.Integer(),
  state: literals(REFUND_HOVER_STATES),
  reason: Type.Optional(literals(REFUND_HOVER_REASONS)),
  terminalId: idSchema('device'),
  askedHand: Type.Union([HandSide, Type.Null()]),
  hoversLeft: Type.Integer(),
  createdAt: Timestamp,
  /** Waiting: until a hand is taken. Matched: until the list is shown. */
  deadlineAt: Timestamp,
  /** While `matched`, to the register that asked and to nobody else: newest first, at most 50. */
  payments: Type.Optional(Type.Array(RefundablePayment)),
})
export type RefundHover = Static<typeof RefundHover>

/** `GET /v1/terminals/{id}/refund-hover` (the terminal): what waits for a hand, or null. */
export const TerminalRefundHover = Type.Object({ refundHover: Type.Union([RefundHover, Type.Null()]) })
export type TerminalRefundHover = Static<typeof TerminalRefundHover>

/** `POST /v1/refund-hovers/{id}/hovers/{captureId}` (the terminal): what came of one sealed hover. */
export const RefundHoverResult = Type.Object({
  outcome: literals(['matched', 'try_again', 'other_palm', 'over']),
  guidance: Type.Array(Guidance),
  refundHover: RefundHover,
})
export type RefundHoverResult = Static<typeof RefundHoverResult>
