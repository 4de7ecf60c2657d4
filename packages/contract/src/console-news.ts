import Type, { type Static } from 'typebox'
import { Timestamp } from './identifiers.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))

/** What changed, as far as pages care. */
export const NEWS_KINDS = [
  'hovers',
  'payment',
  'settlement',
  'dispute',
  'device',
  'shop',
  'organisation',
  'rollout',
  'gate',
  'admission',
  'webhook',
  'person',
  'approval',
  'review',
  'notice',
  'limits',
  /** Somebody's session or rights changed: every stream looks again whether it may go on. */
  'session',
] as const
export type NewsKind = (typeof NEWS_KINDS)[number]

/**
 * `GET /v1/console/events` (anybody signed in): server-sent events `news`, each one of these, with an `id:` for Last-Event-ID; and
 * `look_again`, when events were missed and everything shown should be read anew. What is told holds no more than where to look.
 */
export const ConsoleNews = Type.Object({
  kind: literals(NEWS_KINDS),
  organisationId: Type.Union([Type.String(), Type.Null()]),
  shopId: Type.Union([Type.String(), Type.Null()]),
  /** Null: several of this kind changed. */
  id: Type.Union([Type.String(), Type.Null()]),
  at: Timestamp,
})
export type ConsoleNews = Static<typeof ConsoleNews>
