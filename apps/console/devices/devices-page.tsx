import { DEVICE_COLUMNS, DEVICE_KINDS, type DeviceListed, type DeviceListQuery } from '@paume/contract'
import { useMemo, useState } from 'react'
import { oneOf, text, useApi, useFormat, useList, useSearch, useSelf, yes } from '../frame/index.ts'
import {
  Button,
  ButtonLink,
  type Column,
  ConfirmDialog,
  DataTable,
  EmptyState,
  ExportButton,
  FilterBar,
  PageHead,
  useToast,
} from '../parts/index.ts'
import { PairDialog } from './pair-dialog.tsx'
import { FailureRate, Skew, StateOfDevice } from './state-of-device.tsx'
import { useDeviceTexts } from './texts.ts'

const STATES = ['unpaired', 'paired', 'revoked'] as const
const CAMERAS = ['ready', 'denied', 'missing', 'unused', 'synthetic'] as const
const FILTERS = {
  kind: oneOf(DEVICE_KINDS),
  presence: oneOf(['online', 'offline'] as const),
  state: oneOf(STATES),
  camera: oneOf(CAMERAS),
  appVersion: text(40),
  shopId: text(40),
  organisationId: text(40),
  lost: yes(),
}
const OPEN = { new: oneOf(['device', 'code'] as const) }
const LIVE = ['device'] as const

/** Filters of the page as the server takes them. */
const asked = ({ presence, lost, ...query }: Record<string, unknown>): DeviceListQuery => ({
  ...query,
  ...(presence === undefined ? {} : { online: presence === 'online' }),
  ...(lost ? { lost: true } : {}),
})

/** Every device that this person may see. */
export function DevicesPage() {
  const { t } = useDeviceTexts()
  const api = useApi()
  const { may } = useSelf()
  const [{ new: opened }, open] = useSearch(OPEN)
  const list = useList({
    name: 'devices',
    filters: FILTERS,
    sorts: DEVICE_COLUMNS,
    live: LIVE,
    load: (query, signal) => api.devices.list(asked(query), { signal }),
  })
  const columns = useColumns()
  const pairing = may('devices.pair') && (
    <>
      <Button onClick={() => open({ new: 'code' })}>{t('approve_code')}</Button>
      <Button look="main" icon="plus" onClick={() => open({ new: 'device' })}>
        {t('new_device')}
      </Button>
    </>
  )
  const { presence, lost, ...query } = list.query as Record<string, string>
  const exported = {
    ...query,
    ...(presence && { online: String(presence === 'online') }),
    ...(lost && { lost: 'true' }),
  }
  return (
    <>
      <PageHead
        title={t('title')}
        line={t('line')}
        actions={
          <>
            <ButtonLink to="/console/device-settings" icon="rollout">
              {t('settings')}
            </ButtonLink>
            {pairing}
          </>
        }
      />
      <FilterBar
        list={list}
        search={t('search')}
        filters={[
          {
            kind: 'select',
            name: 'presence',
            label: t('presence'),
            options: (['online', 'offline'] as const).map((value) => ({ value, label: t(`state_${value}`) })),
          },
          {
            kind: 'select',
            name: 'kind',
            label: t('kind'),
            options: DEVICE_KINDS.map((value) => ({ value, label: t(`kind_${value}`) })),
          },
          {
            kind: 'select',
            name: 'state',
            label: t('state'),
            options: STATES.map((value) => ({ value, label: value === 'paired' ? t('paired') : t(`state_${value}`) })),
          },
          {
            kind: 'select',
            name: 'camera',
            label: t('camera'),
            options: CAMERAS.map((value) => ({ value, label: t(`camera_${value}`) })),
          },
          { kind: 'yes', name: 'lost', label: t('only_lost') },
        ]}
      />
      <DataTable
        label={t('title')}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        rowHref={(row) => `/console/devices/${row.id}`}
        bulk={(ids) => <BulkActions ids={ids} onDone={list.page.reload} />}
        tools={<ExportButton path="/v1/devices.csv" query={exported} fileName="devices.csv" />}
        empty={
          <EmptyState title={t('empty')} line={t('empty_line')} icon="terminal">
            {pairing}
          </EmptyState>
        }
      />
      {opened !== undefined && (
        <PairDialog what={opened} onClose={() => open({ new: undefined })} onDone={list.page.reload} />
      )}
    </>
  )
}

function BulkActions({ ids, onDone }: { ids: readonly string[]; onDone(): void }) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const { may } = useSelf()
  const say = useToast()
  const [asking, setAsking] = useState<'restart' | 'revoke' | null>(null)
  const count = ids.length
  const act = async (action: 'restart' | 'revoke') => {
    const { done, skipped } = await api.devices.bulk(action, ids)
    say([t('bulk_done', { count: done }), ...(skipped > 0 ? [t('bulk_skipped', { count: skipped })] : [])].join(' · '))
    onDone()
  }
  return (
    <>
      {may('devices.write') && <Button onClick={() => setAsking('restart')}>{t('restart_selected', { count })}</Button>}
      {may('devices.revoke') && (
        <Button look="bad" onClick={() => setAsking('revoke')}>
          {t('revoke_selected', { count })}
        </Button>
      )}
      {asking !== null && (
        <ConfirmDialog
          title={t(`${asking}_selected`, { count })}
          action={t(asking)}
          danger={asking === 'revoke'}
          onConfirm={() => act(asking)}
          onClose={() => setAsking(null)}
        >
          <p>{t(`${asking}_line`)}</p>
        </ConfirmDialog>
      )}
    </>
  )
}

function useColumns(): Column<DeviceListed>[] {
  const { t } = useDeviceTexts()
  const { relative } = useFormat()
  return useMemo(() => {
    const ago = (at: string | null) =>
      at === null ? <span className="soft">{t('never')}</span> : <time dateTime={at}>{relative(at)}</time>
    return [
      { key: 'name', title: t('name'), sort: 'name', card: 'title', cell: (row) => row.name },
      { key: 'state', title: t('state'), sort: 'state', cell: (row) => <StateOfDevice device={row} /> },
      { key: 'kind', title: t('kind'), sort: 'kind', cell: (row) => t(`kind_${row.kind}`) },
      { key: 'shop', title: t('shop'), sort: 'shop', cell: (row) => row.shop.name },
      { key: 'lane', title: t('lane'), optional: true, cell: (row) => row.lane?.name ?? '–' },
      { key: 'organisation', title: t('organisation'), optional: true, cell: (row) => row.organisation.name },
      { key: 'version', title: t('version'), sort: 'appVersion', cell: (row) => row.appVersion ?? '–' },
      {
        key: 'camera',
        title: t('camera'),
        sort: 'camera',
        cell: (row) => (row.camera === null ? '–' : t(`camera_${row.camera}`)),
      },
      { key: 'skew', title: t('skew'), sort: 'clockSkewMs', cell: (row) => <Skew ms={row.clockSkewMs} /> },
      { key: 'hover', title: t('last_hover'), sort: 'lastHoverAt', cell: (row) => ago(row.lastHoverAt) },
      {
        key: 'failure',
        title: t('failure_rate'),
        sort: 'failureRate',
        align: 'end',
        cell: (row) => <FailureRate of={row.lastDay} />,
      },
      { key: 'seen', title: t('last_seen'), sort: 'lastSeenAt', optional: true, cell: (row) => ago(row.lastSeenAt) },
    ]
  }, [t, relative])
}
