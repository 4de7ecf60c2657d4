import { type AuditEntry, type AuditProof, type AuditQuery, MOST_COUNTED, type Page } from '@paume/contract'
import { type RawBuilder, sql } from 'kysely'
import { toTimestamp } from '../clock.ts'
import type { Db } from '../database.ts'
import { Failure } from '../failure.ts'
import { containing } from '../list-page.ts'
import type { Staff } from '../routing.ts'
import type { Tenancy } from '../tenancy.ts'
import type { AuditIndex } from './audit-index.ts'
import type { ProofPort, PseudonymPort } from './ports.ts'

export type AuditReader = {
  list(staff: Staff, query: AuditQuery): Promise<Page<AuditEntry>>
  /** The names of events that there are. */
  events(staff: Staff): Promise<string[]>
  /** Throws `not_found`. */
  proof(staff: Staff, sequence: number): Promise<AuditProof>
}

type Row = { sequence: bigint; at: Date; event: string; facts: string; sha256: string; organisation_id: string | null }

const ROWS_A_PAGE = 50
/** What the network knows a shopper by: no organisation is told. */
const SHOPPER = /\bshp_[0-9A-HJKMNP-TV-Z]{26}\b/g

/** Who may see which entries: an organisation's staff those of their organisation, staff of some shops those that name one of them. */
const seenBy = ({ organisationId, shopIds }: Staff): RawBuilder<boolean> =>
  sql`(${organisationId}::text is null or i.organisation_id = ${organisationId}::text)
      and (${shopIds === null} or i.ids && ${[...(shopIds ?? [])]}::text[])`

/** Reads the audit log for staff. Entries that were written a moment ago are taken up first, so that nothing is missing at its end. */
export function createAuditReader(parts: {
  db: Db
  tenancy: Tenancy
  index: AuditIndex
  proofs: ProofPort
  pseudonyms: PseudonymPort
}): AuditReader {
  const { tenancy, index, proofs, pseudonyms } = parts

  /** Shoppers by the name that this organisation knows them by. */
  const wordsFor = ({ organisationId }: Staff, facts: string): AuditEntry['facts'] =>
    JSON.parse(
      organisationId === null ? facts : facts.replace(SHOPPER, (id) => pseudonyms.pseudonymOf(organisationId, id)),
    ) as AuditEntry['facts']

  return {
    async list(staff, query) {
      await index.catchUp()
      const { q, sort = '-sequence', limit = ROWS_A_PAGE, after, event, subjectId, from, to } = query
      const down = sort.startsWith('-')
      if (after !== undefined && !/^[1-9]\d{0,17}$/.test(after))
        throw new Failure('request_malformed', {
          problems: [{ path: 'querystring/after', message: 'does not continue this list' }],
        })
      const hidden = staff.organisationId !== null && subjectId?.startsWith('shp_') === true
      const wanted = sql`${seenBy(staff)} and not ${hidden}
        ${event === undefined ? sql`` : sql`and i.event = ${event}`}
        ${subjectId === undefined ? sql`` : sql`and i.ids @> array[${subjectId}::text]`}
        ${from === undefined ? sql`` : sql`and e.at >= ${from}::timestamptz`}
        ${to === undefined ? sql`` : sql`and e.at < ${to}::timestamptz`}
        ${q === undefined || q === '' ? sql`` : sql`and i.event ilike ${containing(q)}`}`
      const entries = sql`report_audit_index i join audit_entries e using (sequence)`
      const { rows, total } = await tenancy.within(staff, async (tx) => {
        const [page, counted] = await Promise.all([
          sql<Row>`
            select i.sequence, e.at, e.event, e.facts, e.sha256, i.organisation_id from ${entries}
             where ${wanted}
               ${after === undefined ? sql`` : down ? sql`and i.sequence < ${after}::bigint` : sql`and i.sequence > ${after}::bigint`}
             order by i.sequence ${sql.raw(down ? 'desc' : 'asc')} limit ${limit + 1}`.execute(tx),
          sql<{ count: bigint }>`
            select count(*) as count from (select 1 from ${entries} where ${wanted} limit ${MOST_COUNTED}) counted`.execute(
            tx,
          ),
        ])
        return { rows: page.rows, total: Number(counted.rows[0]!.count) }
      })
      const items = rows.slice(0, limit).map((row) => ({
        sequence: Number(row.sequence),
        at: toTimestamp(row.at),
        event: row.event,
        organisationId: row.organisation_id,
        facts: wordsFor(staff, row.facts),
        sha256: row.sha256,
      }))
      return { items, total, next: rows.length > limit ? String(items.at(-1)!.sequence) : null }
    },

    events: (staff) =>
      tenancy.within(staff, async (tx) => {
        // One step of the index a name, however long the log is.
        const { rows } = await sql<{ event: string }>`
          with recursive name as (
            (select event from report_audit_index order by event limit 1)
            union all
            select (select i.event from report_audit_index i where i.event > name.event order by i.event limit 1)
              from name where name.event is not null
          )
          select name.event from name
           where name.event is not null
             and exists (select 1 from report_audit_index i where i.event = name.event and ${seenBy(staff)})
           order by 1`.execute(tx)
        return rows.map(({ event }) => event)
      }),

    async proof(staff, sequence) {
      await index.catchUp()
      await tenancy.own(staff, { kind: 'audit_entry', id: String(sequence) }, async (db) => {
        const { rows } = await sql<{ sequence: bigint }>`
          select i.sequence from report_audit_index i
           where i.sequence = ${sequence} and (${db === parts.db} or ${seenBy(staff)})`.execute(db)
        return rows[0]
      })
      const receipt = await proofs.receiptOf(BigInt(sequence))
      if (receipt === null) throw new Failure('not_found')
      const { entry, sha256, path, note } = receipt
      const [, size, root] = note.split('\n')
      const hidden = staff.organisationId !== null && entry.search(SHOPPER) >= 0
      return {
        sequence,
        entry: hidden ? null : entry,
        sha256,
        path,
        head: { size: Number(size), root: Buffer.from(root!, 'base64').toString('hex'), note },
      }
    },
  }
}
