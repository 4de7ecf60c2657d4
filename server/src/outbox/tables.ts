/** The tables that `outbox` owns. */

export type OutboxTables = {}
