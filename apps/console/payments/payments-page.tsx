import { PAYMENT_COLUMNS, PAYMENT_STATES, type PaymentListed, type PaymentListQuery } from '@paume/contract'
import { useMemo } from 'react'
import { day, oneOf, text, useApi, useFormat, useList, useSearch, withSearch } from '../frame/index.ts'
import { type Column, DataTable, EmptyState, ExportButton, FilterBar, PageHead } from '../parts/index.ts'
import { PaymentDrawer } from './payment-drawer.tsx'
import { StateOfPayment } from './state-of-payment.tsx'
import { usePaymentTexts } from './texts.ts'

const FILTERS = {
  state: oneOf(PAYMENT_STATES),
  from: day(),
  to: day(),
  last4: text(4),
  shopId: text(40),
  terminalId: text(40),
  organisationId: text(40),
}
const OPEN = { open: text(40) }

/** Payments that this person may see: found, looked at, given back. */
export function PaymentsPage() {
  const { t } = usePaymentTexts()
  const api = useApi()
  const [{ open }, setOpen] = useSearch(OPEN)
  const list = useList({
    name: 'payments',
    filters: FILTERS,
    sorts: PAYMENT_COLUMNS,
    first: '-createdAt',
    live: ['payment'],
    load: (query, signal) => api.payments.list(query as PaymentListQuery, { signal }),
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
            name: 'state',
            label: t('state'),
            options: PAYMENT_STATES.map((value) => ({ value, label: t(`state_${value}`) })),
          },
          { kind: 'days', from: 'from', to: 'to', label: t('days') },
          { kind: 'text', name: 'last4', label: t('last4') },
        ]}
      />
      <DataTable
        label={t('title')}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={(row) => row.reference}
        rowHref={(row) => withSearch({ open: row.id })}
        tools={
          <ExportButton
            path="/v1/console/payments.csv"
            query={list.query as Record<string, string>}
            fileName="payments.csv"
            action="export.payments"
          />
        }
        empty={<EmptyState title={t('empty')} line={t('empty_line')} icon="cash" />}
      />
      {open !== undefined && (
        <PaymentDrawer id={open} onClose={() => setOpen({ open: undefined })} onChanged={list.page.reload} />
      )}
    </>
  )
}

function useColumns(): Column<PaymentListed>[] {
  const { t } = usePaymentTexts()
  const { dateTime, money } = useFormat()
  return useMemo(
    () => [
      {
        key: 'created',
        title: t('created'),
        sort: 'createdAt',
        card: 'title',
        cell: (row) => <time dateTime={row.createdAt}>{dateTime(row.createdAt)}</time>,
      },
      { key: 'state', title: t('state'), sort: 'state', cell: (row) => <StateOfPayment state={row.state} /> },
      {
        key: 'amount',
        title: t('amount'),
        sort: 'amountMinor',
        align: 'end',
        cell: (row) => money(row.amountMinor + row.tipMinor, row.currency),
      },
      {
        key: 'refunded',
        title: t('refunded'),
        align: 'end',
        cell: (row) => (row.refundedMinor === 0 ? '–' : money(row.refundedMinor, row.currency)),
      },
      { key: 'shop', title: t('shop'), sort: 'shop', cell: (row) => row.shop.name },
      { key: 'reference', title: t('reference'), cell: (row) => row.reference },
      { key: 'card', title: t('card'), cell: (row) => (row.card ? `${row.card.brand} ${row.card.last4}` : '–') },
    ],
    [t, dateTime, money],
  )
}
