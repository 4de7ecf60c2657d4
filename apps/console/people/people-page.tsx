import { STAFF_ROLES, STAFF_SORTS, STAFF_STATES, type StaffPerson } from '@paume/contract'
import { useState } from 'react'
import { choice, oneOf, text, useApi, useFormat, useList, useSearch, useSelf, withSearch } from '../frame/index.ts'
import {
  Button,
  type Column,
  DataTable,
  EmptyState,
  type Filter,
  FilterBar,
  PageHead,
  StatePill,
  Tabs,
} from '../parts/index.ts'
import { InvitationList } from './invitation-list.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { PersonDrawer } from './person-drawer.tsx'
import { usePeopleTexts } from './texts.ts'

const FILTERS = { role: oneOf(STAFF_ROLES), state: oneOf(STAFF_STATES) }
const PLACE = { tab: choice(['people', 'invitations']), open: text(), invite: text(5) }

/** Who works here, what they may do and where. */
export function PeoplePage() {
  const { t } = usePeopleTexts()
  const self = useSelf()
  const [{ tab, invite }, set] = useSearch(PLACE)
  const [turn, setTurn] = useState(0)
  const mayWrite = self.may('people.write')
  return (
    <>
      <PageHead
        title={t('title')}
        line={t('line')}
        actions={
          mayWrite && (
            <Button look="main" icon="plus" onClick={() => set({ invite: '1' })}>
              {t('invite')}
            </Button>
          )
        }
      />
      <Tabs
        label={t('title')}
        tabs={[
          { value: 'people', label: t('people') },
          { value: 'invitations', label: t('invitations') },
        ]}
        value={tab}
        onChange={(value) => set({ tab: value, open: undefined })}
      >
        {tab === 'people' ? <People onInvite={() => set({ invite: '1' })} /> : <InvitationList key={turn} />}
      </Tabs>
      {invite && mayWrite && (
        <InviteDialog
          onClose={(made) => {
            set(made ? { invite: undefined, tab: 'invitations' } : { invite: undefined })
            setTurn(turn + 1)
          }}
        />
      )}
    </>
  )
}

function People({ onInvite }: { onInvite(): void }) {
  const { t } = usePeopleTexts()
  const { staff } = useApi()
  const self = useSelf()
  const [{ open }, set] = useSearch(PLACE)
  const list = useList({
    name: 'people',
    filters: FILTERS,
    sorts: STAFF_SORTS,
    load: (query, signal) => staff.people(query, { signal }),
  })
  const columns = usePeopleColumns(self.organisation === null)
  const filters: Filter<typeof FILTERS>[] = [
    {
      kind: 'select',
      name: 'role',
      label: t('role'),
      options: STAFF_ROLES.filter((role) => self.organisation === null || role !== 'operator').map((value) => ({
        value,
        label: t(`role_${value}`),
      })),
    },
    {
      kind: 'select',
      name: 'state',
      label: t('state'),
      options: STAFF_STATES.map((value) => ({ value, label: t(value) })),
    },
  ]
  return (
    <>
      <FilterBar list={list} search={t('search')} filters={filters} />
      <DataTable
        label={t('people')}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        rowName={({ name }) => name}
        rowHref={({ id }) => withSearch({ open: id })}
        empty={
          <EmptyState title={t('empty')} line={t('empty_line')} icon="people">
            {self.may('people.write') && (
              <Button look="main" onClick={onInvite}>
                {t('invite')}
              </Button>
            )}
          </EmptyState>
        }
      />
      {open && (
        <PersonDrawer key={open} id={open} onChanged={list.page.reload} onClose={() => set({ open: undefined })} />
      )}
    </>
  )
}

function usePeopleColumns(everywhere: boolean): Column<StaffPerson>[] {
  const { t } = usePeopleTexts()
  const { list, relative, date } = useFormat()
  const organisation: Column<StaffPerson> = {
    key: 'organisation',
    title: t('organisation'),
    cell: (row) => row.organisation?.name ?? t('installation'),
  }
  return [
    { key: 'name', title: t('name'), sort: 'name', card: 'title', cell: (row) => row.name },
    { key: 'roles', title: t('roles'), cell: (row) => list(row.roles.map((role) => t(`role_${role}`))) },
    ...(everywhere ? [organisation] : []),
    {
      key: 'shops',
      title: t('shops'),
      align: 'end',
      cell: (row) => (row.organisation === null ? '–' : (row.shopIds?.length ?? t('all_shops'))),
    },
    {
      key: 'state',
      title: t('state'),
      sort: 'state',
      cell: (row) => <StatePill tone={row.state === 'active' ? 'good' : 'bad'}>{t(row.state)}</StatePill>,
    },
    {
      key: 'lastSeen',
      title: t('last_seen'),
      sort: 'lastSeenAt',
      cell: (row) => (row.lastSeenAt === null ? t('never') : relative(row.lastSeenAt)),
    },
    { key: 'passkeys', title: t('passkeys'), align: 'end', optional: true, cell: (row) => row.passkeys },
    { key: 'created', title: t('since'), sort: 'createdAt', optional: true, cell: (row) => date(row.createdAt) },
  ]
}
