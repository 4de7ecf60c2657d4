import type { TillDayClosing, TillDayReport } from '@paume/contract'
import { useState } from 'react'
import { Button } from '../../design/controls.tsx'
import { useText } from '../../language/text.ts'
import { parsePrice } from '../catalogue.ts'

interface CountFieldProps {
  label: string
  value: string
  wrong: boolean
  onChange: (value: string) => void
}

function CountField({ label, value, wrong, onChange }: CountFieldProps) {
  const { t } = useText()
  return (
    <label className="form-field">
      <span className="label">{label}</span>
      <input
        className="field field-small"
        inputMode="decimal"
        autoComplete="off"
        maxLength={14}
        value={value}
        aria-invalid={wrong}
        onChange={(event) => onChange(event.target.value)}
      />
      {wrong && (
        <span className="field-wrong small" role="alert">
          {t('till.bad_count')}
        </span>
      )}
    </label>
  )
}

/** Nothing typed is no count; a drawer may be empty: nought is one. Null for what is no amount. */
export function countOf(typed: string, currency: string): bigint | 'none' | null {
  if (typed.trim() === '') return 'none'
  return /^0+([.,]0+)?$/.test(typed.trim()) ? 0n : parsePrice(typed, currency)
}

interface CloseDayProps {
  day: TillDayReport
  busy: boolean
  onClose: (closing: TillDayClosing) => void
}

/** The drawer: what was in it, what should be, what is. Then the day is closed, for good. */
export function CloseDay({ day, busy, onClose }: CloseDayProps) {
  const { t, money } = useText()
  const [morning, setMorning] = useState('')
  const [counted, setCounted] = useState('')
  const [sure, setSure] = useState(false)
  const { currency } = day
  const cash = day.tenders.find(({ kind }) => kind === 'cash')
  const floated = countOf(morning, currency)
  const floatMinor = typeof floated === 'bigint' ? floated : 0n
  const expectedMinor = floatMinor + BigInt((cash?.paidMinor ?? 0) - (cash?.refundedMinor ?? 0))
  const countedMinor = countOf(counted, currency)
  const offMinor = typeof countedMinor === 'bigint' ? countedMinor - expectedMinor : null
  const wrong = floated === null || countedMinor === null
  const drawer =
    typeof countedMinor === 'bigint' ? { floatMinor: Number(floatMinor), countedMinor: Number(countedMinor) } : null
  return (
    <section className="stack-s no-print close-day" aria-label={t('till.close')}>
      <h3>{t('till.close')}</h3>
      <div className="item-fields">
        <CountField label={t('till.day_float')} value={morning} wrong={floated === null} onChange={setMorning} />
        <CountField label={t('till.day_counted')} value={counted} wrong={countedMinor === null} onChange={setCounted} />
      </div>
      <p role="status">
        {t('till.day_expected', { amount: money(expectedMinor, currency) })}{' '}
        {offMinor !== null && (
          <b>
            {offMinor === 0n
              ? t('till.day_fits')
              : t(offMinor > 0n ? 'till.day_over' : 'till.day_short', {
                  amount: money(offMinor > 0n ? offMinor : -offMinor, currency),
                })}
          </b>
        )}
      </p>
      <p className="soft small">{t('till.close_line')}</p>
      {sure ? (
        <div className="row">
          <Button look="main" disabled={busy || wrong} onClick={() => onClose({ drawer })}>
            {t(drawer ? 'till.close_now' : 'till.close_uncounted')}
          </Button>
          <Button onClick={() => setSure(false)}>{t('page.cancel')}</Button>
        </div>
      ) : (
        <div className="row">
          <Button look="main" disabled={busy || wrong} onClick={() => setSure(true)}>
            {t('till.close')}
          </Button>
        </div>
      )}
    </section>
  )
}
