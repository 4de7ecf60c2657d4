import type { BrandFigures, Overview, PeriodMoney, ShopFigures } from '@paume/contract'
import { useFormat, withSearch } from '../frame/index.ts'
import { Panel, RowsTable } from '../parts/index.ts'
import { useOverviewTexts } from './texts.ts'

type Figures = Pick<ShopFigures, 'hovers' | 'identified' | 'refused' | 'p95' | 'approved' | 'money'>

/** Columns that brands and shops have alike. */
function useColumns<R extends Figures>() {
  const { t } = useOverviewTexts()
  const format = useFormat()
  const net = (money: readonly PeriodMoney[]) =>
    money.length === 0 ? '–' : money.map((each) => format.money(each.netMinor, each.currency)).join(' · ')
  return [
    {
      key: 'hovers',
      title: t('hovers'),
      align: 'end' as const,
      value: (row: R) => row.hovers,
      cell: (row: R) => format.number(row.hovers),
    },
    {
      key: 'refused',
      title: t('refused'),
      align: 'end' as const,
      value: (row: R) => (row.hovers === 0 ? 0 : row.refused / row.hovers),
      cell: (row: R) => (row.hovers === 0 ? '–' : format.percent(row.refused / row.hovers)),
    },
    {
      key: 'p95',
      title: t('p95'),
      align: 'end' as const,
      value: (row: R) => row.p95?.ms ?? 0,
      cell: (row: R) => (row.p95 ? format.duration(row.p95.ms) : '–'),
    },
    {
      key: 'paid',
      title: t('paid'),
      align: 'end' as const,
      value: (row: R) => row.approved,
      cell: (row: R) => format.number(row.approved),
    },
    {
      key: 'net',
      title: t('net'),
      align: 'end' as const,
      value: (row: R) => row.money[0]?.netMinor ?? 0,
      cell: (row: R) => net(row.money),
    },
  ]
}

/** The same figures by brand and by shop. A row narrows the whole page down to it. */
export function FiguresByPlace({ figures }: { figures: Overview }) {
  const { t } = useOverviewTexts()
  const { number } = useFormat()
  const brandColumns = useColumns<BrandFigures>()
  const shopColumns = useColumns<ShopFigures>()
  const { brands, shops } = figures
  const brandName = (row: BrandFigures) => row.brand?.name ?? t('no_brand')
  return (
    <>
      {brands.length > 1 && (
        <Panel title={t('brands')}>
          <RowsTable
            label={t('brands')}
            rows={brands}
            rowKey={(row) => `${row.organisation.id} ${row.brand?.id}`}
            rowHref={(row) => withSearch({ brandId: row.brand?.id ?? null, shopId: null })}
            columns={[
              { key: 'brand', title: t('brand'), value: brandName, cell: brandName },
              {
                key: 'organisation',
                title: t('organisation'),
                value: (row: BrandFigures) => row.organisation.name,
                cell: (row: BrandFigures) => row.organisation.name,
              },
              {
                key: 'shops',
                title: t('shops_count'),
                align: 'end',
                value: (row: BrandFigures) => row.shops,
                cell: (row: BrandFigures) => number(row.shops),
              },
              ...brandColumns,
            ]}
          />
        </Panel>
      )}
      {shops.length > 0 && (
        <Panel title={t('shops')}>
          <RowsTable
            label={t('shops')}
            rows={shops}
            rowKey={(row) => row.shop.id}
            rowHref={(row) => withSearch({ shopId: row.shop.id })}
            columns={[
              {
                key: 'shop',
                title: t('shop'),
                value: (row: ShopFigures) => row.shop.name,
                cell: (row: ShopFigures) => row.shop.name,
              },
              {
                key: 'brand',
                title: t('brand'),
                value: (row: ShopFigures) => row.brand?.name ?? '',
                cell: (row: ShopFigures) => row.brand?.name ?? '–',
              },
              ...shopColumns,
            ]}
          />
        </Panel>
      )}
    </>
  )
}
