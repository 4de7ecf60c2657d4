import Type, { type Static } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'
import { AmountMinor, CurrencySchema } from './money.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

/**
 * `open`: somebody has to decide. `refunded`: the money is given back; `refundId` says how that goes. `rejected`: it was the shopper,
 * as far as we can see. `withdrawn`: the shopper took it back within minutes.
 */
export const REPORT_STATES = ['open', 'refunded', 'rejected', 'withdrawn'] as const
export type ReportState = (typeof REPORT_STATES)[number]

/** What a payment shows of it: whoever was recognised says that it was not them. */
export const PaymentReportMark = Type.Object({
  id: idSchema('paymentReport'),
  state: literals(REPORT_STATES),
  reportedAt: Timestamp,
})
export type PaymentReportMark = Static<typeof PaymentReportMark>

/** "This wasn't me": said by the link of a receipt, or by a shopper who is signed in. */
export const PaymentReport = Type.Object({
  ...PaymentReportMark.properties,
  paymentId: idSchema('payment'),
  organisationId: idSchema('organisation'),
  shopId: idSchema('shop'),
  /** What was taken of the payment, or is held. */
  amountMinor: AmountMinor,
  currency: CurrencySchema,
  via: literals(['link', 'session']),
  /** Nothing is paid with the palms of this person as long as this stands. */
  frozen: Type.Boolean(),
  decidedAt: Type.Optional(Timestamp),
  refundId: Type.Optional(idSchema('refund')),
  note: Type.Optional(Type.String()),
})
export type PaymentReport = Static<typeof PaymentReport>

/** `GET /v1/payment-reports?state=&organisation=` (operator), newest first, at most 200. */
export const PaymentReports = Type.Object({ reports: Type.Array(PaymentReport) })
export type PaymentReports = Static<typeof PaymentReports>

/** `POST /v1/payment-reports/{id}/decision` (operator), once; the same again answers the same. */
export const ReportDecision = Type.Object({
  /** `refund`: all that is left is given back, or let go where it is only held. */
  decision: literals(['refund', 'reject']),
  /** Whether the palms may pay again. Default false: the shopper can lift it by the code to their phone. */
  liftFreeze: Type.Optional(Type.Boolean()),
  /** For the file. Not shown to the shopper. */
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
})
export type ReportDecision = Static<typeof ReportDecision>

/** `GET /v1/payment-reports/{id}/evidence` (operator): what we have on record about the payment, as for a dispute. */
export const ReportEvidence = Type.Object({
  reportId: idSchema('paymentReport'),
  sections: Type.Array(Type.Object({ heading: Type.String(), text: Type.String() })),
})
export type ReportEvidence = Static<typeof ReportEvidence>

/** `GET /v1/me/palm` and `POST /v1/me/palm/unfreeze` (shopper, signed in by the code to their phone after the freeze). */
export const ShopperPalmState = Type.Object({ frozen: Type.Boolean(), frozenSince: Type.Optional(Timestamp) })
export type ShopperPalmState = Static<typeof ShopperPalmState>
