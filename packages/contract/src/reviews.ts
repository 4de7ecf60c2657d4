import Type, { type Static } from 'typebox'
import { HandSide, idSchema, Timestamp } from './identifiers.ts'
import { listOf, listQuery } from './lists.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

export const REVIEW_STATES = ['open', 'taken', 'decided'] as const
export type ReviewState = (typeof REVIEW_STATES)[number]

/**
 * What a person decides of a palm that seemed to be there already. One person: which of both registrations stays. Twins: two people whose
 * palms are alike, both may pay and show both hands from now on. Fraud: nothing is paid with that palm any more.
 */
export const REVIEW_DECISIONS = ['same_person_earlier', 'same_person_newer', 'twins', 'fraud'] as const
export type ReviewDecision = (typeof REVIEW_DECISIONS)[number]

const Place = Type.Object({ id: idSchema('shop'), name: Type.String() })
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

/** Facts only: when, where, which hand. Neither a picture nor how alike two palms are. */
export const DuplicateReview = Type.Object({
  id: idSchema('review'),
  state: literals(REVIEW_STATES),
  noticedAt: Timestamp,
  /** Where somebody registered, or tried to. */
  shop: Place,
  hand: HandSide,
  /** The registration that was there before. */
  earlier: Type.Object({
    pseudonym: idSchema('pseudonym'),
    /** Null: it is deleted. */
    registeredAt: orNull(Timestamp),
    /** Null: deleted, or at another organisation of the network. */
    shop: orNull(Place),
    hands: Type.Array(HandSide),
    frozen: Type.Boolean(),
    /** Known already to have somebody whose palms are alike. */
    twin: Type.Boolean(),
  }),
  newer: Type.Object({
    /** Whether they can still be told: their number is kept until it is decided, 30 days at most. */
    reachable: Type.Boolean(),
  }),
  takenBy: orNull(Type.Object({ name: Type.String(), you: Type.Boolean() })),
  takenAt: orNull(Timestamp),
  decision: orNull(literals(REVIEW_DECISIONS)),
  decidedBy: orNull(Type.String()),
  decidedAt: orNull(Timestamp),
})
export type DuplicateReview = Static<typeof DuplicateReview>

export const REVIEW_SORTS = ['noticedAt', 'state'] as const
export const ReviewQuery = Type.Object({
  ...listQuery(REVIEW_SORTS),
  state: Type.Optional(literals(REVIEW_STATES)),
  hand: Type.Optional(HandSide),
  shopId: Type.Optional(idSchema('shop')),
})
export type ReviewQuery = Static<typeof ReviewQuery>
export const DuplicateReviews = listOf(DuplicateReview)

export const ReviewDecided = Type.Object({ decision: literals(REVIEW_DECISIONS) })
