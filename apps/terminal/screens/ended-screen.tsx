import type { Payment, PaymentState } from '@paume/contract'
import { Button } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { Icon } from '../../design/icons.tsx'
import { cardValues } from '../../language/brands.ts'
import type { TextKey } from '../../language/tables.ts'
import { useText } from '../../language/text.ts'

/** Headline of each end. A payment that is still active is never shown here; it would read as "wait for the staff". */
const TITLES: Partial<Record<PaymentState, TextKey>> = {
  declined: 'terminal.refused',
  cancelled: 'terminal.cancelled',
  expired: 'terminal.expired',
}

export function EndedScreen({ payment, onDone }: { payment: Payment; onDone: () => void }) {
  const { t, money } = useText()
  const amount = money(payment.totalMinor, payment.currency)
  if (payment.state === 'approved') {
    return (
      <Screen name="approved" middle className="end end-approved">
        <span className="end-sign">
          <Icon name="check" sizePx={120} />
        </span>
        <h1 role="alert">
          {t('terminal.approved')}
          <span className="end-amount">{amount}</span>
        </h1>
        <p className="end-line">{t('terminal.to', { merchant: payment.merchantName })}</p>
        {payment.card && <p>{t('terminal.approved_card', cardValues(payment.card))}</p>}
        <p>{t('terminal.approved_bye')}</p>
      </Screen>
    )
  }
  const title = TITLES[payment.state]
  return (
    <Screen name="ended" middle className="end">
      <span className="end-sign end-sign-bad">
        <Icon name={title ? 'cross' : 'alert'} sizePx={96} />
      </span>
      <h1 role="alert">{t(title ?? 'terminal.unknown')}</h1>
      {title ? (
        <>
          {payment.reason && <p className="end-line">{t(`reason.${payment.reason}`)}</p>}
          <p className="end-way">
            <strong>{t('terminal.basket_kept')}</strong> {t('terminal.other_ways')}
          </p>
          <Button large onClick={onDone}>
            {t('page.close')}
          </Button>
        </>
      ) : (
        <p className="end-line">{t('terminal.unknown_line')}</p>
      )}
    </Screen>
  )
}
