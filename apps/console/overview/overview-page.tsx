import './overview.css'
import type { Overview, Percentile } from '@paume/contract'
import { day as dayParam, text, useApi, useFormat, useLoad, useSearch, useSelf } from '../frame/index.ts'
import {
  Button,
  ButtonLink,
  EmptyState,
  ExportButton,
  IconButton,
  Loaded,
  PageHead,
  Stat,
  Stats,
} from '../parts/index.ts'
import { FiguresByPlace } from './figures-by-place.tsx'
import { HourCharts } from './hour-charts.tsx'
import { Reasons } from './reasons.tsx'
import { useOverviewTexts } from './texts.ts'

const SEARCH = { day: dayParam(), shopId: text(40), brandId: text(40) }
const A_MINUTE_MS = 60_000

/** The day as it is: hovers, paid, refused and why, how fast, how much, by the hour, by brand and shop. */
export function OverviewPage() {
  const { t } = useOverviewTexts()
  const format = useFormat()
  const api = useApi()
  const self = useSelf()
  const [search, setSearch] = useSearch(SEARCH)
  const query = { day: search.day, shopId: search.shopId, brandId: search.brandId }
  const overview = useLoad(`overview ${JSON.stringify(query)}`, (signal) => api.reports.overview(query, { signal }), {
    live: ['hovers', 'payment'],
    everyMs: A_MINUTE_MS,
  })
  const { data } = overview
  const only = data && (search.shopId ?? search.brandId) ? nameOf(data, search) : null
  const shownDay = search.day ?? data?.days.at(-1)
  return (
    <>
      <PageHead
        title={t('title')}
        line={
          <>
            {search.day ? t('line_day', { day: format.day(search.day) }) : t('line_today')}{' '}
            {data && t('made_at', { time: format.time(data.madeAt) })}
          </>
        }
        beside={
          only && (
            <Button icon="cross" onClick={() => setSearch({ shopId: undefined, brandId: undefined })}>
              {t('only', { name: only })}
            </Button>
          )
        }
        actions={
          <>
            <DayChoice day={search.day} shown={shownDay} onDay={(day) => setSearch({ day })} />
            {self.may('reports.read') && shownDay && (
              <ExportButton
                path="/v1/console/reports/shops"
                query={{ format: 'csv', from: shownDay, to: shownDay }}
                fileName={`overview-${shownDay}.csv`}
                label={t('export')}
              />
            )}
          </>
        }
      />
      <Loaded load={overview} lines={8}>
        {(figures) => <Figures figures={figures} />}
      </Loaded>
    </>
  )
}

function nameOf({ shops, brands }: Overview, { shopId, brandId }: { shopId?: string; brandId?: string }): string {
  const shop = shops.find((each) => each.shop.id === shopId)?.shop
  const brand = brands.find((each) => each.brand?.id === brandId)?.brand
  return shop?.name ?? brand?.name ?? shopId ?? brandId ?? ''
}

const A_DAY_MS = 86_400_000
const shift = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * A_DAY_MS).toISOString().slice(0, 10)

interface DayChoiceProps {
  day: string | undefined
  /** What is looked at when nobody chose. */
  shown: string | undefined
  onDay(day: string | undefined): void
}

function DayChoice({ day, shown, onDay }: DayChoiceProps) {
  const { t } = useOverviewTexts()
  return (
    <div className="day-choice">
      <IconButton
        icon="back"
        label={t('day_before')}
        disabled={!shown}
        onClick={() => shown && onDay(shift(shown, -1))}
      />
      <label>
        <span className="unseen">{t('day')}</span>
        <input
          type="date"
          className="input"
          value={shown ?? ''}
          onChange={(event) => onDay(event.target.value || undefined)}
        />
      </label>
      <IconButton
        icon="back"
        className="turned"
        label={t('day_after')}
        disabled={day === undefined || !shown}
        onClick={() => shown && onDay(shift(shown, 1))}
      />
      {day !== undefined && <Button onClick={() => onDay(undefined)}>{t('today')}</Button>}
    </div>
  )
}

function Figures({ figures }: { figures: Overview }) {
  const { t } = useOverviewTexts()
  const self = useSelf()
  const { hovers, payments, money } = figures
  const ended = payments.approved + payments.declined + payments.cancelled + payments.expired
  if (hovers.total === 0 && ended === 0 && money.length === 0)
    return (
      <EmptyState title={t('empty')} line={t('empty_line')} icon="hand">
        {self.may('shops.read') && <ButtonLink to="/console/shops">{t('empty_go')}</ButtonLink>}
      </EmptyState>
    )
  return (
    <div className="stack-l">
      <Tiles figures={figures} ended={ended} />
      <HourCharts hours={figures.hours} />
      <Reasons figures={figures} />
      <FiguresByPlace figures={figures} />
    </div>
  )
}

function Tiles({ figures, ended }: { figures: Overview; ended: number }) {
  const { t } = useOverviewTexts()
  const format = useFormat()
  const { hovers, payments, money } = figures
  const identified = hovers.byOutcome.find(({ outcome }) => outcome === 'identified')?.count ?? 0
  const refused = figures.hours.reduce((sum, hour) => sum + hour.refused, 0)
  const share = (part: number, whole: number) => (whole === 0 ? '–' : format.percent(part / whole))
  const time = (of: Percentile) =>
    of === null ? '–' : of.orMore ? t('or_more', { time: format.duration(of.ms) }) : format.duration(of.ms)
  return (
    <Stats>
      <Stat
        label={t('hovers')}
        value={format.number(hovers.total)}
        detail={t('recognised', { share: share(identified, hovers.total) })}
      />
      <Stat
        label={t('paid')}
        value={format.number(payments.approved)}
        detail={t('paid_detail', { share: share(payments.approved, ended), count: ended })}
      />
      <Stat
        label={t('refused')}
        value={format.number(refused)}
        detail={t('refused_detail', { share: share(refused, hovers.total) })}
      />
      <Stat label={t('middle')} value={time(hovers.p50)} detail={t('middle_detail')} />
      <Stat label={t('slow')} value={time(hovers.p95)} detail={t('slow_detail')} />
      {money.length === 0 && <Stat label={t('charged')} value="–" detail={t('no_money')} />}
      {money.map((each) => (
        <Stat
          key={each.currency}
          label={money.length > 1 ? t('charged_in', { currency: each.currency }) : t('charged')}
          value={format.money(each.chargedMinor, each.currency)}
          detail={t('money_detail', { count: each.charges, back: format.money(each.refundedMinor, each.currency) })}
        />
      ))}
    </Stats>
  )
}
