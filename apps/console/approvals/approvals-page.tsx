import { APPROVAL_SORTS, APPROVAL_STATES, type Approval, TWO_PERSON_ACTIONS } from '@paume/contract'
import { oneOf, text, useApi, useFormat, useList, useSearch, withSearch } from '../frame/index.ts'
import {
  type Column,
  DataTable,
  EmptyState,
  type Filter,
  FilterBar,
  Note,
  PageHead,
  StatePill,
} from '../parts/index.ts'
import { ApprovalDrawer } from './approval-drawer.tsx'
import { APPROVAL_TONES, useActionName } from './approval-words.ts'
import { useApprovalTexts } from './texts.ts'

const ACTIONS = Object.keys(TWO_PERSON_ACTIONS) as Approval['action'][]
const FILTERS = { state: oneOf(APPROVAL_STATES), action: oneOf(ACTIONS) }
const PLACE = { open: text() }

/** What takes two people: what waits, what was decided, what was done. */
export function ApprovalsPage() {
  const { t } = useApprovalTexts()
  const { staff } = useApi()
  const actionName = useActionName()
  const [{ open }, set] = useSearch(PLACE)
  const list = useList({
    name: 'approvals',
    filters: FILTERS,
    sorts: APPROVAL_SORTS,
    first: '-askedAt',
    load: (query, signal) => staff.approvals(query, { signal }),
  })
  const columns = useApprovalColumns()
  const filters: Filter<typeof FILTERS>[] = [
    {
      kind: 'select',
      name: 'state',
      label: t('state'),
      options: APPROVAL_STATES.map((value) => ({ value, label: t(`state_${value}`) })),
    },
    {
      kind: 'select',
      name: 'action',
      label: t('action'),
      options: ACTIONS.map((value) => ({ value, label: actionName(value) })),
    },
  ]
  return (
    <>
      <PageHead title={t('title')} line={t('line')} />
      <Note>
        <p className="strong">{t('four_eyes_title')}</p>
        <p>{t('four_eyes')}</p>
      </Note>
      <FilterBar list={list} search={t('search')} filters={filters} />
      <DataTable
        label={t('title')}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        rowName={({ action, askedBy }) => `${actionName(action)}, ${askedBy.name}`}
        rowHref={({ id }) => withSearch({ open: id })}
        empty={<EmptyState title={t('empty')} line={t('empty_line')} icon="inbox" />}
      />
      {open && (
        <ApprovalDrawer key={open} id={open} onChanged={list.page.reload} onClose={() => set({ open: undefined })} />
      )}
    </>
  )
}

function useApprovalColumns(): Column<Approval>[] {
  const { t } = useApprovalTexts()
  const { relative, dateTime } = useFormat()
  const actionName = useActionName()
  return [
    { key: 'what', title: t('what'), card: 'title', cell: ({ action }) => actionName(action) },
    {
      key: 'state',
      title: t('state'),
      cell: ({ state }) => <StatePill tone={APPROVAL_TONES[state]}>{t(`state_${state}`)}</StatePill>,
    },
    { key: 'by', title: t('asked_by'), cell: ({ askedBy }) => askedBy.name },
    {
      key: 'reason',
      title: t('reason'),
      cell: ({ reason }) => (reason.length > 60 ? `${reason.slice(0, 60)}…` : reason),
    },
    { key: 'asked', title: t('asked_at'), sort: 'askedAt', cell: ({ askedAt }) => relative(askedAt) },
    {
      key: 'ends',
      title: t('expires'),
      sort: 'expiresAt',
      optional: true,
      cell: ({ expiresAt }) => dateTime(expiresAt),
    },
    {
      key: 'organisation',
      title: t('organisation'),
      optional: true,
      cell: ({ organisation }) => organisation?.name ?? t('installation'),
    },
  ]
}
