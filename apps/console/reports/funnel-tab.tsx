import { FUNNEL_STEPS, type FunnelReport, type FunnelStep } from '@paume/contract'
import { useApi, useFormat, useLoad, withSearch } from '../frame/index.ts'
import { EmptyState, Loaded, Panel, RowsTable } from '../parts/index.ts'
import type { Period } from './period-choice.tsx'
import { useReportTexts } from './texts.ts'

export type TabQuery = Period & { shopId?: string; brandId?: string }

/** From the offer to the second payment. */
export function FunnelTab({ query }: { query: TabQuery }) {
  const { t } = useReportTexts()
  const api = useApi()
  const load = useLoad(`funnel ${JSON.stringify(query)}`, (signal) => api.reports.funnel(query, { signal }))
  return (
    <Loaded load={load} lines={6}>
      {(report) =>
        Object.values(report.total).every((count) => count === 0) ? (
          <EmptyState title={t('funnel_empty')} line={t('funnel_empty_line')} icon="hand" />
        ) : (
          <div className="stack-l">
            <Panel title={t('funnel')}>
              <Steps total={report.total} />
              <p className="soft small">{t('funnel_note')}</p>
            </Panel>
            <ByShop report={report} />
          </div>
        )
      }
    </Loaded>
  )
}

/** Bars that grow narrower: how many came to each step, and how many of the step before. */
function Steps({ total }: { total: FunnelReport['total'] }) {
  const { t } = useReportTexts()
  const { number, percent } = useFormat()
  const most = Math.max(...Object.values(total), 1)
  return (
    <ol className="funnel">
      {FUNNEL_STEPS.map((step, place) => {
        const earlier = place === 0 ? null : total[FUNNEL_STEPS[place - 1]!]
        return (
          <li key={step}>
            <span className="funnel-name">{t(step)}</span>
            <span className="funnel-bar">
              <span style={{ width: `${(total[step] / most) * 100}%` }} data-step={place + 1} />
            </span>
            <strong>{number(total[step])}</strong>
            <span className="soft funnel-share">
              {earlier !== null && earlier > 0 && t('of_step', { share: percent(total[step] / earlier) })}
            </span>
          </li>
        )
      })}
    </ol>
  )
}

type ShopLine = FunnelReport['shops'][number]

function ByShop({ report }: { report: FunnelReport }) {
  const { t } = useReportTexts()
  const { number } = useFormat()
  const column = (step: FunnelStep) => ({
    key: step,
    title: t(step),
    align: 'end' as const,
    value: (row: ShopLine) => row[step],
    cell: (row: ShopLine) => number(row[step]),
  })
  return (
    <Panel title={t('by_shop')}>
      <RowsTable
        label={t('by_shop')}
        rows={report.shops}
        rowKey={(row) => row.shop.id}
        rowHref={(row) => withSearch({ shopId: row.shop.id, brandId: null, name: row.shop.name })}
        columns={[
          {
            key: 'shop',
            title: t('shop'),
            value: (row: ShopLine) => row.shop.name,
            cell: (row: ShopLine) => row.shop.name,
          },
          {
            key: 'brand',
            title: t('brand'),
            value: (row: ShopLine) => row.brand?.name ?? '',
            cell: (row: ShopLine) => row.brand?.name ?? '–',
          },
          ...FUNNEL_STEPS.map(column),
        ]}
      />
    </Panel>
  )
}
