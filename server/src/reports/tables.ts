import type { ColumnType } from 'kysely'
import type { NodeState } from './ports.ts'

type Counts = bigint[]

/** The tables that `reports` owns. */
export type ReportTables = {
  report_slot: {
    device_id: string
    shop_id: string
    organisation_id: string
    slot: Date
    /** In the order of `HOVER_OUTCOMES`. */
    outcomes: Counts
    refused_then_identified: bigint
    /** Registrations: offered, consented, enrolled. */
    steps: Counts
    /** In the buckets of `DURATION_BUCKETS_MS`. */
    total_ms: Counts
    open_ms: Counts
    analyse_ms: Counts
    search_ms: Counts
    authorise_ms: Counts
  }
  report_similarity: {
    device_id: string
    shop_id: string
    organisation_id: string
    model: string
    /** Its Monday, UTC. */
    week: string
    buckets: Counts
  }
  report_node: {
    id: string
    version: string
    started_at: Date
    seen_at: Date
    state: ColumnType<NodeState & { memoryBytes: number }, string, string>
  }
  report_audit_index: { sequence: bigint; organisation_id: string | null; event: string; ids: string[] }
}
