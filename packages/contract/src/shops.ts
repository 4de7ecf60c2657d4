import Type, { type Static, type TSchema } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'
import { Jurisdiction } from './jurisdictions.ts'
import { listOf, listQuery } from './lists.ts'
import { CurrencySchema } from './money.ts'
import { CountryCode, Languages, Words } from './organisations.ts'

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

/** Degrees, WGS 84; north and east positive. */
const Place = Type.Object({
  latitudeDeg: Type.Number({ minimum: -90, maximum: 90 }),
  longitudeDeg: Type.Number({ minimum: -180, maximum: 180 }),
})

/** `PUT /v1/shops/{id}/place` (operator): where the shop stands, degrees (WGS 84), north and east positive. Null: nobody says. */
export const ShopPlace = Type.Object({ place: nullable(Place) })
export type ShopPlace = Static<typeof ShopPlace>

/** `checkout_free`: people walk in by palm and out with what they took. */
export const SHOP_FORMATS = ['till', 'checkout_free', 'both'] as const
export type ShopFormat = (typeof SHOP_FORMATS)[number]
export const ShopFormat = literals(SHOP_FORMATS)
/** How far a shop has come. Devices serve in `installing`, `ready` and `live`, as far as its sign is attested. */
export const SHOP_STATES = ['planned', 'installing', 'ready', 'live', 'paused', 'closed'] as const
export type ShopState = (typeof SHOP_STATES)[number]
export const ShopState = literals(SHOP_STATES)

/** Why devices of a shop serve nobody now. */
export const NOT_LIVE_REASONS = ['organisation', 'shop_planned', 'shop_paused', 'shop_closed', 'sign_missing'] as const
export type NotLiveReason = (typeof NOT_LIVE_REASONS)[number]
export const NotLiveReason = literals(NOT_LIVE_REASONS)

/** A place in a shop where devices stand together. The kind says which: a till has a terminal (and a register), a gate its reader. */
export const LANE_KINDS = ['till', 'gate', 'kiosk', 'door'] as const
export type LaneKind = (typeof LANE_KINDS)[number]
export const LaneKind = literals(LANE_KINDS)
export const Lane = Type.Object({
  id: idSchema('lane'),
  name: Type.String(),
  kind: LaneKind,
  /** A till of ours beside the terminal. */
  register: Type.Boolean(),
  devices: Type.Integer(),
})
export type Lane = Static<typeof Lane>
export const LaneCreate = Type.Object({ name: Words(40), kind: LaneKind, register: Type.Optional(Type.Boolean()) })
export type LaneCreate = Static<typeof LaneCreate>
export const LaneChange = Type.Object({ name: Words(40) })
export const MOST_LANES = 200

const Named = Type.Object({ id: Type.String(), name: Type.String() })
const address = {
  street: nullable(Words(120)),
  town: nullable(Words(80)),
  region: nullable(Words(60)),
  postalCode: nullable(Words(20)),
  country: CountryCode,
}

/** What a shop is, besides its state. */
export const ShopFields = Type.Object({
  name: Words(80),
  /** The merchant's own. */
  number: nullable(Words(40)),
  brandId: nullable(idSchema('brand')),
  ...address,
  place: nullable(Place),
  /** IANA. */
  timeZone: Type.String({ minLength: 1, maxLength: 64 }),
  languages: Languages,
  currency: CurrencySchema,
  jurisdiction: Jurisdiction,
  format: ShopFormat,
  phaseId: nullable(idSchema('phase')),
})
export type ShopFields = Static<typeof ShopFields>
/** Left out, currency, time zone and jurisdiction follow the address. */
export const ShopCreate = Type.Object({
  ...Type.Partial(ShopFields).properties,
  name: ShopFields.properties.name,
  country: CountryCode,
  organisationId: Type.Optional(idSchema('organisation')),
})
export type ShopCreate = Static<typeof ShopCreate>
export const ShopChange = Type.Partial(ShopFields)
export type ShopChange = Static<typeof ShopChange>

export const ShopListed = Type.Object({
  id: idSchema('shop'),
  name: Type.String(),
  number: nullable(Type.String()),
  organisation: Named,
  brand: nullable(Named),
  phase: nullable(Named),
  town: nullable(Type.String()),
  region: nullable(Type.String()),
  country: Type.String(),
  format: ShopFormat,
  state: ShopState,
  jurisdiction: Jurisdiction,
  place: nullable(Place),
  /** Null: its devices may serve. */
  notLive: nullable(NotLiveReason),
  devices: Type.Integer(),
  online: Type.Integer(),
})
export type ShopListed = Static<typeof ShopListed>

export const SHOP_COLUMNS = ['name', 'number', 'town', 'state', 'brand', 'phase', 'createdAt'] as const
export const ShopListQuery = Type.Object({
  ...listQuery(SHOP_COLUMNS),
  state: Type.Optional(ShopState),
  format: Type.Optional(ShopFormat),
  brandId: Type.Optional(idSchema('brand')),
  phaseId: Type.Optional(idSchema('phase')),
  country: Type.Optional(CountryCode),
  region: Type.Optional(Type.String({ maxLength: 60 })),
  jurisdiction: Type.Optional(Jurisdiction),
  organisationId: Type.Optional(idSchema('organisation')),
  rolloutId: Type.Optional(idSchema('rollout')),
})
export type ShopListQuery = Static<typeof ShopListQuery>
export const Shops = listOf(ShopListed)

/** What has to be done before a shop is live, in order. `needed`: it cannot be set live without. */
export const CHECKS = [
  'devices_made',
  'devices_paired',
  'cameras_seen',
  'sign_printed',
  'sign_attested',
  'test_payment',
  'staff_invited',
] as const
export type Check = (typeof CHECKS)[number]
export const CheckItem = Type.Object({
  check: literals(CHECKS),
  done: Type.Boolean(),
  needed: Type.Boolean(),
  /** How many of how many; null: it is one thing. */
  count: nullable(Type.Object({ done: Type.Integer(), of: Type.Integer() })),
  at: nullable(Timestamp),
})
export type CheckItem = Static<typeof CheckItem>

export const ShopDetails = Type.Object({
  ...ShopListed.properties,
  ...ShopFields.properties,
  createdAt: Timestamp,
  liveAt: nullable(Timestamp),
  lanes: Type.Array(Lane),
  checks: Type.Array(CheckItem),
  /** States that it may go to from here. */
  mayBecome: Type.Array(ShopState),
})
export type ShopDetails = Static<typeof ShopDetails>
export const ShopStateChange = Type.Object({ state: ShopState })

/** `GET /v1/shops-map`: every shop that has a place, as few bytes as it takes, and how many have none. */
export const ShopMap = Type.Object({
  shops: Type.Array(
    Type.Object({
      id: idSchema('shop'),
      name: Type.String(),
      number: nullable(Type.String()),
      town: nullable(Type.String()),
      region: nullable(Type.String()),
      country: Type.String(),
      state: ShopState,
      format: ShopFormat,
      latitudeDeg: nullable(Type.Number()),
      longitudeDeg: nullable(Type.Number()),
      devices: Type.Integer(),
      online: Type.Integer(),
    }),
  ),
  /** More than are drawn: narrow the list down. */
  more: Type.Integer(),
})
export type ShopMap = Static<typeof ShopMap>
export const MOST_SHOPS_ON_MAP = 5_000
