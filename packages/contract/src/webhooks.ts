import Type, { type Static } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

/**
 * What is told to the outside. `payment.*` follow the states of a payment (decision 0006) and what is done to it after the approval;
 * names are never changed or reused.
 */
export const WEBHOOK_EVENT_TYPES = [
  'payment.approved',
  'payment.declined',
  'payment.cancelled',
  'payment.expired',
  'payment.unknown',
  'payment.incremented',
  'payment.captured',
  'payment.reported',
  'refund.pending',
  'refund.succeeded',
  'refund.failed',
  'sale.paid',
  'dispute.opened',
  'dispute.changed',
  'dispute.won',
  'dispute.lost',
  'settlement.batch_made',
  'payout.in_transit',
  'payout.paid',
  'payout.returned',
  'gate.entered',
  'gate.refused',
  'gate.left',
  'gate.finalised',
  'gate.settled',
  'gate.owing',
  'gate.lapsed',
  'admission.granted',
  'admission.denied',
  'webhook.test',
] as const
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number]

/** Signature headers of Standard Webhooks. `webhook-signature` holds one `v1,…` for each secret that is valid. */
export const WEBHOOK_HEADERS = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const

export const MAX_WEBHOOK_ENDPOINTS = 20

const Events = Type.Array(literals(WEBHOOK_EVENT_TYPES), {
  maxItems: WEBHOOK_EVENT_TYPES.length,
  uniqueItems: true,
  description: 'What to tell; empty: everything.',
})
const Url = Type.String({ minLength: 1, maxLength: 2_000, description: 'https, port 443 or 8443, a public address.' })
const Description = Type.String({ maxLength: 200 })

/** `POST /v1/webhooks/endpoints` (operator). Throws `webhook_url_refused`. */
export const WebhookEndpointCreate = Type.Object({
  organisationId: idSchema('organisation'),
  url: Url,
  events: Type.Optional(Events),
  description: Type.Optional(Description),
})
export type WebhookEndpointCreate = Static<typeof WebhookEndpointCreate>

/** `POST /v1/webhooks/endpoints/{id}` (operator): changes what is given. */
export const WebhookEndpointChange = Type.Object({
  url: Type.Optional(Url),
  events: Type.Optional(Events),
  description: Type.Optional(Description),
})
export type WebhookEndpointChange = Static<typeof WebhookEndpointChange>

/** `failing`: nothing arrived for five days. `gone`: it answered 410. */
export const WEBHOOK_DISABLED_REASONS = ['operator', 'failing', 'gone'] as const
export type WebhookDisabledReason = (typeof WEBHOOK_DISABLED_REASONS)[number]

export const WebhookEndpoint = Type.Object({
  id: idSchema('webhookEndpoint'),
  organisationId: idSchema('organisation'),
  url: Type.String(),
  events: Type.Array(literals(WEBHOOK_EVENT_TYPES)),
  description: Type.String(),
  state: literals(['enabled', 'disabled']),
  disabledReason: Type.Optional(literals(WEBHOOK_DISABLED_REASONS)),
  disabledAt: Type.Optional(Timestamp),
  /** Since when no attempt has arrived. Absent while the last one did. */
  failingSince: Type.Optional(Timestamp),
  lastSuccessAt: Type.Optional(Timestamp),
  secretSince: Timestamp,
  /** Until when the secret before is used as well. */
  oldSecretUntil: Type.Optional(Timestamp),
  createdAt: Timestamp,
})
export type WebhookEndpoint = Static<typeof WebhookEndpoint>
export const WebhookEndpoints = Type.Object({ endpoints: Type.Array(WebhookEndpoint) })
export type WebhookEndpoints = Static<typeof WebhookEndpoints>

/** The one reply that holds the secret. It cannot be shown again. */
export const WebhookEndpointIssued = Type.Object({
  endpoint: WebhookEndpoint,
  secret: Type.String({ description: '`whsec_` and base64, as libraries of Standard Webhooks take it.' }),
})
export type WebhookEndpointIssued = Static<typeof WebhookEndpointIssued>

