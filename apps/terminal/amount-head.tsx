import type { Payment } from '@paume/contract'
import { useText } from '../language/text.ts'

/** Letters of an amount that fit beside the time in the largest type, also on a phone. */
const WIDE = 8

/** Amount and merchant, large: before any hand, and all the time while one is waited for. */
export function AmountHead({ payment }: { payment: Payment }) {
  const { t, money } = useText()
  const { currency } = payment
  const amount = money(payment.totalMinor, currency)
  return (
    <div className="amount-head">
      <h1>
        <span className="amount-label">{t('terminal.amount')}</span>
        <span className="amount" data-long={amount.length > WIDE}>
          {amount}
        </span>
        <span className="amount-to">{t('terminal.to', { merchant: payment.merchantName })}</span>
      </h1>
      {payment.tipMinor > 0 && (
        <p className="soft">
          {t('terminal.with_tip', {
            amount: money(payment.amountMinor, currency),
            tip: money(payment.tipMinor, currency),
          })}
        </p>
      )}
    </div>
  )
}
