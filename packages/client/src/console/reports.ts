import type {
  AuditEntry,
  AuditProof,
  AuditQuery,
  ConsoleHealth,
  DriftReport,
  FalseRefusalsReport,
  FunnelReport,
  Overview,
  OverviewQuery,
  Page,
  ReportFormat,
  ReportName,
  ReportQuery,
  ShopsReport,
} from '@paume/contract'
import type { CallOptions, Transport } from '../transport.ts'

type Period = Omit<ReportQuery, 'format' | 'language'>
type Query = Record<string, string | number | undefined>

/** Overview, reports, health and the audit log, as the console reads them. */
export type ReportCalls = {
  overview(query?: OverviewQuery, options?: CallOptions): Promise<Overview>
  funnel(query?: Period, options?: CallOptions): Promise<FunnelReport>
  falseRefusals(query?: Period, options?: CallOptions): Promise<FalseRefusalsReport>
  drift(query?: Period, options?: CallOptions): Promise<DriftReport>
  shops(query?: Period, options?: CallOptions): Promise<ShopsReport>
  health(options?: CallOptions): Promise<ConsoleHealth>
  audit(query?: AuditQuery, options?: CallOptions): Promise<Page<AuditEntry>>
  auditEvents(options?: CallOptions): Promise<string[]>
  /** Check it with `verifyAuditProof`. */
  auditProof(sequence: number, options?: CallOptions): Promise<AuditProof>
}

/** Where a report lies as a file, for a link: the browser sends the session along. */
export function reportPath(
  name: ReportName,
  query: Omit<ReportQuery, 'format'>,
  format: Exclude<ReportFormat, 'json'>,
): string {
  const search = new URLSearchParams({ format })
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, value)
  return `/v1/console/reports/${name}?${search}`
}

/** For `EventSource`: see `ConsoleNews`. */
export const CONSOLE_EVENTS_PATH = '/v1/console/events'

export function reportsOf({ call }: Transport): ReportCalls {
  const get = async <T>(path: string, query: Query = {}, options: CallOptions = {}): Promise<T> =>
    (await call<T>({ method: 'GET', path: `/v1/console/${path}`, query, ...options })).body
  return {
    overview: (query, options) => get('overview', query, options),
    funnel: (query, options) => get('reports/funnel', query, options),
    falseRefusals: (query, options) => get('reports/false-refusals', query, options),
    drift: (query, options) => get('reports/drift', query, options),
    shops: (query, options) => get('reports/shops', query, options),
    health: (options) => get('health', {}, options),
    audit: (query, options) => get('audit', query, options),
    auditEvents: async (options) => (await get<{ events: string[] }>('audit/events', {}, options)).events,
    auditProof: (sequence, options) => get(`audit/${sequence}/proof`, {}, options),
  }
}
