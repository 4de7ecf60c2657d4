import type { SettingsRollout, SettingsTemplateListed } from '@paume/contract'
import { type ReactNode, useMemo } from 'react'
import { choice, oneOf, useApi, useFormat, useList, useSearch, useSelf } from '../frame/index.ts'
import { Button, type Column, DataTable, EmptyState, FilterBar, PageHead, Tabs } from '../parts/index.ts'
import { RolloutState, RolloutTook, StageOfRollout } from './rollout-parts.tsx'
import { TemplateDialog } from './template-dialog.tsx'
import { useDeviceTexts } from './texts.ts'

const SEARCH = { tab: choice(['templates', 'rollouts'] as const), new: oneOf(['template'] as const) }
const NO_FILTERS = {}
const TEMPLATE_SORTS = ['name', 'createdAt'] as const
const ROLLOUT_FILTERS = { state: oneOf(['running', 'stopped', 'finished'] as const) }
const ROLLOUT_SORTS = ['startedAt', 'state'] as const
const LIVE = ['device'] as const

/** Templates of settings, and how their versions are brought out. */
export function SettingsPage() {
  const { t } = useDeviceTexts()
  const { may } = useSelf()
  const [{ tab, new: opened }, set] = useSearch(SEARCH)
  const add = may('devices.write') && (
    <Button look="main" icon="plus" onClick={() => set({ new: 'template' })}>
      {t('new_template')}
    </Button>
  )
  return (
    <>
      <PageHead
        title={t('settings_title')}
        line={t('settings_line')}
        trail={[{ to: '/console/devices', title: t('title') }]}
        actions={add}
      />
      <Tabs
        label={t('settings_title')}
        value={tab}
        onChange={(next) => set({ tab: next })}
        tabs={[
          { value: 'templates', label: t('tab_templates') },
          { value: 'rollouts', label: t('tab_rollouts') },
        ]}
      >
        {tab === 'templates' ? <TemplateList add={add} /> : <RolloutList />}
      </Tabs>
      {opened !== undefined && <TemplateDialog template={null} onClose={() => set({ new: undefined })} />}
    </>
  )
}

function TemplateList({ add }: { add: ReactNode }) {
  const { t } = useDeviceTexts()
  const { dateTime } = useFormat()
  const api = useApi()
  const list = useList({
    name: 'settings-templates',
    filters: NO_FILTERS,
    sorts: TEMPLATE_SORTS,
    live: LIVE,
    load: (query, signal) => api.devices.templates(query, { signal }),
  })
  const columns = useMemo<Column<SettingsTemplateListed>[]>(
    () => [
      { key: 'name', title: t('template'), sort: 'name', card: 'title', cell: (row) => row.name },
      { key: 'organisation', title: t('organisation'), cell: (row) => row.organisation.name },
      {
        key: 'inForce',
        title: t('in_force'),
        cell: (row) =>
          row.currentVersion === null ? (
            <span className="soft">{t('nothing_in_force')}</span>
          ) : (
            t('version_number', { version: row.currentVersion })
          ),
      },
      { key: 'latest', title: t('latest'), cell: (row) => t('version_number', { version: row.latestVersion }) },
      { key: 'rollout', title: t('tab_rollouts'), cell: (row) => (row.rolloutId ? t('rollout_running') : '–') },
      { key: 'created', title: t('created'), sort: 'createdAt', cell: (row) => dateTime(row.createdAt) },
    ],
    [t, dateTime],
  )
  return (
    <>
      <FilterBar list={list} search={t('template_search')} filters={[]} />
      <DataTable
        label={t('tab_templates')}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        rowHref={(row) => `/console/device-settings/${row.id}`}
        empty={
          <EmptyState title={t('template_empty')} line={t('template_empty_line')} icon="rollout">
            {add}
          </EmptyState>
        }
      />
    </>
  )
}

function RolloutList() {
  const { t } = useDeviceTexts()
  const { dateTime } = useFormat()
  const api = useApi()
  const list = useList({
    name: 'settings-rollouts',
    filters: ROLLOUT_FILTERS,
    sorts: ROLLOUT_SORTS,
    first: '-startedAt',
    live: LIVE,
    load: (query, signal) => api.devices.rollouts(query, { signal }),
  })
  const columns = useMemo<Column<SettingsRollout>[]>(
    () => [
      {
        key: 'template',
        title: t('template'),
        card: 'title',
        cell: (row) => `${row.template.name}, ${t('version_number', { version: row.version })}`,
      },
      { key: 'state', title: t('state'), sort: 'state', cell: (row) => <RolloutState rollout={row} /> },
      { key: 'stage', title: t('stages'), cell: (row) => <StageOfRollout rollout={row} /> },
      { key: 'took', title: t('took'), cell: (row) => <RolloutTook rollout={row} /> },
      { key: 'began', title: t('began'), sort: 'startedAt', cell: (row) => dateTime(row.startedAt) },
    ],
    [t, dateTime],
  )
  return (
    <>
      <FilterBar
        list={list}
        search={t('template_search')}
        filters={[
          {
            kind: 'select',
            name: 'state',
            label: t('state'),
            options: (['running', 'stopped', 'finished'] as const).map((value) => ({
              value,
              label: t(`rollout_${value}`),
            })),
          },
        ]}
      />
      <DataTable
        label={t('tab_rollouts')}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={(row) => row.template.name}
        rowHref={(row) => `/console/device-settings/${row.template.id}`}
        empty={<EmptyState title={t('rollout_empty')} icon="rollout" />}
      />
    </>
  )
}
