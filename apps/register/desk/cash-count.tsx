import { useState } from 'react'
import { useText } from '../../language/text.ts'
import { parsePrice } from '../catalogue.ts'

interface CashCountProps {
  /** Cash taken less cash given back. */
  movedMinor: bigint
  currency: string
}

/** The drawer: what was in it, what should be, what is. */
export function CashCount({ movedMinor, currency }: CashCountProps) {
  const { t, money } = useText()
  const [morning, setMorning] = useState('')
  const [counted, setCounted] = useState('')
  const expectedMinor = (parsePrice(morning, currency) ?? 0n) + movedMinor
  // A drawer may be empty: nought is a count, nothing typed is none.
  const isNought = /^0+([.,]0+)?$/.test(counted.trim())
  const countedMinor = isNought ? 0n : parsePrice(counted, currency)
  const offMinor = countedMinor === null ? null : countedMinor - expectedMinor
  const field = (label: string, value: string, onChange: (value: string) => void) => (
    <label className="form-field">
      <span className="label">{label}</span>
      <input
        className="field field-small"
        inputMode="decimal"
        autoComplete="off"
        maxLength={14}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
  return (
    <section className="stack-s" aria-label={t('till.day_cash')}>
      <h3>{t('till.day_cash')}</h3>
      <div className="item-fields">
        {field(t('till.day_float'), morning, setMorning)}
        {field(t('till.day_counted'), counted, setCounted)}
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
      <p className="soft small no-print">{t('till.day_kept')}</p>
    </section>
  )
}
