import Type, { type Static } from 'typebox'
import { ShopperCard } from './cards.ts'
import { idSchema, Timestamp } from './identifiers.ts'

/** `POST /v1/shopper-sessions` {phone} sends a code (same answer whether the phone is known or not); `/confirm` {sessionId, code} → token. */
export const ShopperSessionStarted = Type.Object({
  sessionId: Type.String(),
  expiresAt: Timestamp,
  sandboxPhoneCode: Type.Optional(Type.String()),
})
export type ShopperSessionStarted = Static<typeof ShopperSessionStarted>

export const ShopperSessionConfirm = Type.Object({
  sessionId: Type.String(),
  code: Type.String({ pattern: '^[0-9]{6}$' }),
})
/** Bearer token for `/v1/me…`, valid 15 minutes. */
export const ShopperSession = Type.Object({ token: Type.String(), expiresAt: Timestamp })
export type ShopperSession = Static<typeof ShopperSession>

/** `GET /v1/me` (shopper). */
export const ShopperSelf = Type.Object({
  id: idSchema('shopper'),
  phoneHint: Type.String(),
  palms: Type.Array(Type.Object({ hand: Type.String(), templates: Type.Integer(), enrolledAt: Timestamp })),
  cards: Type.Array(ShopperCard),
  consents: Type.Array(
    Type.Object({
      id: idSchema('consent'),
      kind: Type.String(),
      version: Type.String(),
      language: Type.String(),
      sha256: Type.String(),
      agreedAt: Timestamp,
      withdrawnAt: Type.Optional(Timestamp),
    }),
  ),
})
export type ShopperSelf = Static<typeof ShopperSelf>

/** `DELETE /v1/me` (shopper): erases palms, keys, phone and cards. What the law keeps is listed. */
export const ErasureReceipt = Type.Object({
  shopperId: idSchema('shopper'),
  erasedAt: Timestamp,
  erased: Type.Array(Type.String()),
  kept: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
  /** Entry of the audit log, and the hash of the log's head after it. */
  auditEntry: Type.Object({ sequence: Type.Integer(), sha256: Type.String() }),
})
export type ErasureReceipt = Static<typeof ErasureReceipt>
