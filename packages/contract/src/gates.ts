import Type, { type Static } from 'typebox'
import { Guidance } from './captures.ts'
import { HandSide, idSchema, Timestamp } from './identifiers.ts'
import { AmountMinor, AmountMinorOrZero, CurrencySchema, MAX_AMOUNT_MINOR } from './money.ts'
import { FLOW_REASONS, MONEY_REASONS, PALM_REASONS } from './payments.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

/**
 * A visit to a checkout-free shop. `authorising`: the hold on the card is being asked for. `left`: went out, the cart may still come.
 * `finalising`: the cart is there and its money is being moved. `owing`: not all of it could be taken. `lapsed`: no cart came in time, the
 * hold was let go of; a cart that comes after all is charged.
 */
export const GATE_SESSION_STATES = [
  'authorising',
  'refused',
  'inside',
  'left',
  'finalising',
  'settled',
  'owing',
  'lapsed',
] as const
export type GateSessionState = (typeof GATE_SESSION_STATES)[number]

/** Why somebody was not let in: reasons of the palm, of the money, and of the shop. */
export const ENTRY_REFUSALS = [
  ...PALM_REASONS,
  ...MONEY_REASONS,
  ...FLOW_REASONS,
  'balance_due',
  'group_too_large',
] as const
export type EntryRefusal = (typeof ENTRY_REFUSALS)[number]

/** People on one palm, the one who holds the hand among them. */
export const MOST_IN_A_GROUP = 12
const GroupSize = Type.Integer({ minimum: 1, maximum: MOST_IN_A_GROUP })
const ShopperRef = Type.String({
  pattern: '^psn_[0-9A-HJKMNP-TV-Z]{26}$',
  description: 'What this organisation knows the shopper by. Another organisation knows the same shopper by another.',
})

/** What stands in a basket, by the cart system's own number of the goods. */
export const CartLine = Type.Object({
  sku: Type.String({ minLength: 1, maxLength: 120 }),
  name: Type.String({ maxLength: 120 }),
  quantity: Type.Integer({ minimum: 1, maximum: 9_999 }),
  unitMinor: AmountMinorOrZero,
})
export type CartLine = Static<typeof CartLine>

/**
 * One thing that happened to a cart. `sequence` counts from 1 without a gap in each session; the same one may come any number of times.
 * `add` and `remove` change by `quantity`, `set` says how many there are (0: none).
 */
export const CartEvent = Type.Object({
  sequence: Type.Integer({ minimum: 1, maximum: 100_000 }),
  kind: literals(['add', 'remove', 'set']),
  sku: Type.String({ minLength: 1, maxLength: 120 }),
  name: Type.Optional(Type.String({ maxLength: 120 })),
  quantity: Type.Integer({ minimum: 0, maximum: 9_999 }),
  /** Price of one, when it was taken. Left out: as before, or nothing yet. */
  unitMinor: Type.Optional(AmountMinorOrZero),
})
export type CartEvent = Static<typeof CartEvent>

/** `POST /v1/gates/{id}/sessions/{session}/cart-events`. In any order, doubled or not. Throws `cart_conflict`, `gate_state`. */
export const CartEvents = Type.Object({ events: Type.Array(CartEvent, { minItems: 1, maxItems: 500 }) })
export type CartEvents = Static<typeof CartEvents>

/** Numbers that never came, both ends included. */
const Gap = Type.Object({ from: Type.Integer(), to: Type.Integer() })
export type CartGap = Static<typeof Gap>

/** How a cart stands. What is behind a gap is `held` until the gap is filled or the cart finalised. */
export const Cart = Type.Object({
  lines: Type.Array(CartLine),
  totalMinor: AmountMinorOrZero,
  currency: CurrencySchema,
  nextSequence: Type.Integer(),
  held: Type.Array(Type.Integer()),
  gaps: Type.Array(Gap),
})
export type Cart = Static<typeof Cart>
export const CartTaken = Type.Object({
  accepted: Type.Integer(),
  doubled: Type.Integer(),
  cart: Cart,
})
export type CartTaken = Static<typeof CartTaken>

