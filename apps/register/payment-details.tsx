import type { DeviceApi } from '@paume/client'
import type { Payment } from '@paume/contract'
import { useState } from 'react'
import { Button } from '../design/controls.tsx'
import { useText } from '../language/text.ts'
import { FreeAmount } from './free-amount.tsx'
import { ReceiptView } from './receipt-view.tsx'
import { isVoidable, refundableMinor } from './sale.ts'
import { TroubleNotice } from './trouble-notice.tsx'
import { useWish } from './use-wish.ts'

const REFUND_LINES = {
  pending: 'register.refund_pending',
  succeeded: 'register.refunded',
  failed: 'register.refund_failed',
} as const

interface RefundFormProps {
  leftMinor: bigint
  typedMinor: bigint
  currency: string
  busy: boolean
  onType: (typedMinor: bigint) => void
  onRefund: (amountMinor: bigint) => void
  onCancel: () => void
}

/** All that is left of a payment, or an amount. */
function RefundForm({ leftMinor, typedMinor, currency, busy, onType, onRefund, onCancel }: RefundFormProps) {
  const { t, money } = useText()
  return (
    <div className="stack">
      <p>{t('register.refund_left', { amount: money(leftMinor, currency) })}</p>
      <Button look="main" disabled={busy} onClick={() => onRefund(leftMinor)}>
        {t('register.refund_all', { amount: money(leftMinor, currency) })}
      </Button>
      <FreeAmount
        typedMinor={typedMinor}
        currency={currency}
        maxMinor={leftMinor}
        keyboard
        label={t('register.refund_amount')}
        action={(amount) => t('register.refund_part', { amount })}
        onType={onType}
        onDone={() => {
          if (!busy) onRefund(typedMinor)
        }}
      />
      <Button onClick={onCancel}>{t('page.cancel')}</Button>
    </div>
  )
}

interface PaymentDetailsProps {
  api: DeviceApi
  payment: Payment
  onChange: (next: Payment) => void
}

/** One payment afterwards: receipt, refunds, void. */
export function PaymentDetails({ api, payment, onChange }: PaymentDetailsProps) {
  const { t, money, dateTime } = useText()
  const [refunding, setRefunding] = useState(false)
  const [typedMinor, setTypedMinor] = useState(0n)
  const { busy, trouble, run } = useWish()
  const { currency } = payment
  const leftMinor = refundableMinor(payment)

  const refund = async (amountMinor: bigint) => {
    const done = await run(`refund ${amountMinor}`, async (idempotencyKey) =>
      onChange(await api.payments.refund(payment.id, { amountMinor: Number(amountMinor) }, { idempotencyKey })),
    )
    if (!done) return
    setRefunding(false)
    setTypedMinor(0n)
  }
  const release = () => run('void', async () => onChange(await api.payments.cancel(payment.id)))

  return (
    <div className="stack">
      <p>
        <strong>{money(payment.totalMinor, currency)}</strong> · {t(`register.state_${payment.state}`)} ·{' '}
        {dateTime(payment.createdAt)}
      </p>
      {payment.reason && <p>{t(`reason.${payment.reason}`)}</p>}
      {payment.refunds.map((each) => (
        <p key={each.id}>{t(REFUND_LINES[each.state], { amount: money(each.amountMinor, currency) })}</p>
      ))}
      <TroubleNotice trouble={trouble} />
      {refunding ? (
        <RefundForm
          {...{ leftMinor, typedMinor, currency, busy }}
          onType={setTypedMinor}
          onRefund={refund}
          onCancel={() => setRefunding(false)}
        />
      ) : (
        <div className="row">
          {payment.state === 'approved' && leftMinor > 0n && (
            <Button look="bad" onClick={() => setRefunding(true)}>
              {t('register.refund')}
            </Button>
          )}
          {isVoidable(payment) && (
            <>
              <p className="soft">{t('register.void_line')}</p>
              <Button look="bad" disabled={busy} onClick={release}>
                {t('register.void')}
              </Button>
            </>
          )}
        </div>
      )}
      {payment.receiptId && !refunding && <ReceiptView api={api} payment={payment} />}
    </div>
  )
}
