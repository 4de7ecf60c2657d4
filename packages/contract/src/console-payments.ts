import Type, { type Static } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'
import { listOf, listQuery } from './lists.ts'
import { CurrencySchema } from './money.ts'
import { PAYMENT_STATES, Payment } from './payments.ts'
import { Day } from './settlements.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])
const Minor = Type.Integer()

export const PAYMENT_COLUMNS = ['createdAt', 'amountMinor', 'shop', 'state'] as const

/** Filters of the list of payments. `q`: an identifier, the number of a receipt, or the beginning of the till's own number. */
export const PaymentFilters = {
  ...listQuery(PAYMENT_COLUMNS),
  state: Type.Optional(literals(PAYMENT_STATES)),
  shopId: Type.Optional(idSchema('shop')),
  organisationId: Type.Optional(idSchema('organisation')),
  terminalId: Type.Optional(idSchema('device')),
  currency: Type.Optional(CurrencySchema),
  last4: Type.Optional(Type.String({ pattern: '^[0-9]{4}$' })),
  amountMinor: Type.Optional(Type.Integer({ minimum: 0, description: 'Without the tip.' })),
  /** Days of the shop where one is named, else of the organisation, else of UTC; both are part of the range. */
  from: Type.Optional(Day),
  to: Type.Optional(Day),
}
export const PaymentListQuery = Type.Object(PaymentFilters)
export type PaymentListQuery = Static<typeof PaymentListQuery>

/** A payment in the list. Nothing of the shopper but brand and last four digits of the card. */
export const PaymentListed = Type.Object({
  id: idSchema('payment'),
  state: literals(PAYMENT_STATES),
  reason: orNull(Type.String()),
  organisationId: idSchema('organisation'),
  shop: Type.Object({ id: idSchema('shop'), name: Type.String() }),
  terminalId: idSchema('device'),
  reference: Type.String(),
  amountMinor: Minor,
  tipMinor: Minor,
  capturedMinor: Minor,
  refundedMinor: Minor,
  currency: CurrencySchema,
  card: orNull(Type.Object({ brand: Type.String(), last4: Type.String() })),
  disputed: Type.Boolean(),
  reported: Type.Boolean(),
  createdAt: Timestamp,
  endedAt: orNull(Timestamp),
})
export type PaymentListed = Static<typeof PaymentListed>
export const PaymentsListed = listOf(PaymentListed)

/** What was asked of the card processor, and how it ended. */
export const PaymentOperationShown = Type.Object({
  id: Type.String(),
  kind: literals(['authorise', 'increment', 'capture', 'void', 'refund']),
  state: literals(['intended', 'pending', 'succeeded', 'failed']),
  amountMinor: Minor,
  reason: orNull(Type.String()),
  note: orNull(Type.String()),
  createdAt: Timestamp,
  settledAt: orNull(Timestamp),
})
export type PaymentOperationShown = Static<typeof PaymentOperationShown>

/** What the books hold of it. */
export const PaymentTransfer = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  state: literals(['pending', 'posted', 'voided']),
  amountMinor: Minor,
  postedMinor: Minor,
  createdAt: Timestamp,
  settledAt: orNull(Timestamp),
})
export type PaymentTransfer = Static<typeof PaymentTransfer>

export const PaymentDetail = Type.Object({
  payment: Payment,
  organisationId: idSchema('organisation'),
  receiptNumber: orNull(Type.String()),
  operations: Type.Array(PaymentOperationShown),
  transfers: Type.Array(PaymentTransfer),
  /** The most that may be given back now. */
  refundableMinor: Minor,
  /** Whether it can still be called off: nothing was taken from the card. */
  cancellable: Type.Boolean(),
})
export type PaymentDetail = Static<typeof PaymentDetail>
