import {
  GATE_SESSION_COLUMNS,
  GATE_SESSION_STATES,
  type GateSessionQuery,
  type GateSessionRow,
  type GateShop,
} from '@paume/contract'
import { useMemo } from 'react'
import { oneOf, text, useApi, useFormat, useList, useLoad, useSearch, withSearch } from '../frame/index.ts'
import {
  type Column,
  DataTable,
  EmptyState,
  FilterBar,
  Loaded,
  PageHead,
  Stat,
  StatePill,
  Stats,
} from '../parts/index.ts'
import { stateKey, TONES } from './state-words.ts'
import { useGateTexts } from './texts.ts'
import { VisitDrawer } from './visit-drawer.tsx'

const FILTERS = { state: oneOf(GATE_SESSION_STATES), shop: text(40) }
const OPEN = { open: text(40) }
/** Who is in, what they took, and what is still to be paid: live. */
export function GatesPage() {
  const { t } = useGateTexts()
  const { dateTime } = useFormat()
  const api = useApi()
  const [{ open }, setOpen] = useSearch(OPEN)
  const shops = useLoad('gate shops', (signal) => api.gates.shops({ signal }), { live: ['gate', 'device'] })
  const list = useList({
    name: 'gates',
    filters: FILTERS,
    sorts: GATE_SESSION_COLUMNS,
    first: '-created',
    live: ['gate'],
    load: (query, signal) => api.gates.sessions(query as GateSessionQuery, { signal }),
  })
  const columns = useColumns()
  const options = (shops.data?.shops ?? []).map(({ shop }) => ({ value: shop.id, label: shop.name }))
  return (
    <>
      <PageHead title={t('gates')} line={t('gates_line')} />
      <Loaded load={shops} lines={2}>
        {(data) => <Standing shops={data.shops} />}
      </Loaded>
      <FilterBar
        list={list}
        filters={[
          {
            kind: 'select',
            name: 'state',
            label: t('state'),
            options: GATE_SESSION_STATES.map((value) => ({ value, label: t(stateKey(value)) })),
          },
          { kind: 'select', name: 'shop', label: t('shop'), options },
        ]}
      />
      <DataTable
        label={t('gates')}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={(row) => t('row', { at: dateTime(row.createdAt), shop: row.shop.name })}
        rowHref={(row) => withSearch({ open: row.id })}
        empty={<EmptyState title={t('empty')} line={t('empty_line')} icon="gate" />}
      />
      {open !== undefined && (
        <VisitDrawer id={open} onClose={() => setOpen({ open: undefined })} onChanged={() => list.page.reload()} />
      )}
    </>
  )
}

function Standing({ shops }: { shops: readonly GateShop[] }) {
  const { t } = useGateTexts()
  const { number, money } = useFormat()
  const sum = (of: (shop: GateShop) => number) => shops.reduce((total, shop) => total + of(shop), 0)
  const gates = shops.flatMap((shop) => shop.gates)
  const owing = shops.filter(({ owedMinor }) => owedMinor > 0)
  const currencies = [...new Set(owing.map(({ shop }) => shop.currency))]
  const owed = currencies.map((currency) =>
    money(
      owing.filter(({ shop }) => shop.currency === currency).reduce((total, shop) => total + shop.owedMinor, 0),
      currency,
    ),
  )
  return (
    <Stats>
      <Stat label={t('inside')} value={number(sum(({ inside }) => inside))} to={withSearch({ state: 'inside' })} />
      <Stat label={t('waiting')} value={number(sum(({ waiting }) => waiting))} to={withSearch({ state: 'left' })} />
      <Stat
        label={t('owed')}
        value={owed.length === 0 ? number(0) : owed.join(' · ')}
        tone={owed.length === 0 ? 'plain' : 'bad'}
        to={withSearch({ state: 'owing' })}
      />
      <Stat
        label={t('gates_count')}
        value={`${number(gates.filter(({ online }) => online).length)} / ${number(gates.length)}`}
      />
    </Stats>
  )
}

function useColumns(): Column<GateSessionRow>[] {
  const { t } = useGateTexts()
  const { dateTime, money, number } = useFormat()
  return useMemo(
    () => [
      {
        key: 'created',
        title: t('came'),
        sort: 'created',
        card: 'title',
        cell: (row) => <time dateTime={row.createdAt}>{dateTime(row.createdAt)}</time>,
      },
      {
        key: 'state',
        title: t('state'),
        sort: 'state',
        cell: (row) => <StatePill tone={TONES[row.state]}>{t(stateKey(row.state))}</StatePill>,
      },
      { key: 'shop', title: t('shop'), cell: (row) => row.shop.name },
      {
        key: 'who',
        title: t('who'),
        cell: (row) =>
          row.shopperRef === null ? (
            <span className="soft">{t('guest')}</span>
          ) : (
            <code>{row.shopperRef.slice(-8)}</code>
          ),
      },
      { key: 'group', title: t('group'), cell: (row) => number(row.groupSize) },
      {
        key: 'basket',
        title: t('basket'),
        cell: (row) => (row.pieces === 0 ? <span className="soft">–</span> : t('pieces', { count: row.pieces })),
      },
      {
        key: 'total',
        title: t('total'),
        sort: 'total',
        cell: (row) =>
          row.totalMinor === null ? <span className="soft">–</span> : money(row.totalMinor, row.currency),
      },
      {
        key: 'owed',
        title: t('owed'),
        sort: 'owed',
        cell: (row) =>
          row.owedMinor === 0 ? <span className="soft">–</span> : <strong>{money(row.owedMinor, row.currency)}</strong>,
      },
    ],
    [t, dateTime, money, number],
  )
}
