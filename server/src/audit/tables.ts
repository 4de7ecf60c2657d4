import type { ColumnType } from 'kysely'

/** The tables that `audit` owns. */
export type AuditTables = {
  audit_entries: {
    sequence: bigint
    at: Date
    event: string
    /** The facts as canonical JSON text, exactly the bytes that are hashed. */
    facts: string
    previous_sha256: string
    sha256: ColumnType<string, string, never>
  }
}
