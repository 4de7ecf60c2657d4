import type { FalseRefusalsReport } from '@paume/contract'
import { useApi, useFormat, useLoad } from '../frame/index.ts'
import { EmptyState, Loaded, Panel, RowsTable } from '../parts/index.ts'
import type { TabQuery } from './funnel-tab.tsx'
import { useReportTexts } from './texts.ts'

type DeviceLine = FalseRefusalsReport['devices'][number]
type HourCell = DeviceLine['hours'][number]

/** From this share on a cell is as dark as it gets. */
const DARKEST_SHARE = 0.2
/** From this depth on letters are dark on it in the dark look, too: four and a half to one either way. */
const DARK_FROM = 0.7
/** Devices in the map; the table has all of them. */
const MOST_DEVICES = 40

const triesOf = ({ identified, refusedThenIdentified }: HourCell) => identified + refusedThenIdentified
const shareOf = (cell: HourCell) => cell.refusedThenIdentified / triesOf(cell)

/** Which devices refuse whom they know, and when. */
export function RefusalsTab({ query }: { query: TabQuery }) {
  const { t } = useReportTexts()
  const api = useApi()
  const load = useLoad(`refusals ${JSON.stringify(query)}`, (signal) => api.reports.falseRefusals(query, { signal }))
  return (
    <Loaded load={load} lines={8}>
      {({ devices }) =>
        devices.length === 0 ? (
          <EmptyState title={t('refusals_empty')} line={t('refusals_empty_line')} icon="hand" />
        ) : (
          <div className="stack-l">
            <p className="soft">{t('refusals_note')}</p>
            <Panel title={t('heat_label')}>
              <HeatMap devices={devices.slice(0, MOST_DEVICES)} />
            </Panel>
            <Devices devices={devices} />
          </div>
        )
      }
    </Loaded>
  )
}

/** A table of 24 columns: each cell as dark as the share, with the share written in it for those who do not see or trust the shade. */
function HeatMap({ devices }: { devices: readonly DeviceLine[] }) {
  const { t } = useReportTexts()
  // Hours of the wall clock belong to no zone.
  const { time, percent, number } = useFormat('UTC')
  const hours = Array.from({ length: 24 }, (_, hour) => hour)
  const clock = (hour: number) => time(Date.UTC(2000, 0, 1, hour))
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="heat-scroll" aria-label={t('heat_label')} tabIndex={0}>
        <table className="heat">
          <caption className="unseen">{t('heat_label')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('device')}</th>
              {hours.map((hour) => (
                <th key={hour} scope="col" aria-label={clock(hour)}>
                  {hour}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {devices.map(({ device, shop, hours: cells }) => (
              <tr key={`${device.id} ${shop.id}`}>
                <th scope="row">
                  {device.name}
                  <span className="soft"> {shop.name}</span>
                </th>
                {hours.map((hour) => {
                  const cell = cells[hour]!
                  const tries = triesOf(cell)
                  const words = { device: device.name, hour: clock(hour), count: number(tries) }
                  const title =
                    tries === 0 ? t('heat_none', words) : t('heat_cell', { ...words, share: percent(shareOf(cell), 1) })
                  const depth = tries === 0 ? 0 : Math.min(1, shareOf(cell) / DARKEST_SHARE)
                  return (
                    <td
                      key={hour}
                      title={title}
                      data-empty={tries === 0 || undefined}
                      data-deep={depth > DARK_FROM || undefined}
                    >
                      <span style={{ '--depth': depth } as React.CSSProperties}>
                        {tries === 0 ? '' : Math.round(shareOf(cell) * 100)}
                      </span>
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="heat-scale soft small" aria-hidden="true">
        {t('heat_less')} <span className="heat-ramp" /> {t('heat_more', { share: percent(DARKEST_SHARE) })}
      </p>
    </>
  )
}

function Devices({ devices }: { devices: readonly DeviceLine[] }) {
  const { t } = useReportTexts()
  const { number, percent } = useFormat()
  const count = (key: string, title: string, of: (row: DeviceLine) => number) => ({
    key,
    title,
    align: 'end' as const,
    value: of,
    cell: (row: DeviceLine) => number(of(row)),
  })
  return (
    <RowsTable
      label={t('refusals')}
      rows={devices}
      rowKey={(row) => `${row.device.id} ${row.shop.id}`}
      columns={[
        { key: 'device', title: t('device'), value: (row) => row.device.name, cell: (row) => row.device.name },
        { key: 'shop', title: t('shop'), value: (row) => row.shop.name, cell: (row) => row.shop.name },
        count('hovers', t('hovers'), (row) => row.hovers),
        count('identified', t('recognised'), (row) => row.identified),
        count('refused', t('refused'), (row) => row.refused),
        count('then', t('then_recognised'), (row) => row.refusedThenIdentified),
        {
          key: 'rate',
          title: t('share'),
          align: 'end',
          value: (row) => row.rate ?? -1,
          cell: (row) => (row.rate === null ? '–' : percent(row.rate, 1)),
        },
      ]}
    />
  )
}
