import './reports.css'
import type { ReportName } from '@paume/contract'
import { choice, day as dayParam, text, useFormat, useSearch } from '../frame/index.ts'
import { Button, ExportButton, PageHead, Tabs } from '../parts/index.ts'
import { DriftTab } from './drift-tab.tsx'
import { FunnelTab } from './funnel-tab.tsx'
import { PeriodChoice, periodOf } from './period-choice.tsx'
import { RefusalsTab } from './refusals-tab.tsx'
import { ShopsTab } from './shops-tab.tsx'
import { useReportTexts } from './texts.ts'

const TABS = ['funnel', 'refusals', 'drift', 'shops'] as const
const SEARCH = {
  report: choice(TABS),
  from: dayParam(),
  to: dayParam(),
  shopId: text(40),
  brandId: text(40),
  /** What `shopId` or `brandId` is called: the link that narrowed the page down knew. */
  name: text(80),
  device: text(80),
}
const NAMES: Record<(typeof TABS)[number], ReportName> = {
  funnel: 'funnel',
  refusals: 'false-refusals',
  drift: 'drift',
  shops: 'shops',
}

/** What happened over weeks: who comes and stays, who was refused in vain, whether devices see worse, and what shops took. */
export function ReportsPage() {
  const { t, language } = useReportTexts()
  const format = useFormat()
  const [search, setSearch] = useSearch(SEARCH)
  const { report, shopId, brandId } = search
  const { from, to } = periodOf(search)
  const query = { from, to, ...(shopId && { shopId }), ...(brandId && { brandId }) }
  const name = NAMES[report]
  return (
    <>
      <PageHead
        title={t('title')}
        line={t('line', { from: format.day(from), to: format.day(to) })}
        beside={
          (shopId || brandId) && (
            <Button icon="cross" onClick={() => setSearch({ shopId: undefined, brandId: undefined, name: undefined })}>
              {t('only', { name: search.name ?? shopId ?? brandId ?? '' })}
            </Button>
          )
        }
        actions={
          <>
            <ExportButton
              path={`/v1/console/reports/${name}`}
              query={{ ...query, format: 'csv' }}
              fileName={`${name}.csv`}
              label={t('csv')}
            />
            <ExportButton
              path={`/v1/console/reports/${name}`}
              query={{ ...query, format: 'pdf', language }}
              fileName={`${name}.pdf`}
              label={t('pdf')}
            />
          </>
        }
      />
      <PeriodChoice from={from} to={to} onPeriod={(period) => setSearch(period)} />
      <Tabs
        label={t('report')}
        tabs={TABS.map((value) => ({ value, label: t(`tab_${value}`) }))}
        value={report}
        onChange={(value) => setSearch({ report: value, device: undefined })}
      >
        {report === 'funnel' && <FunnelTab query={query} />}
        {report === 'refusals' && <RefusalsTab query={query} />}
        {report === 'drift' && <DriftTab query={query} open={search.device} />}
        {report === 'shops' && <ShopsTab query={query} />}
      </Tabs>
    </>
  )
}
