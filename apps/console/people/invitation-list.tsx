import { INVITATION_SORTS, type Invitation } from '@paume/contract'
import { useState } from 'react'
import { useApi, useFormat, useList, useSelf } from '../frame/index.ts'
import {
  Button,
  type Column,
  ConfirmDialog,
  DataTable,
  EmptyState,
  FilterBar,
  StatePill,
  useToast,
} from '../parts/index.ts'
import { usePeopleTexts } from './texts.ts'

const NO_FILTERS = {}

/** Invitations that nobody has used yet. */
export function InvitationList() {
  const { t } = usePeopleTexts()
  const { staff } = useApi()
  const self = useSelf()
  const say = useToast()
  const { list: listed, dateTime } = useFormat()
  const [withdrawing, setWithdrawing] = useState<Invitation | null>(null)
  const list = useList({
    name: 'invitations',
    filters: NO_FILTERS,
    sorts: INVITATION_SORTS,
    load: (query, signal) => staff.invitations(query, { signal }),
  })
  const columns: Column<Invitation>[] = [
    { key: 'name', title: t('name'), sort: 'name', card: 'title', cell: ({ name }) => name },
    {
      key: 'roles',
      title: t('roles'),
      cell: ({ renewal, roles }) =>
        renewal ? <StatePill tone="accent">{t('renewal')}</StatePill> : listed(roles.map((role) => t(`role_${role}`))),
    },
    { key: 'where', title: t('organisation'), cell: ({ organisation }) => organisation?.name ?? t('installation') },
    { key: 'by', title: t('invited_by'), cell: ({ invitedBy }) => invitedBy },
    { key: 'until', title: t('until'), sort: 'expiresAt', cell: ({ expiresAt }) => dateTime(expiresAt) },
  ]
  if (self.may('people.write'))
    columns.push({
      key: 'withdraw',
      title: t('withdraw'),
      cell: (row) => (
        <Button onClick={() => setWithdrawing(row)} aria-label={`${t('withdraw')}: ${row.name}`}>
          {t('withdraw')}
        </Button>
      ),
    })
  return (
    <>
      <FilterBar list={list} search={t('search')} filters={[]} />
      <DataTable
        label={t('invitations')}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        rowName={({ name }) => name}
        empty={<EmptyState title={t('no_invitations')} line={t('no_invitations_line')} icon="mail" />}
      />
      {withdrawing && (
        <ConfirmDialog
          title={t('withdraw_title', { name: withdrawing.name })}
          action={t('withdraw')}
          danger
          onClose={() => setWithdrawing(null)}
          onConfirm={async () => {
            await staff.withdrawInvitation(withdrawing.id)
            say(t('withdrawn'))
            list.page.reload()
          }}
        >
          <p>{t('withdraw_line')}</p>
        </ConfirmDialog>
      )}
    </>
  )
}
