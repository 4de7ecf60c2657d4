import Type, { type Static } from 'typebox'
import { ENTRY_REFUSALS, GATE_SESSION_STATES, GateRules } from './gates.ts'
import { idSchema, Timestamp } from './identifiers.ts'
import { listOf, listQuery } from './lists.ts'
import { AmountMinorOrZero, CurrencySchema } from './money.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

/** A session as the lists of the console show it. */
export const GateSessionRow = Type.Object({
  id: idSchema('gateSession'),
  state: literals(GATE_SESSION_STATES),
  reason: orNull(literals(ENTRY_REFUSALS)),
  shop: Type.Object({ id: idSchema('shop'), name: Type.String() }),
  gateId: idSchema('device'),
  shopperRef: orNull(Type.String()),
  payer: literals(['palm', 'card']),
  groupSize: Type.Integer(),
  currency: CurrencySchema,
  authAmountMinor: AmountMinorOrZero,
  /** Pieces in the basket. */
  pieces: Type.Integer(),
  cartMinor: AmountMinorOrZero,
  totalMinor: orNull(AmountMinorOrZero),
  paidMinor: AmountMinorOrZero,
  owedMinor: AmountMinorOrZero,
  gap: Type.Boolean(),
  createdAt: Timestamp,
  leftAt: orNull(Timestamp),
})
export type GateSessionRow = Static<typeof GateSessionRow>

export const GATE_SESSION_COLUMNS = ['created', 'total', 'owed', 'state'] as const
/** `GET /v1/console/gates/sessions` (staff `gates.read`). `state`: several, with commas. */
export const GateSessionQuery = Type.Object({
  ...listQuery(GATE_SESSION_COLUMNS),
  state: Type.Optional(Type.String({ maxLength: 120 })),
  shop: Type.Optional(idSchema('shop')),
  gate: Type.Optional(idSchema('device')),
  from: Type.Optional(Timestamp),
  to: Type.Optional(Timestamp),
})
export type GateSessionQuery = Static<typeof GateSessionQuery>
export const GateSessionPage = listOf(GateSessionRow)
export type GateSessionPage = Static<typeof GateSessionPage>

/** A shop with gates: its rules, and how it is there now. */
export const GateShop = Type.Object({
  shop: Type.Object({ id: idSchema('shop'), name: Type.String(), currency: Type.String() }),
  gates: Type.Array(
    Type.Object({
      id: idSchema('device'),
      name: Type.String(),
      online: Type.Boolean(),
      state: literals(['unpaired', 'paired', 'revoked']),
    }),
  ),
  rules: GateRules,
  inside: Type.Integer({ description: 'People, their guests counted.' }),
  waiting: Type.Integer({ description: 'Left, and no cart came yet.' }),
  owedMinor: AmountMinorOrZero,
})
export type GateShop = Static<typeof GateShop>
/** `GET /v1/console/gates/shops` (staff `gates.read`). */
export const GateShops = Type.Object({ shops: Type.Array(GateShop) })
export type GateShops = Static<typeof GateShops>

/** `POST /v1/console/gates/sessions/{id}/waive` (staff `gates.write`): lets what is owed go. Throws `gate_state`. */
export const GateWaive = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 120 }) })
export type GateWaive = Static<typeof GateWaive>
