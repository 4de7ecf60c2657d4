import Type, { type Static } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'
import { AmountMinor, CurrencySchema } from './money.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

/** `needs_response`: evidence can be sent. `under_review`: it was. `won`: the money is the merchant's again. `lost`: it is gone. */
export const DISPUTE_STATES = ['needs_response', 'under_review', 'won', 'lost'] as const
export type DisputeState = (typeof DISPUTE_STATES)[number]

/** What a payment shows of a dispute about it. */
export const PaymentDispute = Type.Object({
  id: idSchema('dispute'),
  state: literals(DISPUTE_STATES),
  /** The bank only asks: no money has moved, and a refund ends it. Absent: the money was taken, or is again. */
  inquiry: Type.Optional(Type.Boolean()),
  amountMinor: AmountMinor,
  /** In the processor's words, e.g. `fraudulent`. */
  reason: Type.String(),
  openedAt: Timestamp,
})
export type PaymentDispute = Static<typeof PaymentDispute>

/** A card holder has asked the bank for the money back. */
export const Dispute = Type.Object({
  ...PaymentDispute.properties,
  paymentId: idSchema('payment'),
  organisationId: idSchema('organisation'),
  currency: CurrencySchema,
  processor: Type.String(),
  /** The processor's name for it. */
  ref: Type.String(),
  /** After this no evidence is taken. */
  evidenceDueAt: Type.Optional(Timestamp),
  /**
   * `none`: nothing was sent. `under_way`: asked to, and the processor's answer is not known yet; it is sent again by itself, the same.
   * `refused`: the processor would not take it.
   */
  evidence: literals(['none', 'under_way', 'sent', 'refused']),
  evidenceSentAt: Type.Optional(Timestamp),
  evidenceRefused: Type.Optional(Type.String()),
  endedAt: Type.Optional(Timestamp),
})
export type Dispute = Static<typeof Dispute>

/** `GET /v1/disputes` (operator), newest first, at most 200. */
export const Disputes = Type.Object({ disputes: Type.Array(Dispute) })
export type Disputes = Static<typeof Disputes>

/** `GET /v1/disputes/{id}/evidence` (operator): what would be sent, or was. Never a picture, a template or a similarity. */
export const EvidencePack = Type.Object({
  disputeId: idSchema('dispute'),
  sections: Type.Array(Type.Object({ heading: Type.String(), text: Type.String() })),
  /** Over the sections: names in the request to send what was read. */
  sha256: Type.String(),
  sent: Type.Boolean(),
})
export type EvidencePack = Static<typeof EvidencePack>

/** `POST /v1/disputes/{id}/evidence` (operator): sends the pack that was read, once and for good. Safe to repeat. */
export const EvidenceSubmission = Type.Object({
  /** Of the pack as it was read. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** What a person adds in their own words. */
  statement: Type.Optional(Type.String({ minLength: 1, maxLength: 4_000 })),
})
export type EvidenceSubmission = Static<typeof EvidenceSubmission>
