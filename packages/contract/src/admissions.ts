import Type, { type Static } from 'typebox'
import { Guidance } from './captures.ts'
import { HandSide, idSchema, Timestamp } from './identifiers.ts'
import { listOf, listQuery } from './lists.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])
const Name = Type.String({ minLength: 1, maxLength: 60 })
/** Minutes after midnight of the shop's clock; 1440 is the end of the day. */
const MinuteOfDay = Type.Integer({ minimum: 0, maximum: 1440 })

/** Who a zone is open to: whoever is recognised, those with a grant, or those with a ticket. A grant opens where tickets are asked for, too. */
export const ADMITS = ['anyone', 'granted', 'ticket'] as const

/** Open from `from` to `to` on these days of the week (1: Monday … 7: Sunday), by the clock of the shop. `to` before `from`: over midnight. */
export const ZoneWindow = Type.Object({
  days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7, uniqueItems: true }),
  from: MinuteOfDay,
  to: MinuteOfDay,
})
export type ZoneWindow = Static<typeof ZoneWindow>

export const ZoneSet = Type.Object({
  shopId: idSchema('shop'),
  name: Name,
  admits: literals(ADMITS),
  /** Empty: always open. */
  windows: Type.Array(ZoneWindow, { maxItems: 30 }),
  /** Who is in comes in again only after going out, or after so many minutes. Null: nobody counts. */
  againAfterMinutes: orNull(Type.Integer({ minimum: 0, maximum: 1_440 })),
})
export type ZoneSet = Static<typeof ZoneSet>
export const Zone = Type.Object({
  id: idSchema('zone'),
  ...ZoneSet.properties,
  timeZone: Type.String(),
  doors: Type.Array(
    Type.Object({ deviceId: idSchema('device'), name: Type.String(), direction: literals(['in', 'out']) }),
  ),
  inside: Type.Integer(),
})
export type Zone = Static<typeof Zone>
/** `GET /v1/console/zones?shop=` (staff `gates.read`). */
export const Zones = Type.Object({ zones: Type.Array(Zone) })
export type Zones = Static<typeof Zones>
/** `PUT /v1/console/zones/{id}/doors/{device}` (staff `gates.write`). */
export const DoorSet = Type.Object({ direction: literals(['in', 'out']) })

/** Lets somebody into a zone, by what the organisation knows them by (`shopperRef` of a session or of an event). */
export const ZoneGrantCreate = Type.Object({
  shopperRef: Type.String({ pattern: '^psn_[0-9A-HJKMNP-TV-Z]{26}$' }),
  label: Type.String({ maxLength: 60 }),
  from: Type.Optional(Timestamp),
  to: Type.Optional(Timestamp),
})
export type ZoneGrantCreate = Static<typeof ZoneGrantCreate>
export const ZoneGrant = Type.Object({
  shopperRef: Type.String(),
  label: Type.String(),
  from: orNull(Timestamp),
  to: orNull(Timestamp),
  createdAt: Timestamp,
})
export type ZoneGrant = Static<typeof ZoneGrant>
export const ZoneGrants = Type.Object({ grants: Type.Array(ZoneGrant) })
export type ZoneGrants = Static<typeof ZoneGrants>

/** `POST /v1/tickets` (key or staff): made by whoever sells it. It belongs to a palm from its first use, or from `shopperRef`. */
export const AdmissionTicketCreate = Type.Object({
  zoneId: idSchema('zone'),
  /** The seller's own number; the same one makes the same ticket. */
  reference: Type.String({ minLength: 1, maxLength: 80 }),
  validFrom: Timestamp,
  validTo: Timestamp,
  /** How many people it lets in. */
  admits: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  shopperRef: Type.Optional(Type.String({ pattern: '^psn_[0-9A-HJKMNP-TV-Z]{26}$' })),
})
export type AdmissionTicketCreate = Static<typeof AdmissionTicketCreate>
export const AdmissionTicket = Type.Object({
  id: idSchema('ticket'),
  zoneId: idSchema('zone'),
  reference: Type.String(),
  validFrom: Timestamp,
  validTo: Timestamp,
  admits: Type.Integer(),
  used: Type.Integer(),
  shopperRef: orNull(Type.String()),
  cancelledAt: orNull(Timestamp),
  createdAt: Timestamp,
})
export type AdmissionTicket = Static<typeof AdmissionTicket>

export const ADMISSION_DENIALS = [
  'not_recognised',
  'ambiguous',
  'liveness_failed',
  'poor_quality',
  'palm_frozen',
  'no_grant',
  'no_ticket',
  'ticket_used',
  'ticket_other',
  'outside_hours',
  'already_inside',
  'no_zone',
] as const
export type AdmissionDenial = (typeof ADMISSION_DENIALS)[number]

/** `POST /v1/doors/{id}/hovers/{captureId}` (door): opens, or says why not. A ticket's number may come with it: `?ticket=`. */
export const Admission = Type.Object({
  outcome: literals(['granted', 'denied', 'try_again', 'other_palm']),
  guidance: Type.Array(Guidance),
  event: Type.Optional(idSchema('admission')),
  reason: Type.Optional(literals(ADMISSION_DENIALS)),
  shopperRef: Type.Optional(Type.String()),
  /** How long the door stays open, ms. */
  openMs: Type.Optional(Type.Integer()),
  askedHand: Type.Optional(HandSide),
  attempt: Type.Optional(idSchema('admission')),
})
export type Admission = Static<typeof Admission>
export const DoorChallengeWish = Type.Object({
  attempt: Type.Optional(idSchema('admission')),
  hand: Type.Optional(HandSide),
})
export const DoorQuery = Type.Object({ ticket: Type.Optional(idSchema('ticket')) })

export const AdmissionEvent = Type.Object({
  id: idSchema('admission'),
  at: Timestamp,
  shopId: idSchema('shop'),
  zone: orNull(Type.Object({ id: idSchema('zone'), name: Type.String() })),
  deviceId: idSchema('device'),
  direction: literals(['in', 'out']),
  outcome: literals(['granted', 'denied']),
  reason: orNull(literals(ADMISSION_DENIALS)),
  shopperRef: orNull(Type.String()),
  ticketId: orNull(idSchema('ticket')),
})
export type AdmissionEvent = Static<typeof AdmissionEvent>
/** `GET /v1/console/admissions` (staff `gates.read`), `GET /v1/admissions` (key). News of them come by webhook and by the console’s stream. */
export const AdmissionQuery = Type.Object({
  ...listQuery(['at'] as const),
  zone: Type.Optional(idSchema('zone')),
  shop: Type.Optional(idSchema('shop')),
  outcome: Type.Optional(literals(['granted', 'denied'])),
})
export type AdmissionQuery = Static<typeof AdmissionQuery>
export const AdmissionPage = listOf(AdmissionEvent)
export type AdmissionPage = Static<typeof AdmissionPage>
