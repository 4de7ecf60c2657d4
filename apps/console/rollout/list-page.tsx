import { ROLLOUT_ROW_COLUMNS, ROW_OUTCOMES, type Rollout, type RolloutRow, type RowOutcome } from '@paume/contract'
import { useMemo, useState } from 'react'
import { oneOf, type PageProps, useApi, useList, useLoad } from '../frame/index.ts'
import {
  Button,
  ButtonLink,
  type Column,
  ConfirmDialog,
  DataTable,
  FilterBar,
  Loaded,
  Note,
  PageHead,
  Progress,
  Stat,
  StatePill,
  Stats,
  type Tone,
} from '../parts/index.ts'
import './rollout.css'
import { StateOfList } from './rollout-page.tsx'
import { useRolloutTexts } from './texts.ts'

const FILTERS = { outcome: oneOf(ROW_OUTCOMES) }
const LIVE = ['rollout'] as const
const TONES: Record<RowOutcome, Tone> = { error: 'bad', new: 'good', change: 'accent', same: 'plain' }

/** One list: checked, looked at, applied, undone. */
export function ListPage({ params }: PageProps) {
  const { t } = useRolloutTexts()
  const api = useApi()
  const id = params.rolloutId as string
  const load = useLoad(`rollout ${id}`, (signal) => api.rollouts.one(id, { signal }), { live: LIVE })
  const trail = [{ to: '/console/rollout', title: t('title') }]
  const list = load.data
  return (
    <>
      <PageHead
        title={list?.fileName ?? t('title')}
        line={list === null ? undefined : list.organisation.name}
        trail={trail}
        beside={list && <StateOfList state={list.state} />}
        actions={list && <Actions list={list} reload={load.reload} />}
      />
      <Loaded load={load}>
        {(found) => (
          <>
            <Summary list={found} />
            {found.state !== 'checking' && found.state !== 'unreadable' && (
              <Rows key={found.state} id={id} list={found} />
            )}
          </>
        )}
      </Loaded>
    </>
  )
}

function Actions({ list, reload }: { list: Rollout; reload(): void }) {
  const { t } = useRolloutTexts()
  const api = useApi()
  const [asking, setAsking] = useState<'apply' | 'undo' | null>(null)
  const { counts } = list
  const partly = counts.error > 0
  const something = counts.new + counts.change > 0
  return (
    <>
      {list.state === 'applied' && (
        <>
          <ButtonLink to={`/console/shops?rolloutId=${list.id}`} icon="shop">
            {t('see_shops')}
          </ButtonLink>
          <ButtonLink to="/console/map" icon="map">
            {t('on_map')}
          </ButtonLink>
          <Button icon="undo" onClick={() => setAsking('undo')}>
            {t('undo')}
          </Button>
        </>
      )}
      {list.state === 'checked' && something && (
        <Button look="main" icon="check" onClick={() => setAsking('apply')}>
          {partly ? t('apply_partly') : t('apply')}
        </Button>
      )}
      {asking !== null && (
        <ConfirmDialog
          title={t(`${asking}_question`)}
          action={asking === 'undo' ? t('undo') : t('apply')}
          danger={asking === 'undo'}
          onClose={() => setAsking(null)}
          onConfirm={async () => {
            await (asking === 'undo' ? api.rollouts.undo(list.id) : api.rollouts.apply(list.id, partly))
            setAsking(null)
            reload()
          }}
        >
          {t('new')}: {counts.new} · {t('change')}: {counts.change} · {t('error')}: {counts.error}
        </ConfirmDialog>
      )}
    </>
  )
}

function Summary({ list }: { list: Rollout }) {
  const { t } = useRolloutTexts()
  const { counts, fileProblem } = list
  return (
    <div className="stack">
      {fileProblem !== null && (
        <Note tone="bad">{t(`file_${fileProblem.code}` as 'file_not_a_table', { hint: fileProblem.hint ?? '?' })}</Note>
      )}
      {list.state === 'checking' && (
        <Progress label={`${t('rows_checked')}: ${list.rowsChecked}`} done={list.rowsChecked} all={null} />
      )}
      <Stats>
        <Stat label={t('new')} value={counts.new} />
        <Stat label={t('change')} value={counts.change} />
        <Stat label={t('same')} value={counts.same} />
        <Stat label={t('error')} value={counts.error} tone={counts.error > 0 ? 'bad' : 'plain'} />
      </Stats>
      {fileProblem === null && (
        <p className="soft">
          {list.encoding === null
            ? t('workbook')
            : t('read_as', {
                encoding: list.encoding,
                separator: list.separator === '\t' ? '⇥' : (list.separator ?? ''),
              })}
          {list.ignoredColumns.length > 0 && ` · ${t('ignored', { columns: list.ignoredColumns.join(', ') })}`}
        </p>
      )}
    </div>
  )
}

function Rows({ id, list: { counts } }: { id: string; list: Rollout }) {
  const { t } = useRolloutTexts()
  const api = useApi()
  const rows = useList({
    name: `rollout-rows-${id}`,
    filters: FILTERS,
    sorts: ROLLOUT_ROW_COLUMNS,
    load: async (query, signal) => {
      // Who says nothing sees what is wrong first.
      const outcome = query.outcome ?? (counts.error > 0 && !query.q ? 'error' : undefined)
      return api.rollouts.rows(id, { ...query, ...(outcome ? { outcome } : {}) }, { signal })
    },
  })
  const columns = useRowColumns()
  return (
    <>
      <FilterBar
        list={rows}
        search={`${t('name')}, ${t('number')}, ${t('town')}`}
        filters={[
          {
            kind: 'select',
            name: 'outcome',
            label: t('outcome'),
            options: ROW_OUTCOMES.map((value) => ({ value, label: t(value) })),
          },
        ]}
      />
      <DataTable
        label={t('lists')}
        list={rows}
        columns={columns}
        rowKey={(row) => String(row.row)}
        rowName={(row) => row.name ?? String(row.row)}
      />
    </>
  )
}

function useRowColumns(): readonly Column<RolloutRow>[] {
  const { t } = useRolloutTexts()
  return useMemo(
    () => [
      { key: 'row', title: t('row'), sort: 'row', align: 'end', cell: (row) => row.row },
      { key: 'name', title: t('name'), sort: 'name', card: 'title', cell: (row) => row.name },
      { key: 'number', title: t('number'), cell: (row) => row.number },
      { key: 'town', title: t('town'), cell: (row) => row.town },
      {
        key: 'outcome',
        title: t('outcome'),
        cell: (row) => <StatePill tone={TONES[row.outcome]}>{t(row.outcome)}</StatePill>,
      },
      { key: 'details', title: t('details'), cell: (row) => <RowWords row={row} /> },
    ],
    [t],
  )
}

function RowWords({ row }: { row: RolloutRow }) {
  const { t } = useRolloutTexts()
  if (row.problems.length + row.changes.length === 0) return null
  return (
    <ul className="row-words">
      {row.problems.map(({ column, code, value, hint }) => (
        <li key={`${column} ${code}`} data-tone="bad">
          {[column, value && `“${value}”`].filter(Boolean).join(' ')}{' '}
          {t(`p_${code}` as 'p_out_of_range', { hint: hint ?? '' })}
        </li>
      ))}
      {row.changes.map(({ field, from, to }) => (
        <li key={field}>
          {field}: {from ?? '–'} → {to ?? '–'}
        </li>
      ))}
    </ul>
  )
}
