import Type, { type Static } from 'typebox'
import { Timestamp } from './identifiers.ts'

/** One of the values. TypeBox infers a union from a tuple only, so the type is told to it. */
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
const Count = Type.Integer({ minimum: 0 })

/** A node that was not heard of for so long is shown as gone, ms. */
export const NODE_GONE_AFTER_MS = 30_000

/** `GET /v1/console/health` (`health.read`). */
export const ConsoleHealth = Type.Object({
  version: Type.String(),
  now: Timestamp,
  database: Type.Object({
    state: literals(['up', 'slow']),
    /** Of one question, ms. */
    answersInMs: Type.Number(),
    sizeBytes: Count,
    /** Whether the database itself keeps organisations apart, and itself refuses to change the ledger. */
    tenantsEnforced: Type.Boolean(),
  }),
  nodes: Type.Array(
    Type.Object({
      id: Type.String(),
      /** The one that answers. */
      self: Type.Boolean(),
      state: literals(['up', 'gone']),
      version: Type.String(),
      startedAt: Timestamp,
      seenAt: Timestamp,
      /** All palms that there are were in its memory when it was last heard of. */
      galleryLoaded: Type.Boolean(),
      networksReady: Type.Boolean(),
      palms: Count,
      templates: Type.Array(Type.Object({ model: Type.String(), count: Count })),
      memoryBytes: Count,
    }),
  ),
  /** Work that waits to be done by any node. `behind`: the oldest waits longer than it should. */
  queues: Type.Array(
    Type.Object({
      name: Type.String(),
      waiting: Count,
      /** Of them tried at least once. */
      failing: Count,
      oldestAt: Type.Union([Timestamp, Type.Null()]),
      state: literals(['ok', 'behind']),
    }),
  ),
  processors: Type.Array(
    Type.Object({
      name: Type.String(),
      sandbox: Type.Boolean(),
      /** What was asked and not answered yet. */
      unanswered: Count,
      oldestAt: Type.Union([Timestamp, Type.Null()]),
      lastAnsweredAt: Type.Union([Timestamp, Type.Null()]),
      state: literals(['ok', 'behind', 'idle']),
    }),
  ),
})
export type ConsoleHealth = Static<typeof ConsoleHealth>
