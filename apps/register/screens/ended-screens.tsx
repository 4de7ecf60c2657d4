import type { DeviceApi } from '@paume/client'
import type { Payment } from '@paume/contract'
import { Button, Notice } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { Icon } from '../../design/icons.tsx'
import { useEnter } from '../../design/use-enter.ts'
import { cardValues } from '../../language/brands.ts'
import { useText } from '../../language/text.ts'
import { ReceiptView } from '../receipt-view.tsx'

interface PaidScreenProps {
  api: DeviceApi
  payment: Payment
  onNewSale: () => void
  onHistory: () => void
}

export function PaidScreen({ api, payment, onNewSale, onHistory }: PaidScreenProps) {
  const { t, money } = useText()
  useEnter(onNewSale)
  return (
    <Screen name="paid" middle className="ended">
      <div className="ended-columns">
        <section className="stack no-print">
          <span className="ended-sign ended-good">
            <Icon name="check" sizePx={64} />
          </span>
          <h1 role="status">{t('register.paid', { amount: money(payment.totalMinor, payment.currency) })}</h1>
          {payment.card && <p>{t('register.paid_by', cardValues(payment.card))}</p>}
          {payment.tipMinor > 0 && (
            <p className="soft">
              {t('terminal.with_tip', {
                amount: money(payment.amountMinor, payment.currency),
                tip: money(payment.tipMinor, payment.currency),
              })}
            </p>
          )}
          <div className="row">
            <Button look="main" large onClick={onNewSale}>
              {t('register.new_sale')}
            </Button>
            <Button onClick={onHistory}>{t('register.history')}</Button>
          </div>
        </section>
        <ReceiptView api={api} payment={payment} />
      </div>
    </Screen>
  )
}

export function NotPaidScreen({ payment, onBack }: { payment: Payment; onBack: () => void }) {
  const { t } = useText()
  useEnter(onBack)
  return (
    <Screen name="not-paid" middle className="ended">
      <section className="stack-l">
        <span className="ended-sign ended-bad">
          <Icon name="cross" sizePx={64} />
        </span>
        <h1>{t('register.not_paid')}</h1>
        <Notice tone="bad" urgent>
          <p>
            <strong>{t(`register.state_${payment.state}`)}.</strong> {payment.reason && t(`reason.${payment.reason}`)}
          </p>
        </Notice>
        <p>{t('register.way_on')}</p>
        <div className="row">
          <Button look="main" large onClick={onBack}>
            {t('register.back_to_basket')}
          </Button>
        </div>
      </section>
    </Screen>
  )
}
