import type { DeviceApi } from '@paume/client'
import type { Payment, Receipt, Ticket } from '@paume/contract'
import { useEffect, useState } from 'react'
import { Button, Notice } from '../design/controls.tsx'
import { useText } from '../language/text.ts'
import { SendReceipt } from './send-receipt.tsx'
import { goodsLines, withGoods } from './slip.ts'
import { saleReference } from './ticket.ts'

/** Asks for the receipt again whenever the payment changes (a refund adds lines). */
export function ReceiptView({ api, payment }: { api: DeviceApi; payment: Payment }) {
  const text = useText()
  const { t } = text
  const [ticket, setTicket] = useState<Ticket | null>(null)
  const [receipt, setReceipt] = useState<Receipt | null>(null)
  const [failed, setFailed] = useState(false)
  const [round, setRound] = useState(0)
  const [sending, setSending] = useState(false)
  const { id, version } = payment
  const reference = saleReference(payment.reference)

  // What was sold goes into the receipt of the card. A payment of another kind of till has no ticket here.
  useEffect(() => {
    const stop = new AbortController()
    setTicket(null)
    api.counter.ticket(reference, { signal: stop.signal }).then(setTicket, () => {})
    return () => stop.abort()
  }, [api, reference])

  // biome-ignore lint/correctness/useExhaustiveDependencies: version and round ask anew
  useEffect(() => {
    const stop = new AbortController()
    setFailed(false)
    api.payments
      .receipt(id, { language: text.language, signal: stop.signal })
      .then(setReceipt)
      .catch(() => {
        if (!stop.signal.aborted) setFailed(true)
      })
    return () => stop.abort()
  }, [api, id, version, round, text.language])

  return (
    <section className="receipt-box stack" aria-label={t('register.receipt')}>
      {receipt ? (
        <pre className="receipt">
          {(ticket ? withGoods(receipt.lines, goodsLines(ticket, text)) : receipt.lines).join('\n')}
        </pre>
      ) : failed ? (
        <Notice tone="warn">
          <p>{t('register.receipt_missing')}</p>
        </Notice>
      ) : (
        <p className="soft">{t('page.loading')}</p>
      )}
      <div className="row no-print">
        {receipt && (
          <Button icon="print" onClick={() => window.print()}>
            {t('register.print')}
          </Button>
        )}
        {receipt && (
          <Button icon="mail" onClick={() => setSending(true)}>
            {t('receipt.send')}
          </Button>
        )}
        {failed && <Button onClick={() => setRound((before) => before + 1)}>{t('page.again')}</Button>}
      </div>
      {sending && <SendReceipt api={api} paymentId={id} onClose={() => setSending(false)} />}
    </section>
  )
}
