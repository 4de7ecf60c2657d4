import { type DriftReport, FEWEST_FOR_DRIFT } from '@paume/contract'
import { useApi, useFormat, useLoad, withSearch } from '../frame/index.ts'
import { Chart, EmptyState, Loaded, Panel, RowsTable } from '../parts/index.ts'
import type { TabQuery } from './funnel-tab.tsx'
import { useReportTexts } from './texts.ts'

type Series = DriftReport['series'][number]

/** Lines in one picture; the table has all of them. */
const MOST_LINES = 7

const idOf = ({ device, shop, model }: Series) => `${device.id} ${shop.id} ${model}`
const lastMedian = ({ weeks }: Series) => weeks.findLast(({ median }) => median !== null)?.median ?? null
const secondsOf = (week: string) => Date.parse(`${week}T00:00:00Z`) / 1_000

/** From the first week that is known to the last; null while there are not two. */
function changeOf({ weeks }: Series): number | null {
  const known = weeks.filter(({ median }) => median !== null)
  return known.length < 2 ? null : known.at(-1)!.median! - known[0]!.median!
}

/** Whether devices see worse than they did. */
export function DriftTab({ query, open }: { query: TabQuery; open: string | undefined }) {
  const { t } = useReportTexts()
  const api = useApi()
  const load = useLoad(`drift ${JSON.stringify(query)}`, (signal) => api.reports.drift(query, { signal }))
  return (
    <Loaded load={load} lines={8}>
      {(report) =>
        report.series.length === 0 ? (
          <EmptyState title={t('drift_empty')} line={t('drift_empty_line')} icon="hand" />
        ) : (
          <div className="stack-l">
            <p className="soft">{t('drift_note', { few: FEWEST_FOR_DRIFT })}</p>
            <Medians report={report} open={open} />
            <Spread report={report} open={open} />
            <Devices series={report.series} />
          </div>
        )
      }
    </Loaded>
  )
}

/** The device that is looked at first, then those that sank most. */
const drawn = ({ series }: DriftReport, open: string | undefined) =>
  [...series]
    .sort((a, b) => Number(idOf(b) === open) - Number(idOf(a) === open) || (changeOf(a) ?? 0) - (changeOf(b) ?? 0))
    .slice(0, MOST_LINES)

function Medians({ report, open }: { report: DriftReport; open: string | undefined }) {
  const { t } = useReportTexts()
  const { day, number } = useFormat('UTC')
  const weeks = [...new Set(report.series.flatMap(({ weeks }) => weeks.map(({ week }) => week)))].sort()
  const text = (seconds: number) => day(new Date(seconds * 1_000).toISOString().slice(0, 10))
  const series = drawn(report, open)
  const models = new Set(series.map(({ model }) => model))
  return (
    <Panel title={t('drift_medians')}>
      <Chart
        label={t('drift_medians')}
        kind="line"
        x={{ title: t('week'), values: weeks.map(secondsOf), text, timeZone: 'UTC' }}
        format={(value) => t('nats', { value: number(value, 1) })}
        formatShort={(value) => number(value, 1)}
        series={series.map(({ device, shop, model, weeks: known }) => ({
          label: `${device.name}, ${shop.name}${models.size > 1 ? ` (${model})` : ''}`,
          values: weeks.map((week) => known.find((one) => one.week === week)?.median ?? null),
        }))}
      />
    </Panel>
  )
}

function Spread({ report, open }: { report: DriftReport; open: string | undefined }) {
  const { t } = useReportTexts()
  const { day, number, percent } = useFormat()
  const series = report.series.find((one) => idOf(one) === open) ?? drawn(report, open)[0]!
  const known = series.weeks.filter(({ shares }) => shares !== null)
  if (known.length === 0) return null
  const ends = known.length === 1 ? [known[0]!] : [known[0]!, known.at(-1)!]
  return (
    <Panel title={t('drift_spread', { device: `${series.device.name}, ${series.shop.name}` })}>
      <Chart
        label={t('drift_spread', { device: series.device.name })}
        kind="line"
        x={{
          title: t('median'),
          values: report.bucketsFrom.map((_, place) => place),
          text: (place) => t('nats_from', { value: number(report.bucketsFrom[place] ?? 0) }),
          short: (place) => number(report.bucketsFrom[place] ?? 0),
        }}
        format={(share) => percent(share, 1)}
        formatShort={(share) => percent(share)}
        series={ends.map(({ week, shares }) => ({ label: `${t('week')} ${day(week)}`, values: shares! }))}
      />
      <p className="soft small">{t('drift_spread_hint')}</p>
    </Panel>
  )
}

function Devices({ series }: { series: readonly Series[] }) {
  const { t } = useReportTexts()
  const { number } = useFormat()
  const signed = (value: number) => `${value > 0 ? '+' : ''}${number(value, 1)}`
  const hovers = ({ weeks }: Series) => weeks.reduce((sum, week) => sum + week.hovers, 0)
  return (
    <RowsTable
      label={t('drift')}
      rows={series}
      rowKey={idOf}
      rowHref={(row) => withSearch({ device: idOf(row) })}
      columns={[
        { key: 'device', title: t('device'), value: (row) => row.device.name, cell: (row) => row.device.name },
        { key: 'shop', title: t('shop'), value: (row) => row.shop.name, cell: (row) => row.shop.name },
        { key: 'model', title: t('model'), value: (row) => row.model, cell: (row) => <code>{row.model}</code> },
        { key: 'hovers', title: t('hovers'), align: 'end', value: hovers, cell: (row) => number(hovers(row)) },
        {
          key: 'median',
          title: t('median'),
          align: 'end',
          value: (row) => lastMedian(row) ?? -1,
          cell: (row) => {
            const median = lastMedian(row)
            return median === null ? t('too_few') : number(median, 1)
          },
        },
        {
          key: 'change',
          title: t('change'),
          align: 'end',
          value: (row) => changeOf(row) ?? 0,
          cell: (row) => {
            const change = changeOf(row)
            return change === null ? '–' : signed(change)
          },
        },
      ]}
    />
  )
}
