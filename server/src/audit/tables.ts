/** The tables that `audit` owns. */

export type AuditTables = {}
