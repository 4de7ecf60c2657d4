import './audit.css'
import type { AuditEntry, AuditQuery } from '@paume/contract'
import { useMemo } from 'react'
import { day, text, useApi, useFormat, useList, useLoad, useSearch, whole, withSearch } from '../frame/index.ts'
import { type Column, DataTable, EmptyState, ExportButton, FilterBar, PageHead } from '../parts/index.ts'
import { EntryDrawer } from './entry-drawer.tsx'
import { Fact } from './fact.tsx'
import { useAuditTexts } from './texts.ts'

const FILTERS = { event: text(80), subjectId: text(80), from: day(), to: day() }
const SORTS = ['sequence'] as const
const OPEN = { open: whole(1, 999_999_999) }
/** Facts shown in a row; the rest stands in the entry. */
const FACTS_SHOWN = 3
const A_DAY_MS = 86_400_000

/** Days of the reader's calendar as moments: the last day counts to its end. */
export function momentsOf({ from, to }: { from?: string; to?: string }): { from?: string; to?: string } {
  const start = (of: string, plusMs = 0) => new Date(new Date(`${of}T00:00:00`).getTime() + plusMs).toISOString()
  return { ...(from ? { from: start(from) } : {}), ...(to ? { to: start(to, A_DAY_MS) } : {}) }
}

/** Who did what, newest first, and the proof that it stands in the signed log. */
export function AuditPage() {
  const { t } = useAuditTexts()
  const api = useApi()
  const [{ open }, setOpen] = useSearch(OPEN)
  const events = useLoad('audit events', (signal) => api.reports.auditEvents({ signal }))
  const list = useList({
    name: 'audit',
    filters: FILTERS,
    sorts: SORTS,
    first: '-sequence',
    load: ({ from, to, ...query }, signal) =>
      api.reports.audit({ ...query, ...momentsOf({ from, to }) } as AuditQuery, { signal }),
  })
  const columns = useColumns()
  return (
    <>
      <PageHead title={t('title')} line={t('line')} />
      <FilterBar
        list={list}
        search={t('search')}
        filters={[
          {
            kind: 'select',
            name: 'event',
            label: t('event'),
            options: (events.data ?? []).map((value) => ({ value, label: value })),
          },
          { kind: 'text', name: 'subjectId', label: t('subject') },
          { kind: 'days', from: 'from', to: 'to', label: t('days') },
        ]}
      />
      <DataTable
        label={t('title')}
        list={list}
        columns={columns}
        rowKey={(row) => String(row.sequence)}
        rowName={(row) => t('entry', { sequence: row.sequence })}
        rowHref={(row) => withSearch({ open: String(row.sequence) })}
        tools={
          <ExportButton
            path="/v1/console/audit.csv"
            query={{ ...list.query, ...momentsOf(list.query as { from?: string; to?: string }) }}
            fileName="paume-audit.csv"
            action="export.audit"
          />
        }
        empty={<EmptyState title={t('empty')} icon="shield" />}
      />
      {open !== undefined && (
        <EntryDrawer
          sequence={open}
          entry={list.page.data?.items.find((row) => row.sequence === open) ?? null}
          onClose={() => setOpen({ open: undefined })}
        />
      )}
    </>
  )
}

function useColumns(): Column<AuditEntry>[] {
  const { t } = useAuditTexts()
  const { dateTime, number } = useFormat()
  return useMemo(
    () => [
      { key: 'event', title: t('event'), cell: (row) => <code>{row.event}</code> },
      {
        key: 'sequence',
        title: t('sequence'),
        sort: 'sequence',
        align: 'end',
        cell: (row) => number(row.sequence),
      },
      { key: 'at', title: t('at'), cell: (row) => <time dateTime={row.at}>{dateTime(row.at)}</time> },
      {
        key: 'facts',
        title: t('facts'),
        cell: (row) => (
          <span className="audit-facts">
            {Object.entries(row.facts)
              .slice(0, FACTS_SHOWN)
              .map(([name, value]) => (
                <span key={name}>
                  <span className="soft">{name}</span> <Fact value={value} />
                </span>
              ))}
          </span>
        ),
      },
      {
        key: 'sha256',
        title: t('fingerprint'),
        card: 'hide',
        cell: (row) => <code title={row.sha256}>{row.sha256.slice(0, 12)}…</code>,
      },
      {
        key: 'organisation',
        title: t('organisation'),
        optional: true,
        cell: (row) => (row.organisationId ? <code>{row.organisationId}</code> : t('whole_installation')),
      },
    ],
    [t, dateTime, number],
  )
}
