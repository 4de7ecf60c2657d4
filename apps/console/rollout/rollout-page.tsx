import { IMPORT_STATES, type ImportState, ROLLOUT_COLUMNS, type Rollout } from '@paume/contract'
import { type DragEvent, useId, useMemo, useState } from 'react'
import { go, oneOf, useApi, useFormat, useList, useLoad, useSaid, useSelf } from '../frame/index.ts'
import {
  Button,
  type Column,
  DataTable,
  EmptyState,
  FilterBar,
  PageHead,
  Panel,
  SelectField,
  StatePill,
  type Tone,
  useToast,
} from '../parts/index.ts'
import { PhasesPanel } from './phases-panel.tsx'
import './rollout.css'
import { useRolloutTexts } from './texts.ts'

const FILTERS = { state: oneOf(IMPORT_STATES) }
const LIVE = ['rollout'] as const
const TONES: Record<ImportState, Tone> = {
  checking: 'accent',
  checked: 'accent',
  unreadable: 'bad',
  applying: 'accent',
  applied: 'good',
  undone: 'plain',
}

export function StateOfList({ state }: { state: ImportState }) {
  const { t } = useRolloutTexts()
  return <StatePill tone={TONES[state]}>{t(`state_${state}`)}</StatePill>
}

/** Where lists of shops come in, and the waves they come up in. */
export function RolloutPage() {
  const { t } = useRolloutTexts()
  const api = useApi()
  const list = useList({
    name: 'rollouts',
    filters: FILTERS,
    sorts: ROLLOUT_COLUMNS,
    first: '-createdAt',
    live: LIVE,
    load: (query, signal) => api.rollouts.list(query, { signal }),
  })
  const columns = useColumns()
  return (
    <>
      <PageHead title={t('title')} line={t('line')} />
      <UploadPanel />
      <PhasesPanel />
      <FilterBar
        list={list}
        search={t('search')}
        filters={[
          {
            kind: 'select',
            name: 'state',
            label: t('state'),
            options: IMPORT_STATES.filter((each) => each !== 'applying').map((value) => ({
              value,
              label: t(`state_${value}`),
            })),
          },
        ]}
      />
      <DataTable
        label={t('lists')}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={(row) => row.fileName}
        rowHref={(row) => `/console/rollout/${row.id}`}
        empty={<EmptyState title={t('empty')} line={t('limits')} icon="list" />}
      />
    </>
  )
}

function UploadPanel() {
  const { t } = useRolloutTexts()
  const api = useApi()
  const { organisation } = useSelf()
  const say = useToast()
  const said = useSaid()
  const fileId = useId()
  const [over, setOver] = useState(false)
  const [busy, setBusy] = useState(false)
  const [chosen, setChosen] = useState('')
  const organisations = useLoad('organisations of lists', async (signal) =>
    organisation === null ? (await api.organisations.list({ state: 'approved', limit: 200 }, { signal })).items : [],
  )
  const organisationId = chosen || organisations.data?.[0]?.id
  const whose = organisation === null && organisationId ? { organisationId } : {}
  const take = async (work: () => Promise<Rollout>) => {
    setBusy(true)
    try {
      go(`/console/rollout/${(await work()).id}`)
    } catch (error) {
      say(said(error).sentence, 'bad')
      setBusy(false)
    }
  }
  const send = (file: File | undefined) => {
    if (file === undefined) return
    void take(async () =>
      api.rollouts.upload({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()), ...whose }),
    )
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    send(event.dataTransfer.files[0])
  }
  return (
    <Panel>
      {organisation === null && (organisations.data?.length ?? 0) > 0 && (
        <SelectField
          label={t('organisation')}
          value={organisationId ?? ''}
          options={(organisations.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setChosen}
        />
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard */}
      <div
        className="drop-zone"
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <p className="strong">{t('drop')}</p>
        <label className="button drop-choose" data-look="main" htmlFor={fileId}>
          {t('choose')}
          <input
            id={fileId}
            type="file"
            disabled={busy}
            accept=".csv,.txt,.tsv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            onChange={(event) => send(event.target.files?.[0])}
          />
        </label>
        <p className="soft">{t('limits')}</p>
        <p className="row">
          <a className="button button-quiet" href="/v1/rollouts/template.csv" download>
            {t('template')}
          </a>
        </p>
      </div>
      <div className="row">
        <Button
          icon="map"
          disabled={busy}
          onClick={() => void take(() => api.rollouts.uploadDemo(whose.organisationId))}
        >
          {t('demo')}
        </Button>
      </div>
    </Panel>
  )
}

function useColumns(): readonly Column<Rollout>[] {
  const { t } = useRolloutTexts()
  const { dateTime } = useFormat()
  return useMemo(
    () => [
      { key: 'fileName', title: t('file'), sort: 'fileName', card: 'title', cell: (row) => row.fileName },
      { key: 'state', title: t('state'), sort: 'state', cell: (row) => <StateOfList state={row.state} /> },
      { key: 'new', title: t('new'), align: 'end', cell: (row) => row.counts.new },
      { key: 'change', title: t('change'), align: 'end', cell: (row) => row.counts.change },
      { key: 'error', title: t('error'), align: 'end', cell: (row) => row.counts.error },
      { key: 'createdAt', title: t('when'), sort: 'createdAt', cell: (row) => dateTime(row.createdAt) },
      { key: 'by', title: t('by'), optional: true, cell: (row) => row.createdBy },
      { key: 'organisation', title: t('organisation'), optional: true, cell: (row) => row.organisation.name },
    ],
    [t, dateTime],
  )
}
