import { Button } from '../parts/index.ts'
import { useReportTexts } from './texts.ts'

export type Period = { from: string; to: string }

const A_DAY_MS = 86_400_000
/** Days that are looked at when the address names none. */
const DAYS_BY_DEFAULT = 28
const QUICK_DAYS = [7, 28, 91]

const before = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * A_DAY_MS).toISOString().slice(0, 10)

/** Today as the reader's own clock has it. */
function today(): string {
  const now = new Date()
  const two = (value: number) => String(value).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}

/** The days that the address asks for, filled up where it is silent, and never the wrong way round. */
export function periodOf({ from, to }: { from?: string | undefined; to?: string | undefined }): Period {
  const last = to ?? today()
  const first = from ?? before(last, DAYS_BY_DEFAULT - 1)
  return first <= last ? { from: first, to: last } : { from: last, to: first }
}

interface PeriodChoiceProps extends Period {
  onPeriod(period: { from: string | undefined; to: string | undefined }): void
}

/** Two days, and the periods that are asked for most. */
export function PeriodChoice({ from, to, onPeriod }: PeriodChoiceProps) {
  const { t } = useReportTexts()
  const now = today()
  return (
    <div className="period-choice no-print">
      <label>
        <span>{t('from')}</span>
        <input
          type="date"
          className="input"
          value={from}
          max={to}
          onChange={(event) => onPeriod({ from: event.target.value || undefined, to })}
        />
      </label>
      <label>
        <span>{t('to')}</span>
        <input
          type="date"
          className="input"
          value={to}
          min={from}
          onChange={(event) => onPeriod({ from, to: event.target.value || undefined })}
        />
      </label>
      <div className="row">
        {QUICK_DAYS.map((count) => {
          const start = before(now, count - 1)
          return (
            <Button
              key={count}
              look="quiet"
              aria-pressed={to === now && from === start}
              onClick={() => onPeriod({ from: start, to: now })}
            >
              {t('last_days', { count })}
            </Button>
          )
        })}
      </div>
    </div>
  )
}
