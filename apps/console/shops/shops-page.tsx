import { JURISDICTIONS, SHOP_COLUMNS, SHOP_FORMATS, SHOP_STATES, type ShopListed } from '@paume/contract'
import { useMemo } from 'react'
import { go, oneOf, text, useApi, useList, useSaid, useSearch, useSelf, yes } from '../frame/index.ts'
import {
  Button,
  ButtonLink,
  type Column,
  DataTable,
  EmptyState,
  FilterBar,
  PageHead,
  useToast,
} from '../parts/index.ts'
import { downloadSheets, downloadSigns } from './paper.ts'
import { ShopDialog } from './shop-dialog.tsx'
import { Serving, StateOfShop } from './state-of-shop.tsx'
import { useShopTexts } from './texts.ts'

const FILTERS = {
  state: oneOf(SHOP_STATES),
  format: oneOf(SHOP_FORMATS),
  jurisdiction: oneOf(JURISDICTIONS),
  brandId: text(40),
  phaseId: text(40),
  region: text(60),
  rolloutId: text(40),
  organisationId: text(40),
}
const OPEN = { new: yes() }
const LIVE = ['shop', 'device'] as const

/** Every shop that this person may see. */
export function ShopsPage() {
  const { t } = useShopTexts()
  const api = useApi()
  const { may } = useSelf()
  const [{ new: opened }, open] = useSearch(OPEN)
  const list = useList({
    name: 'shops',
    filters: FILTERS,
    sorts: SHOP_COLUMNS,
    live: LIVE,
    load: (query, signal) => api.shops.list(query, { signal }),
  })
  const columns = useColumns()
  const making = (
    <>
      {may('rollout.write') && (
        <ButtonLink to="/console/rollout" icon="rollout">
          {t('import_list')}
        </ButtonLink>
      )}
      {may('shops.write') && (
        <Button look="main" icon="plus" onClick={() => open({ new: true })}>
          {t('new_shop')}
        </Button>
      )}
    </>
  )
  return (
    <>
      <PageHead title={t('title')} line={t('line')} actions={making} />
      <FilterBar
        list={list}
        search={t('search')}
        filters={[
          {
            kind: 'select',
            name: 'state',
            label: t('state'),
            options: SHOP_STATES.map((value) => ({ value, label: t(`state_${value}`) })),
          },
          {
            kind: 'select',
            name: 'format',
            label: t('format'),
            options: SHOP_FORMATS.map((value) => ({ value, label: t(`format_${value}`) })),
          },
          { kind: 'text', name: 'region', label: t('region') },
        ]}
      />
      <DataTable
        label={t('title')}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        rowHref={(row) => `/console/shops/${row.id}`}
        bulk={may('rollout.write') ? (ids, rows) => <BulkPaper ids={ids} rows={rows} /> : undefined}
        empty={
          <EmptyState title={t('empty')} line={t('empty_line')} icon="shop">
            {making}
          </EmptyState>
        }
      />
      {opened && (
        <ShopDialog
          shop={null}
          onClose={() => open({ new: false })}
          onDone={(shop) => go(`/console/shops/${shop.id}`)}
        />
      )}
    </>
  )
}

function BulkPaper({ ids, rows }: { ids: readonly string[]; rows: readonly ShopListed[] }) {
  const { t, language } = useShopTexts()
  const say = useToast()
  const said = useSaid()
  const country = rows[0]?.country ?? 'US'
  const print = (work: Promise<void>) => void work.catch((error: unknown) => say(said(error).sentence, 'bad'))
  return (
    <>
      <Button icon="pair" onClick={() => print(downloadSheets(ids, country, language))}>
        {t('print_sheets')}
      </Button>
      <Button icon="print" onClick={() => print(downloadSigns(ids, country))}>
        {t('print_signs')}
      </Button>
    </>
  )
}

function useColumns(): readonly Column<ShopListed>[] {
  const { t } = useShopTexts()
  return useMemo(
    () => [
      { key: 'name', title: t('name'), sort: 'name', card: 'title', cell: (row) => row.name },
      { key: 'number', title: t('number'), sort: 'number', cell: (row) => row.number },
      { key: 'town', title: t('town'), sort: 'town', cell: (row) => [row.town, row.region].filter(Boolean).join(', ') },
      { key: 'brand', title: t('brand'), sort: 'brand', cell: (row) => row.brand?.name },
      { key: 'phase', title: t('phase'), sort: 'phase', optional: true, cell: (row) => row.phase?.name },
      { key: 'state', title: t('state'), sort: 'state', cell: (row) => <StateOfShop shop={row} /> },
      { key: 'serving', title: t('serves'), cell: (row) => <Serving shop={row} /> },
      {
        key: 'devices',
        title: t('devices'),
        cell: (row) => t('online_of', { online: row.online, made: row.devices }),
      },
      { key: 'format', title: t('format'), optional: true, cell: (row) => t(`format_${row.format}`) },
      { key: 'organisation', title: t('organisation'), optional: true, cell: (row) => row.organisation.name },
    ],
    [t],
  )
}
