import Type, { type Static } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'
import { AmountMinor, AmountMinorOrZero, CurrencySchema } from './money.ts'
import { Payment, type PaymentState } from './payments.ts'

/** What the till was paid with that we do not move: recorded so that everybody sees what is left. */
export const OTHER_TENDERS = ['cash', 'card', 'voucher', 'other'] as const
export type OtherTenderKind = (typeof OTHER_TENDERS)[number]
const OtherTenderKindSchema = Type.Unsafe<OtherTenderKind>(Type.Union(OTHER_TENDERS.map((kind) => Type.Literal(kind))))

/** `POST /v1/sales` (register, Idempotency-Key): a sale that several payments will pay. */
export const SaleCreate = Type.Object({
  amountMinor: AmountMinor,
  currency: Type.String({ minLength: 3, maxLength: 3 }),
  reference: Type.String({ minLength: 1, maxLength: 80, description: "The till's own number for this sale." }),
})
export type SaleCreate = Static<typeof SaleCreate>

/** `POST /v1/sales/{id}/other-tenders` (register, Idempotency-Key): paid elsewhere, e.g. cash. Answers the Sale. */
export const OtherTenderRecord = Type.Object({
  kind: OtherTenderKindSchema,
  amountMinor: AmountMinor,
  note: Type.Optional(Type.String({ maxLength: 80 })),
})
export type OtherTenderRecord = Static<typeof OtherTenderRecord>

/** `POST /v1/sales/{id}/refunds` (register, Idempotency-Key): of one part. What was paid elsewhere is only noted as given back. */
export const SaleRefundRequest = Type.Object({
  partId: Type.Union([idSchema('payment'), idSchema('otherTender')]),
  amountMinor: Type.Optional(AmountMinor),
  reason: Type.Optional(Type.String({ maxLength: 120 })),
})
export type SaleRefundRequest = Static<typeof SaleRefundRequest>

export const SalePart = Type.Object({
  /** `pay_…` a palm payment, `otd_…` paid elsewhere. */
  id: Type.String(),
  kind: Type.Union([Type.Literal('palm'), OtherTenderKindSchema]),
  /** Of the sale; a tip is on top. */
  amountMinor: AmountMinor,
  tipMinor: AmountMinorOrZero,
  refundedMinor: AmountMinorOrZero,
  /** Palm: the payment's state. Elsewhere: `approved`. */
  state: Type.Unsafe<PaymentState>(Payment.properties.state),
  card: Payment.properties.card,
  note: Type.Optional(Type.String()),
  createdAt: Timestamp,
})
export type SalePart = Static<typeof SalePart>

/** `GET /v1/sales/{id}` (register). */
export const Sale = Type.Object({
  id: idSchema('sale'),
  reference: Type.String(),
  currency: CurrencySchema,
  totalMinor: AmountMinor,
  /** Approved or paid elsewhere; refunds do not lower it. */
  paidMinor: AmountMinorOrZero,
  /** Payments under way or whose end is not known yet: taken from what is left until they end. */
  pendingMinor: AmountMinorOrZero,
  leftMinor: AmountMinorOrZero,
  refundedMinor: AmountMinorOrZero,
  /** Oldest first. Parts that came to nothing are listed and count for nothing. */
  parts: Type.Array(SalePart),
  createdAt: Timestamp,
})
export type Sale = Static<typeof Sale>

/** `GET /v1/sales?reference=` (register), newest first. */
export const SaleList = Type.Object({ sales: Type.Array(Sale) })
export type SaleList = Static<typeof SaleList>
