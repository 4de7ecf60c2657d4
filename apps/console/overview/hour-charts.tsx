import type { OverviewHour } from '@paume/contract'
import { useFormat, useReasonTexts } from '../frame/index.ts'
import { Chart, Panel } from '../parts/index.ts'
import { useOverviewTexts } from './texts.ts'

/** The day by the hour, as the clocks in the shops count it. */
export function HourCharts({ hours }: { hours: readonly OverviewHour[] }) {
  const { t } = useOverviewTexts()
  const { t: reason } = useReasonTexts()
  // Hours of the wall clock belong to no zone.
  const { time, number, numberShort } = useFormat('UTC')
  const hour = (value: number) => time(Date.UTC(2000, 0, 1, value))
  const x = {
    title: t('hour'),
    values: hours.map((each) => each.hour),
    text: (value: number) => `${hour(value)} – ${hour(value + 1)}`,
    short: hour,
  }
  const of = (count: (each: OverviewHour) => number) => hours.map(count)
  return (
    <div className="panels">
      <Panel title={t('hours_hovers')}>
        <Chart
          {...{ x, format: number, formatShort: numberShort, label: t('hours_hovers'), kind: 'bars' }}
          stacked
          series={[
            { label: reason('identified'), values: of((each) => each.identified) },
            { label: t('refused'), values: of((each) => each.refused), colour: 2 },
            { label: t('others'), values: of((each) => each.hovers - each.identified - each.refused), colour: 7 },
          ]}
        />
      </Panel>
      <Panel title={t('hours_payments')}>
        <Chart
          {...{ x, format: number, formatShort: numberShort, label: t('hours_payments'), kind: 'bars' }}
          stacked
          series={[
            { label: t('paid'), values: of((each) => each.approved), colour: 1 },
            { label: t('declined'), values: of((each) => each.declined), colour: 6 },
          ]}
        />
      </Panel>
    </div>
  )
}