/** How an amount was, or was not, taken from a card for a session. */
export const GateTaking = Type.Object({
  paymentId: idSchema('payment'),
  /** `hold`: asked for at the entry. `later`: charged after the visit. `door`: a balance paid at the door. */
  purpose: literals(['hold', 'later', 'door']),
  state: literals(['moving', 'held', 'taken', 'refused', 'gone']),
  reason: Type.Optional(Type.String()),
  authorisedMinor: AmountMinorOrZero,
  capturedMinor: AmountMinorOrZero,
  refundedMinor: AmountMinorOrZero,
  card: Type.Optional(Type.Object({ brand: Type.String(), last4: Type.String() })),
})
export type GateTaking = Static<typeof GateTaking>

export const GateSession = Type.Object({
  id: idSchema('gateSession'),
  /** Grows by one with every change. */
  version: Type.Integer(),
  state: literals(GATE_SESSION_STATES),
  reason: Type.Optional(literals(ENTRY_REFUSALS)),
  gateId: idSchema('device'),
  shop: Type.Object({ id: idSchema('shop') }),
  /** Absent for a guest who came in by card. */
  shopperRef: Type.Optional(ShopperRef),
  payer: literals(['palm', 'card']),
  groupSize: GroupSize,
  currency: CurrencySchema,
  /** Held on the card at the entry and since. */
  authAmountMinor: AmountMinorOrZero,
  cart: Cart,
  /** What the whole visit costs, once the cart is finalised or adjusted; null before. */
  totalMinor: orNull(AmountMinorOrZero),
  /** Taken from cards and not given back. */
  paidMinor: AmountMinorOrZero,
  owedMinor: AmountMinorOrZero,
  /** What staff let go of. */
  waivedMinor: AmountMinorOrZero,
  takings: Type.Array(GateTaking),
  enteredAt: orNull(Timestamp),
  leftAt: orNull(Timestamp),
  finalisedAt: orNull(Timestamp),
  /** Until when the cart is waited for. */
  expiresAt: Timestamp,
  createdAt: Timestamp,
})
export type GateSession = Static<typeof GateSession>

/** `POST /v1/gates/{id}/challenges` (gate): permission for one hover. `attempt` continues one that asked for the other palm. */
export const GateChallengeWish = Type.Object({
  attempt: Type.Optional(idSchema('gateSession')),
  hand: Type.Optional(HandSide),
})

/** What a hover at a gate may be for: coming in, or paying what this session owes. */
export const EntryQuery = Type.Object({
  groupSize: Type.Optional(GroupSize),
  pays: Type.Optional(idSchema('gateSession')),
})

/** What somebody still owes from an earlier visit. */
export const GateBalance = Type.Object({
  session: idSchema('gateSession'),
  owedMinor: AmountMinor,
  currency: CurrencySchema,
  visitedAt: Timestamp,
})
export type GateBalance = Static<typeof GateBalance>

/**
 * `POST /v1/gates/{id}/entries/{captureId}` (gate, the sealed hover) and `POST /v1/gates/{id}/entries` (guest by card). Joined: this
 * shopper came in a moment ago and brings somebody more; the session is that one.
 */
export const GateEntry = Type.Object({
  outcome: literals(['admitted', 'joined', 'refused', 'paid', 'try_again', 'other_palm']),
  guidance: Type.Array(Guidance),
  session: Type.Optional(idSchema('gateSession')),
  shopperRef: Type.Optional(ShopperRef),
  authAmountMinor: Type.Optional(AmountMinorOrZero),
  currency: Type.Optional(CurrencySchema),
  groupSize: Type.Optional(GroupSize),
  expiresAt: Type.Optional(Timestamp),
  reason: Type.Optional(literals(ENTRY_REFUSALS)),
  balance: Type.Optional(GateBalance),
  /** With `other_palm`. */
  askedHand: Type.Optional(HandSide),
  attempt: Type.Optional(idSchema('gateSession')),
})
export type GateEntry = Static<typeof GateEntry>

