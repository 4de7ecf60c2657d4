import type { AuditEntry, AuditQuery } from '@paume/contract'
import { MOST_ROWS_A_PAGE } from '@paume/contract'
import { csvOf } from '../csv.ts'
import type { Staff } from '../routing.ts'
import type { AuditReader } from './audit-list.ts'

/** Entries of one file. More are taken along by days. */
const MOST_EXPORTED = 20_000

/** The entries that fit a query as a table, with the mark that spreadsheets look for. What the reader may not see is not in it. */
export async function auditCsv(
  reader: AuditReader,
  staff: Staff,
  query: Omit<AuditQuery, 'limit' | 'after'>,
): Promise<string> {
  const entries: AuditEntry[] = []
  let after: string | null = null
  do {
    const page = await reader.list(staff, { ...query, limit: MOST_ROWS_A_PAGE, ...(after === null ? {} : { after }) })
    entries.push(...page.items)
    after = page.next
  } while (after !== null && entries.length < MOST_EXPORTED)
  const rows = entries.map((entry) => [
    ...[entry.sequence, entry.at, entry.event, entry.organisationId],
    ...[JSON.stringify(entry.facts), entry.sha256],
  ])
  return `\uFEFF${csvOf(['sequence', 'at', 'event', 'organisation_id', 'facts', 'sha256'], rows)}`
}
