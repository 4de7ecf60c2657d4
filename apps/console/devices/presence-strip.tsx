import type { DeviceHistory } from '@paume/contract'
import { useFormat } from '../frame/index.ts'
import { RowsTable } from '../parts/index.ts'
import './devices.css'
import { useDeviceTexts } from './texts.ts'

/** Narrower than this nobody sees it, of 1000. */
const THINNEST = 2

/** When the device was heard of, the last 24 hours: a strip to see, and its silences in a table. */
export function PresenceStrip({ spans }: DeviceHistory) {
  const { t } = useDeviceTexts()
  const { percent, dateTime, time, duration } = useFormat()
  const first = spans[0]
  const last = spans.at(-1)
  if (first === undefined || last === undefined) return <p className="soft">{t('never')}</p>
  const [from, until] = [Date.parse(first.from), Date.parse(last.until)]
  const lengthOf = (span: { from: string; until: string }) => Date.parse(span.until) - Date.parse(span.from)
  const at = (moment: string) => ((Date.parse(moment) - from) / (until - from)) * 1000
  const away = spans.filter(({ online }) => !online)
  const onlineMs = spans.filter(({ online }) => online).reduce((sum, span) => sum + lengthOf(span), 0)
  if (onlineMs === 0) return <p className="soft">{t('not_heard')}</p>
  const line = `${t('history_line', { share: percent(onlineMs / (until - from)) })} ${t('away', { count: away.length })}`
  return (
    <div className="stack">
      <div>
        <svg className="presence" viewBox="0 0 1000 40" preserveAspectRatio="none" role="img" aria-label={line}>
          {spans.map((span) => (
            <rect
              key={span.from}
              className={span.online ? 'presence-online' : 'presence-offline'}
              x={at(span.from)}
              width={Math.max(THINNEST, at(span.until) - at(span.from))}
              y={span.online ? 0 : 12}
              height={span.online ? 40 : 28}
            >
              <title>{`${time(span.from)} – ${time(span.until)}`}</title>
            </rect>
          ))}
        </svg>
        <div className="presence-hours soft small">
          <span>{dateTime(first.from)}</span>
          <span>{dateTime(last.until)}</span>
        </div>
      </div>
      <p>{line}</p>
      {away.length > 0 && (
        <RowsTable
          label={t('history')}
          rows={away.slice(-12).reverse()}
          rowKey={(span) => span.from}
          columns={[
            { key: 'state', title: t('state'), cell: () => t('state_offline') },
            {
              key: 'span',
              title: t('presence'),
              cell: (span) => t('from_until', { from: dateTime(span.from), until: time(span.until) }),
            },
            { key: 'length', title: '', align: 'end' as const, cell: (span) => duration(lengthOf(span)) },
          ]}
        />
      )}
    </div>
  )
}