/** `POST /v1/gates/{id}/card-setups` (gate or key): a card held to the reader beside the gate. Answers what the reader needs. */
export const GateCardSetup = Type.Object({
  setupId: Type.String(),
  clientSecret: Type.String(),
  confirmUrl: Type.String(),
})
export type GateCardSetup = Static<typeof GateCardSetup>
/** `POST /v1/gates/{id}/entries` (gate or key, Idempotency-Key): comes in by card, without a palm; or pays a balance by that card. */
export const GuestEntry = Type.Object({
  setupId: Type.String({ minLength: 1, maxLength: 120 }),
  groupSize: Type.Optional(GroupSize),
  pays: Type.Optional(idSchema('gateSession')),
})
export type GuestEntry = Static<typeof GuestEntry>

/** `POST …/group` (gate), within a few minutes of the entry: how many came in on this palm. Throws `gate_state`, `limit_exceeded`. */
export const GroupChange = Type.Object({ groupSize: GroupSize })
/** `POST …/exit` (gate or key). Safe to repeat: the first time stays. */
export const GateExit = Type.Object({ at: Type.Optional(Timestamp) })

/**
 * `POST …/cart:finalise` (gate or key, Idempotency-Key). `totalMinor`: what the cart costs with tax and discounts; left out: what its
 * lines come to. Lines, when given, replace what the events came to. 0 lets the hold go.
 */
export const CartFinalise = Type.Object({
  totalMinor: Type.Optional(AmountMinorOrZero),
  lines: Type.Optional(Type.Array(CartLine, { maxItems: 1_000 })),
  /** The greatest number that was sent: what is missing up to there is reported as a gap. */
  lastSequence: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
})
export type CartFinalise = Static<typeof CartFinalise>
/** `POST …/adjust` (gate or key, Idempotency-Key): what the visit costs after all. Throws `gate_state` when it is too late. */
export const CartAdjust = Type.Object({
  totalMinor: Type.Integer({ minimum: 0, maximum: MAX_AMOUNT_MINOR }),
  lines: Type.Optional(Type.Array(CartLine, { maxItems: 1_000 })),
  reason: Type.String({ minLength: 1, maxLength: 120 }),
})
export type CartAdjust = Static<typeof CartAdjust>

/** How a shop's gates work. `PUT /v1/console/gates/settings/{shop}` (staff). */
export const GateRules = Type.Object({
  /** Held for the first person, and for each one more. */
  holdMinor: AmountMinor,
  holdEachMoreMinor: AmountMinorOrZero,
  mostInAGroup: GroupSize,
  /** How long after the entry a cart is waited for, hours. */
  cartWithinHours: Type.Integer({ minimum: 1, maximum: 96 }),
  /** How long after it was finalised a cart may be adjusted, days. */
  adjustWithinDays: Type.Integer({ minimum: 0, maximum: 90 }),
})
export type GateRules = Static<typeof GateRules>

/** `POST /v1/console/gates/keys` (staff): a key for the cart system of an organisation. The key is shown once. */
export const GateKey = Type.Object({
  id: Type.String(),
  organisationId: idSchema('organisation'),
  shopId: orNull(idSchema('shop')),
  name: Type.String(),
  createdAt: Timestamp,
  revokedAt: orNull(Timestamp),
})
export type GateKey = Static<typeof GateKey>
export const GateKeyCreate = Type.Object({
  organisationId: Type.Optional(idSchema('organisation')),
  shopId: Type.Optional(idSchema('shop')),
  name: Type.String({ minLength: 1, maxLength: 60 }),
})
export type GateKeyCreate = Static<typeof GateKeyCreate>
export const GateKeyIssued = Type.Object({ key: GateKey, secret: Type.String() })
export type GateKeyIssued = Static<typeof GateKeyIssued>
export const GateKeys = Type.Object({ keys: Type.Array(GateKey) })
export type GateKeys = Static<typeof GateKeys>
