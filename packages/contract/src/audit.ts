import Type, { type Static } from 'typebox'
import { Timestamp } from './identifiers.ts'
import { listOf, listQuery } from './lists.ts'

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Fact = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])

export const AuditEntry = Type.Object({
  sequence: Type.Integer({ minimum: 1 }),
  at: Timestamp,
  event: Type.String(),
  /** Whose entry it is; null: the whole installation's. */
  organisationId: Type.Union([Type.String(), Type.Null()]),
  facts: Type.Record(Type.String(), Fact),
  sha256: Sha256,
})
export type AuditEntry = Static<typeof AuditEntry>

/** `GET /v1/console/audit` (`audit.read`), newest first. */
export const AuditQuery = Type.Object({
  ...listQuery(['sequence']),
  event: Type.Optional(Type.String({ maxLength: 80 })),
  /** An identifier that an entry names. */
  subjectId: Type.Optional(Type.String({ maxLength: 80 })),
  from: Type.Optional(Timestamp),
  to: Type.Optional(Timestamp),
})
export type AuditQuery = Static<typeof AuditQuery>
export const AuditList = listOf(AuditEntry)
/** `GET /v1/console/audit/events`: the names of events that there are, for the filter. */
export const AuditEvents = Type.Object({ events: Type.Array(Type.String()) })

/**
 * `GET /v1/console/audit/{sequence}/proof`: that this entry stands in the log whose head is `root` over `size` entries (RFC 9162, 2.1). Each
 * entry holds the hash of the one before, so that neither order nor words can change without another root; of the entries of others the
 * path holds hashes only. `verifyAuditProof` of the client checks it.
 */
export const AuditProof = Type.Object({
  sequence: Type.Integer({ minimum: 1 }),
  /**
   * The entry as it is hashed: a JSON array of sequence, time, event, facts and the hash before it. Null where it names a shopper by what
   * only the network knows them by, and the reader is an organisation's: `sha256` stands for it.
   */
  entry: Type.Union([Type.String(), Type.Null()]),
  /** Of the entry. The leaf of the tree is made of it. */
  sha256: Sha256,
  /** From the leaf up. */
  path: Type.Array(Sha256, { maxItems: 64 }),
  /** `note`: size and root, signed, as `GET /v1/log/head` tells them. */
  head: Type.Object({ size: Type.Integer({ minimum: 1 }), root: Sha256, note: Type.String() }),
})
export type AuditProof = Static<typeof AuditProof>
