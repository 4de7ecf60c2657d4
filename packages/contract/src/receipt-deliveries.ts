import Type, { type Static } from 'typebox'
import { idSchema, Language, Timestamp } from './identifiers.ts'

/**
 * `POST /v1/payments/{id}/receipt/deliveries` (register or terminal, Idempotency-Key). An address or a number typed for this one receipt is kept
 * until it is sent and no longer; `shopper_phone` is the shopper's own, which no till ever sees.
 */
export const ReceiptDeliveryRequest = Type.Object({
  to: Type.Union([
    Type.Object({ kind: Type.Literal('mail'), address: Type.String({ minLength: 1, maxLength: 320 }) }),
    Type.Object({ kind: Type.Literal('phone'), number: Type.String({ minLength: 1, maxLength: 40 }) }),
    Type.Object({ kind: Type.Literal('shopper_phone') }),
  ]),
  /** Left out: the shopper's own on their phone, else the shop's first. */
  language: Type.Optional(Language),
})
export type ReceiptDeliveryRequest = Static<typeof ReceiptDeliveryRequest>

const DELIVERY_STATES = ['queued', 'sent', 'refused', 'given_up'] as const
type DeliveryState = (typeof DELIVERY_STATES)[number]

export const ReceiptDelivery = Type.Object({
  id: idSchema('receiptDelivery'),
  paymentId: idSchema('payment'),
  kind: Type.Union([Type.Literal('mail'), Type.Literal('phone'), Type.Literal('shopper_phone')]),
  /** `refused`: the other side will never take it. `given_up`: it could not be handed over for a day, or whether a carrier took it is not known. */
  state: Type.Unsafe<DeliveryState>(Type.Union(DELIVERY_STATES.map((state) => Type.Literal(state)))),
  createdAt: Timestamp,
})
export type ReceiptDelivery = Static<typeof ReceiptDelivery>

/** `GET /v1/payments/{id}/receipt/deliveries` (register or terminal), oldest first. */
export const ReceiptDeliveryList = Type.Object({ deliveries: Type.Array(ReceiptDelivery) })
export type ReceiptDeliveryList = Static<typeof ReceiptDeliveryList>
