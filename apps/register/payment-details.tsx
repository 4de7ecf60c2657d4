import { type DeviceApi, NetworkFailure } from '@paume/client'
import type { Payment } from '@paume/contract'
import { useRef, useState } from 'react'
import { Button, Notice } from '../design/controls.tsx'
import { sentenceKey, type Trouble, troubleOf, wayKey } from '../language/problem-text.ts'
import { useText } from '../language/text.ts'
import { FreeAmount } from './free-amount.tsx'
import { ReceiptView } from './receipt-view.tsx'
import { isVoidable, refundableMinor } from './sale.ts'

const REFUND_LINES = {
  pending: 'register.refund_pending',
  succeeded: 'register.refunded',
  failed: 'register.refund_failed',
} as const

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
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  // One key for one refund of one amount: pressed again after a lost reply, it is the same refund.
  const attempt = useRef<{ amountMinor: bigint; key: string } | null>(null)
  const { currency } = payment
  const leftMinor = refundableMinor(payment)

  const run = async (work: () => Promise<Payment>) => {
    setBusy(true)
    setTrouble(null)
    try {
      onChange(await work())
      attempt.current = null
      setRefunding(false)
      setTypedMinor(0n)
    } catch (error) {
      if (!(error instanceof NetworkFailure)) attempt.current = null
      setTrouble(troubleOf(error))
    } finally {
      setBusy(false)
    }
  }
  const refund = (amountMinor: bigint) => {
    if (attempt.current?.amountMinor !== amountMinor) attempt.current = { amountMinor, key: crypto.randomUUID() }
    const idempotencyKey = attempt.current.key
    return run(() => api.payments.refund(payment.id, { amountMinor: Number(amountMinor) }, { idempotencyKey }))
  }

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
      {trouble && (
        <Notice tone="bad" urgent>
          <p>{t(sentenceKey(trouble))}</p>
          <p>{t(wayKey(trouble))}</p>
        </Notice>
      )}
      {refunding ? (
        <div className="stack">
          <p>{t('register.refund_left', { amount: money(leftMinor, currency) })}</p>
          <Button look="main" disabled={busy} onClick={() => refund(leftMinor)}>
            {t('register.refund_all', { amount: money(leftMinor, currency) })}
          </Button>
          <FreeAmount
            typedMinor={typedMinor}
            currency={currency}
            maxMinor={leftMinor}
            keyboard
            label={t('register.refund_amount')}
            action={(amount) => t('register.refund_part', { amount })}
            onType={setTypedMinor}
            onDone={() => {
              if (!busy) refund(typedMinor)
            }}
          />
          <Button onClick={() => setRefunding(false)}>{t('page.cancel')}</Button>
        </div>
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
              <Button look="bad" disabled={busy} onClick={() => run(() => api.payments.cancel(payment.id))}>
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
