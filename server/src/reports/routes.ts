import {
  AuditEvents,
  AuditList,
  AuditProof,
  AuditQuery,
  ConsoleHealth,
  DriftReport,
  FalseRefusalsReport,
  FunnelReport,
  Overview,
  OverviewQuery,
  type ReportName,
  ReportQuery,
  ShopsReport,
} from '@paume/contract'
import Type from 'typebox'
import type { App, Guards, SpendApproval } from '../routing.ts'
import { auditCsv } from './audit-export.ts'
import type { AuditReader } from './audit-list.ts'
import type { Health } from './health.ts'
import { readOverview } from './overview.ts'
import { pdfFor } from './report-pdf.ts'
import { csvFor } from './report-table.ts'
import { type ReportParts, readReport } from './reports.ts'

const tags = ['console']

/** What the first page of the console shows, and how the installation is. */
export function registerOverviewRoutes(
  app: App,
  { parts, health, guards }: { parts: ReportParts; health: Health; guards: Guards },
): void {
  app.get(
    '/v1/console/overview',
    {
      preValidation: guards.staff('overview.read'),
      schema: { tags, summary: 'A day of all shops', querystring: OverviewQuery, response: { 200: Overview } },
    },
    async (request) => readOverview(parts, request.staff!, request.query),
  )
  app.get(
    '/v1/console/health',
    {
      preValidation: guards.staff('health.read'),
      schema: { tags, summary: 'Nodes, queues, processors, database', response: { 200: ConsoleHealth } },
    },
    async () => health.read(),
  )
}

const REPORTS = {
  funnel: { summary: 'From the offer to the second payment', schema: FunnelReport },
  'false-refusals': { summary: 'Refused, then recognised within the same payment', schema: FalseRefusalsReport },
  drift: { summary: 'Similarity by week, device and model', schema: DriftReport },
  shops: { summary: 'Figures by shop and brand', schema: ShopsReport },
} as const

/** Reports as figures, CSV and PDF. They hold counts and sums only: taking them along needs nobody's approval. */
export function registerReportRoutes(app: App, { parts, guards }: { parts: ReportParts; guards: Guards }): void {
  for (const [name, { summary, schema }] of Object.entries(REPORTS)) {
    app.get(
      `/v1/console/reports/${name}`,
      {
        preValidation: guards.staff('reports.read'),
        schema: { tags, summary, querystring: ReportQuery, response: { 200: schema } },
      },
      async (request, reply) => {
        const { format = 'json', language = 'en', ...query } = request.query
        const which = await readReport(parts, request.staff!, name as ReportName, query)
        if (format === 'json') return reply.send(which.report as never)
        const { from, to } = which.report
        reply.header('content-disposition', `attachment; filename="paume-${name}-${from}-${to}.${format}"`)
        reply.header('cache-control', 'no-store')
        if (format === 'csv') return reply.type('text/csv; charset=utf-8').send(csvFor(which) as never)
        return reply.type('application/pdf').send((await pdfFor(which, language)) as never)
      },
    )
  }
}

/** The audit log, and proof that an entry stands in it. */
export function registerAuditRoutes(
  app: App,
  { reader, guards, spendApproval }: { reader: AuditReader; guards: Guards; spendApproval: SpendApproval },
): void {
  const staff = { preValidation: guards.staff('audit.read') }
  app.get(
    '/v1/console/audit',
    {
      ...staff,
      schema: { tags, summary: 'Entries, newest first', querystring: AuditQuery, response: { 200: AuditList } },
    },
    async (request) => reader.list(request.staff!, request.query),
  )
  app.get(
    '/v1/console/audit.csv',
    {
      ...staff,
      schema: {
        tags,
        summary: 'Entries as a file: takes the approval of a second person',
        querystring: Type.Omit(AuditQuery, ['limit', 'after']),
      },
    },
    async (request, reply) => {
      await spendApproval(request.staff!, request, 'export.audit', null)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="paume-audit.csv"')
        .send(await auditCsv(reader, request.staff!, request.query))
    },
  )
  app.get(
    '/v1/console/audit/events',
    { ...staff, schema: { tags, summary: 'Names of events', response: { 200: AuditEvents } } },
    async (request) => ({ events: await reader.events(request.staff!) }),
  )
  app.get(
    '/v1/console/audit/:sequence/proof',
    {
      ...staff,
      schema: {
        tags,
        summary: 'Proof that an entry stands in the signed log',
        params: Type.Object({ sequence: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
        response: { 200: AuditProof },
      },
    },
    async (request) => reader.proof(request.staff!, request.params.sequence),
  )
}
