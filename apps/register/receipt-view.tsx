import type { DeviceApi } from '@paume/client'
import type { Payment, Receipt } from '@paume/contract'
import { useEffect, useState } from 'react'
import { Button, Notice } from '../design/controls.tsx'
import { useText } from '../language/text.ts'

/** Asks for the receipt again whenever the payment changes (a refund adds lines). */
export function ReceiptView({ api, payment }: { api: DeviceApi; payment: Payment }) {
  const { t } = useText()
  const [receipt, setReceipt] = useState<Receipt | null>(null)
  const [failed, setFailed] = useState(false)
  const [round, setRound] = useState(0)
  const { id, version } = payment

  // biome-ignore lint/correctness/useExhaustiveDependencies: version and round ask anew
  useEffect(() => {
    const stop = new AbortController()
    setFailed(false)
    api.payments
      .receipt(id, { signal: stop.signal })
      .then(setReceipt)
      .catch(() => {
        if (!stop.signal.aborted) setFailed(true)
      })
    return () => stop.abort()
  }, [api, id, version, round])

  return (
    <section className="receipt-box stack" aria-label={t('register.receipt')}>
      {receipt ? (
        <pre className="receipt">{receipt.lines.join('\n')}</pre>
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
        {failed && <Button onClick={() => setRound((before) => before + 1)}>{t('page.again')}</Button>}
      </div>
    </section>
  )
}
