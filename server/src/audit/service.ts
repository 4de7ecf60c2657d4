import { createHash } from 'node:crypto'
import { type QueryExecutorProvider, sql } from 'kysely'
import { type Clock, toTimestamp } from '../clock.ts'
import type { Db } from '../database.ts'

/** What an entry may say: pseudonyms (our identifiers), counts and codes. Never a name, a phone, a card or a palm. */
export type AuditFacts = Record<string, string | number | boolean | null>

export type AuditHead = { sequence: number; sha256: string }

export type Audit = {
  /** Writes an entry in the transaction of what it tells of; entries stand in one chain, so writers take turns until they commit. */
  append(tx: QueryExecutorProvider, event: string, facts: AuditFacts): Promise<AuditHead>
  /** Walks the whole chain. Answers the sequence number of the first entry that does not fit, or null. */
  firstBroken(): Promise<number | null>
}

/** Any constant that nobody else locks: "AUDT" in ASCII. */
const CHAIN_LOCK = 0x41554454
/** What the first entry follows: the hash of nothing. */
export const GENESIS_SHA256 = createHash('sha256').digest('hex')

type Entry = { sequence: number; at: string; event: string; facts: string; previousSha256: string }

/** SHA-256 over the entry and the hash before it, so that no entry can be changed, dropped or moved unseen. */
export const entrySha256 = ({ sequence, at, event, facts, previousSha256 }: Entry): string =>
  createHash('sha256')
    .update(JSON.stringify([sequence, at, event, facts, previousSha256]))
    .digest('hex')

/** One spelling only: keys in order. */
const canonical = (facts: AuditFacts) =>
  JSON.stringify(Object.fromEntries(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1))))

export function createAudit(db: Db, clock: Clock): Audit {
  return {
    async append(tx, event, facts) {
      const at = toTimestamp(clock.nowMs())
      const text = canonical(facts)
      // What `entrySha256` hashes, but for the two ends that only the database knows.
      const middle = `,${JSON.stringify([at, event, text]).slice(1, -1)},"`
      const [, appended] = await Promise.all([
        // A statement of its own: the next one has to see what was committed while we waited.
        sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(tx),
        sql<{ sequence: bigint; sha256: string }>`
          insert into audit_entries (sequence, at, event, facts, previous_sha256, sha256)
          select next.sequence, ${at}::timestamptz, ${event}::text, ${text}::text, next.previous,
                 encode(sha256(convert_to('[' || next.sequence || ${middle}::text || next.previous || '"]', 'UTF8')), 'hex')
            from (select coalesce(max(sequence), 0) + 1 as sequence, coalesce(max(sha256), ${GENESIS_SHA256}) as previous
                    from (select sequence, sha256 from audit_entries order by sequence desc limit 1) head) next
          returning sequence, sha256`.execute(tx),
      ])
      const { sequence, sha256 } = appended.rows[0]!
      return { sequence: Number(sequence), sha256 }
    },
    async firstBroken() {
      let previousSha256 = GENESIS_SHA256
      let expected = 1
      const page = 1_000
      for (;;) {
        const rows = await db
          .selectFrom('audit_entries')
          .selectAll()
          .where('sequence', '>=', BigInt(expected))
          .orderBy('sequence')
          .limit(page)
          .execute()
        for (const row of rows) {
          const { event, facts } = row
          const entry = { sequence: Number(row.sequence), at: toTimestamp(row.at), event, facts, previousSha256 }
          const fits = entry.sequence === expected && row.previous_sha256 === previousSha256
          if (!fits || row.sha256 !== entrySha256(entry)) return expected
          previousSha256 = row.sha256
          expected += 1
        }
        if (rows.length < page) return null
      }
    },
  }
}
