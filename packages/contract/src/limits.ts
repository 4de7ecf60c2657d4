import Type, { type Static } from 'typebox'
import { idSchema } from './identifiers.ts'
import { AmountMinor, CurrencySchema } from './money.ts'

const OrNone = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = Type.Integer({ minimum: 1, maximum: 1_000_000 })

/** `PUT /v1/organisations/{id}/limits/{currency}` (operator). Null: no limit. A day is the last 24 hours, an hour the last 60 minutes. */
export const LimitsSet = Type.Object({
  /** The most of one charge, tip included; no step-up lifts it. */
  chargeMinor: OrNone(AmountMinor),
  /** Above this a charge needs a step-up. */
  stepUpAboveMinor: OrNone(AmountMinor),
  /** The most one shopper pays this organisation in a day; a step-up lifts it. */
  shopperDayMinor: OrNone(AmountMinor),
  /** The most this organisation takes in a day; no step-up lifts it. */
  merchantDayMinor: OrNone(AmountMinor),
  /** Charges tried by one shopper, on one card, on one terminal in an hour; a step-up lifts the first two. */
  shopperPerHour: OrNone(Count),
  cardPerHour: OrNone(Count),
  terminalPerHour: OrNone(Count),
  /**
   * How fast one shopper may get from shop to shop, km/h, all organisations together; a step-up lifts it. Shops without a place are left out.
   * Left out: no limit.
   */
  travelKmPerHour: Type.Optional(OrNone(Type.Integer({ minimum: 1, maximum: 100_000 }))),
})
export type LimitsSet = Static<typeof LimitsSet>

/** `GET /v1/organisations/{id}/limits/{currency}` (operator). */
export const Limits = Type.Object({
  organisationId: idSchema('organisation'),
  currency: CurrencySchema,
  /** True while nobody has set any. */
  default: Type.Boolean(),
  ...LimitsSet.properties,
})
export type Limits = Static<typeof Limits>