/** `POST /v1/webhooks/endpoints/{id}/rotate-secret` (operator): both secrets sign until the old one ends. */
export const WebhookRotation = Type.Object({
  /** How long the old secret signs as well; default a day, 0: it ends now. */
  keepOldMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 7 * 86_400_000 })),
})

/** The body that is sent. `data` holds the thing as it stood when the message was made: at the event, or a little after it. */
export const WebhookMessage = Type.Object({
  id: idSchema('webhookEvent'),
  type: literals(WEBHOOK_EVENT_TYPES),
  /** When it happened. */
  timestamp: Timestamp,
  organisationId: idSchema('organisation'),
  /** Nothing here is real money. */
  sandbox: Type.Boolean(),
  data: Type.Record(Type.String(), Type.Unknown()),
})
export type WebhookMessage = Static<typeof WebhookMessage>

export const WEBHOOK_DELIVERY_STATES = ['pending', 'delivered', 'failed', 'dropped'] as const
/** Why no good reply came. `status`: a reply that is not 2xx; a redirect is one, and is not followed. */
export const WEBHOOK_FAULTS = [
  'status',
  'address_refused',
  'unresolved',
  'unreachable',
  'tls',
  'timed_out',
  'reply_broken',
] as const
export type WebhookFault = (typeof WEBHOOK_FAULTS)[number]

/** One try to deliver. Nothing of what was sent: that is the event's body. */
export const WebhookAttempt = Type.Object({
  at: Timestamp,
  ms: Type.Integer(),
  status: Type.Optional(Type.Integer()),
  fault: Type.Optional(literals(WEBHOOK_FAULTS)),
  /** The beginning of the reply, as text. */
  replyStart: Type.String(),
})
export type WebhookAttempt = Static<typeof WebhookAttempt>

/** An event on its way to one endpoint. `dropped`: the endpoint was disabled or deleted meanwhile. */
export const WebhookDelivery = Type.Object({
  id: idSchema('webhookDelivery'),
  eventId: idSchema('webhookEvent'),
  endpointId: idSchema('webhookEndpoint'),
  type: literals(WEBHOOK_EVENT_TYPES),
  state: literals(WEBHOOK_DELIVERY_STATES),
  attempts: Type.Integer({ description: 'Of this round: a replay begins a new one.' }),
  /** While pending: when the next attempt is due. */
  dueAt: Type.Optional(Timestamp),
  createdAt: Timestamp,
  endedAt: Type.Optional(Timestamp),
})
export type WebhookDelivery = Static<typeof WebhookDelivery>

/** `GET /v1/webhooks/deliveries?endpoint=&event=&state=` (operator), newest first, at most 100. */
export const WebhookDeliveries = Type.Object({ deliveries: Type.Array(WebhookDelivery) })
export type WebhookDeliveries = Static<typeof WebhookDeliveries>
/** `GET /v1/webhooks/deliveries/{id}` (operator): what was sent and what was answered, oldest attempt first. */
export const WebhookDeliveryDetail = Type.Object({
  delivery: WebhookDelivery,
  body: Type.String(),
  attempts: Type.Array(WebhookAttempt),
})
export type WebhookDeliveryDetail = Static<typeof WebhookDeliveryDetail>

/** `GET /v1/webhooks/events?organisation=&type=&before=` (operator), newest first, at most 100; `before`: an event's id. */
export const WebhookEvents = Type.Object({ events: Type.Array(WebhookMessage) })
export type WebhookEvents = Static<typeof WebhookEvents>

/**
 * `POST /v1/webhooks/endpoints/{id}/replay` (operator): sends again, with the same `webhook-id`. One event, or what was told in a range
 * of time; `missing` leaves out what this endpoint has received. At most 1,000 at once: `next` tells where to go on.
 */
export const WebhookReplay = Type.Union([
  Type.Object({ eventId: idSchema('webhookEvent') }, { additionalProperties: false }),
  Type.Object(
    { from: Timestamp, to: Timestamp, missing: Type.Optional(Type.Boolean()) },
    { additionalProperties: false },
  ),
])
export type WebhookReplay = Static<typeof WebhookReplay>
export const WebhookReplayed = Type.Object({ replayed: Type.Integer(), next: Type.Optional(Timestamp) })
export type WebhookReplayed = Static<typeof WebhookReplayed>
