import { sql } from 'kysely'
import { type Db, withTransaction } from '../database.ts'
import type { OwnerPort } from './ports.ts'

export type AuditIndex = {
  /** Takes up what was written since; answers how many entries. */
  catchUp(): Promise<number>
}

type Entry = { sequence: bigint; event: string; facts: string }

/** Any constant that nobody else locks: "AUIX" in ASCII. */
const INDEX_LOCK = 0x41554958
/** Entries taken up in one transaction. */
const A_PAGE = 1_000
/** How our identifiers look. */
const IDENTIFIER = /^([a-z]{3,4})_[0-9A-HJKMNP-TV-Z]{26}$/

/** The identifiers that an entry names. */
export const idsIn = (facts: Record<string, unknown>): string[] => [
  ...new Set(Object.values(facts).filter((fact): fact is string => typeof fact === 'string' && IDENTIFIER.test(fact))),
]

/**
 * Says of each entry of the audit log whose it is, beside the log: what was hashed stays as it is. An entry is of the organisation that it
 * names, or of the one whose shop, device, payment or person it names; of nobody's (the installation's) otherwise, or where it names
 * things of two.
 */
export function createAuditIndex({ db, owners }: { db: Db; owners: OwnerPort }): AuditIndex {
  const page = () =>
    withTransaction(db, async (tx) => {
      await sql`select pg_advisory_xact_lock(${INDEX_LOCK})`.execute(tx)
      const { rows: entries } = await sql<Entry>`
        select sequence, event, facts from audit_entries
         where sequence > (select coalesce(max(sequence), 0) from report_audit_index)
         order by sequence limit ${A_PAGE}`.execute(tx)
      if (entries.length === 0) return 0
      const read = entries.map(({ sequence, event, facts }) => {
        const parsed = JSON.parse(facts) as Record<string, unknown>
        return { sequence, event, ids: idsIn(parsed), named: organisationIn(parsed) }
      })
      const asked = read.filter(({ named }) => named === null).flatMap(({ ids }) => ids)
      const ownerOf = await owners.organisationsOf(tx, [...new Set(asked)])
      const rows = read.map(({ sequence, event, ids, named }) => {
        const found = new Set(ids.map((id) => ownerOf.get(id)).filter((id) => id !== undefined))
        return {
          sequence: String(sequence),
          event,
          ids,
          organisation_id: named ?? (found.size === 1 ? [...found][0]! : null),
        }
      })
      await sql`
        insert into report_audit_index (sequence, organisation_id, event, ids)
        select sequence, organisation_id, event, ids
          from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            as entry (sequence bigint, organisation_id text, event text, ids text[])`.execute(tx)
      return entries.length
    })
  return {
    async catchUp() {
      let done = 0
      for (;;) {
        const taken = await page()
        done += taken
        if (taken < A_PAGE) return done
      }
    },
  }
}

const organisationIn = ({ organisationId }: Record<string, unknown>): string | null =>
  typeof organisationId === 'string' ? organisationId : null
