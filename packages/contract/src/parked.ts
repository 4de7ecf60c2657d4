import Type, { type Static } from 'typebox'
import { CATALOGUE_ITEM_ID, TicketLine } from './counter.ts'
import { Timestamp } from './identifiers.ts'

/** What one shop may park at once, baskets. */
export const MAX_PARKED = 100

export const ParkedLine = Type.Object({
  ...TicketLine.properties,
  /** Null for a free amount. */
  item: Type.Union([Type.String({ pattern: CATALOGUE_ITEM_ID }), Type.Null()]),
})
export type ParkedLine = Static<typeof ParkedLine>
const ParkedId = Type.String({ pattern: '^[a-z0-9-]{8,40}$' })
export const ParkedParams = Type.Object({ id: ParkedId })

/** `PUT /v1/parked/{id}` (register): a basket that waits. The register makes the identifier; the same again is the same basket. */
export const ParkedWrite = Type.Object({ lines: Type.Array(ParkedLine, { minItems: 1, maxItems: 200 }) })
export type ParkedWrite = Static<typeof ParkedWrite>
export const ParkedBasket = Type.Object({
  id: ParkedId,
  ...ParkedWrite.properties,
  parkedAt: Timestamp,
  /** By the register that asks. */
  here: Type.Boolean(),
})
export type ParkedBasket = Static<typeof ParkedBasket>
/** `GET /v1/parked` (register): of this shop, newest first. */
export const ParkedList = Type.Object({ baskets: Type.Array(ParkedBasket) })
export type ParkedList = Static<typeof ParkedList>
/**
 * `POST /v1/parked/{id}/take` (register): takes it up, or throws it away. One register gets it; the same register may ask again with the
 * same claim, the others hear `parked_taken`.
 */
export const ParkedTake = Type.Object({ claim: Type.String({ minLength: 8, maxLength: 64 }) })
export type ParkedTake = Static<typeof ParkedTake>
