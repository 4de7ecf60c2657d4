import type { BrandFigures, Percentile, PeriodMoney, ShopFigures } from '@paume/contract'
import { useApi, useFormat, useLoad, withSearch } from '../frame/index.ts'
import { EmptyState, Loaded, Panel, RowsTable, Stat, Stats } from '../parts/index.ts'
import type { TabQuery } from './funnel-tab.tsx'
import { useReportTexts } from './texts.ts'

type Line = Pick<ShopFigures, 'hovers' | 'identified' | 'refused' | 'p50' | 'p95' | 'approved' | 'declined' | 'money'>

/** What shops and brands took and gave back, and how hovers went there. */
export function ShopsTab({ query }: { query: TabQuery }) {
  const { t } = useReportTexts()
  const format = useFormat()
  const api = useApi()
  const load = useLoad(`shops ${JSON.stringify(query)}`, (signal) => api.reports.shops(query, { signal }))
  return (
    <Loaded load={load} lines={8}>
      {({ money, shops, brands }) =>
        shops.every((shop) => shop.hovers + shop.approved + shop.declined + shop.money.length === 0) ? (
          <EmptyState title={t('shops_empty')} line={t('shops_empty_line')} icon="chart" />
        ) : (
          <div className="stack-l">
            <Stats>
              {money.map((each) => (
                <Stat
                  key={each.currency}
                  label={money.length > 1 ? t('charged_in', { currency: each.currency }) : t('charged')}
                  value={format.money(each.chargedMinor, each.currency)}
                  detail={t('money_detail', {
                    count: each.charges,
                    back: format.money(each.refundedMinor, each.currency),
                  })}
                />
              ))}
            </Stats>
            <p className="soft small">{t('shops_note')}</p>
            {brands.length > 1 && <Brands brands={brands} />}
            <Shops shops={shops} />
          </div>
        )
      }
    </Loaded>
  )
}

function useColumns<R extends Line>() {
  const { t } = useReportTexts()
  const format = useFormat()
  const count = (key: 'hovers' | 'identified' | 'refused' | 'approved' | 'declined', title: string) => ({
    key,
    title,
    align: 'end' as const,
    value: (row: R) => row[key],
    cell: (row: R) => format.number(row[key]),
  })
  const time = (key: 'p50' | 'p95') => ({
    key,
    title: t(key),
    align: 'end' as const,
    value: (row: R) => row[key]?.ms ?? 0,
    cell: (row: R) => <span className="nowrap">{timeOf(row[key])}</span>,
  })
  const timeOf = (of: Percentile) =>
    of === null ? '–' : of.orMore ? t('or_more', { time: format.duration(of.ms) }) : format.duration(of.ms)
  const money = (key: 'chargedMinor' | 'refundedMinor' | 'netMinor', title: string) => ({
    key,
    title,
    align: 'end' as const,
    value: (row: R) => row.money[0]?.[key] ?? 0,
    cell: (row: R) => row.money.map((each: PeriodMoney) => format.money(each[key], each.currency)).join(' · ') || '–',
  })
  return [
    count('hovers', t('hovers')),
    count('refused', t('refused')),
    time('p50'),
    time('p95'),
    count('approved', t('paid')),
    count('declined', t('declined')),
    money('chargedMinor', t('charged')),
    money('refundedMinor', t('refunded')),
    money('netMinor', t('net')),
  ]
}

function Brands({ brands }: { brands: readonly BrandFigures[] }) {
  const { t } = useReportTexts()
  const columns = useColumns<BrandFigures>()
  const name = ({ brand, organisation }: BrandFigures) => brand?.name ?? `${t('no_brand')}, ${organisation.name}`
  return (
    <Panel title={t('by_brand')}>
      <RowsTable
        label={t('by_brand')}
        rows={brands}
        rowKey={(row) => `${row.organisation.id} ${row.brand?.id}`}
        columns={[{ key: 'brand', title: t('brand'), value: name, cell: name }, ...columns]}
      />
    </Panel>
  )
}

function Shops({ shops }: { shops: readonly ShopFigures[] }) {
  const { t } = useReportTexts()
  const columns = useColumns<ShopFigures>()
  return (
    <Panel title={t('by_shop')}>
      <RowsTable
        label={t('by_shop')}
        rows={shops}
        rowKey={(row) => row.shop.id}
        rowHref={(row) => withSearch({ shopId: row.shop.id, brandId: null, name: row.shop.name })}
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
          ...columns,
        ]}
      />
    </Panel>
  )
}
