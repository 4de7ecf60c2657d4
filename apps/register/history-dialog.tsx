import type { DeviceApi } from '@paume/client'
import type { Payment } from '@paume/contract'
import { useCallback, useEffect, useState } from 'react'
import { Button, Dialog } from '../design/controls.tsx'
import { useText } from '../language/text.ts'
import { PaymentDetails } from './payment-details.tsx'

interface HistoryDialogProps {
  api: DeviceApi
  /** Newest first. */
  paymentIds: string[]
  onClose: () => void
}

/** The payments of this session as the system has them now; one opened shows receipt, refund and void. */
export function HistoryDialog({ api, paymentIds, onClose }: HistoryDialogProps) {
  const { t, money, time } = useText()
  const [payments, setPayments] = useState<Payment[] | null>(null)
  const [opened, setOpened] = useState<string | null>(null)

  useEffect(() => {
    const stop = new AbortController()
    Promise.allSettled(paymentIds.map((id) => api.payments.get(id, { signal: stop.signal }))).then((replies) => {
      if (stop.signal.aborted) return
      setPayments(replies.flatMap((reply) => (reply.status === 'fulfilled' ? [reply.value] : [])))
    })
    return () => stop.abort()
  }, [api, paymentIds])

  const update = useCallback((next: Payment) => {
    setPayments((before) => before?.map((each) => (each.id === next.id ? next : each)) ?? null)
  }, [])
  const shown = payments?.find(({ id }) => id === opened)

  return (
    <Dialog
      title={shown ? t('register.reference', { reference: shown.reference }) : t('register.history')}
      onClose={() => (shown ? setOpened(null) : onClose())}
    >
      {shown ? (
        <PaymentDetails api={api} payment={shown} onChange={update} />
      ) : payments === null ? (
        <p className="soft">{t('page.loading')}</p>
      ) : payments.length === 0 ? (
        <p className="soft">{t('register.history_empty')}</p>
      ) : (
        <ul className="history">
          {payments.map((payment) => {
            const amount = money(payment.totalMinor, payment.currency)
            return (
              <li key={payment.id}>
                <button
                  type="button"
                  className="history-row"
                  aria-label={`${t('register.history_open', { amount, time: time(payment.createdAt) })}, ${t(`register.state_${payment.state}`)}`}
                  onClick={() => setOpened(payment.id)}
                >
                  <span>{time(payment.createdAt)}</span>
                  <strong>{amount}</strong>
                  <span className="history-state" data-state={payment.state}>
                    {t(`register.state_${payment.state}`)}
                    {payment.refundedMinor > 0 &&
                      ` · ${t('register.refunded', { amount: money(payment.refundedMinor, payment.currency) })}`}
                  </span>
                </button>
              </li>
            )
          })}
        </ul>
      )}
      {shown && (
        <div className="row no-print">
          <Button onClick={() => setOpened(null)}>{t('page.back')}</Button>
        </div>
      )}
    </Dialog>
  )
}
