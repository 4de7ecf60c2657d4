import Type, { type Static } from 'typebox'

/** A hash of the tree over the audit log: SHA-256, in hexadecimal. */
const TreeHash = Type.String({ pattern: '^[0-9a-f]{64}$' })

/**
 * One entry of the audit log with everything that proves it, to be checked by `paume-verify` without this system. The steps are those of
 * RFC 9162 §2.1.3, lowest first; the head is a signed note (C2SP checkpoint).
 */
export const AuditReceipt = Type.Object({
  format: Type.Literal('paume-receipt/1'),
  /** What the leaf is the SHA-256 of: a JSON array of number, time, event, facts (JSON text) and the hash before it. */
  entry: Type.String(),
  /** Counted from 0. */
  index: Type.Integer({ minimum: 0 }),
  proof: Type.Array(TreeHash),
  head: Type.String(),
  /** What the entry's fact `statementSha256` is the hash of. */
  statement: Type.Optional(Type.String()),
})
export type AuditReceipt = Static<typeof AuditReceipt>

/** `GET /v1/log/head` (open): the newest signed head. */
export const LogHead = Type.Object({ size: Type.Integer({ minimum: 1 }), head: Type.String() })
/** `GET /v1/log/consistency?earlier=&size=` (open): what shows that the log only grew between two sizes. RFC 9162 §2.1.4. */
export const LogConsistencyQuery = Type.Object({
  earlier: Type.Integer({ minimum: 0 }),
  size: Type.Integer({ minimum: 1 }),
})
export const LogConsistency = Type.Object({ proof: Type.Array(TreeHash) })
