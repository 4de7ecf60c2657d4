import type { DeviceApi } from '@paume/client'
import type { RefundHover } from '@paume/contract'
import { useEffect, useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { useText } from '../../language/text.ts'
import { TroubleNotice } from '../trouble-notice.tsx'
import { useWish } from '../use-wish.ts'

interface RefundByHoverProps {
  api: DeviceApi
  report: (error: unknown) => boolean
  terminalId: string
  /** The number on the receipt of the payment that staff and shopper picked: the refund goes on as with the paper. */
  onPick: (receiptNumber: string) => void
}

const AGAIN_MS = 1_000

/** A refund without a receipt: asks the terminal for the hand that paid, and lists what of this shop it found. */
export function RefundByHover({ api, report, terminalId, onPick }: RefundByHoverProps) {
  const { t, money, dateTime } = useText()
  const [asked, setAsked] = useState<RefundHover | null>(null)
  const { busy, trouble, run } = useWish(report)
  const id = asked?.id ?? null
  const open = asked !== null && (asked.state === 'waiting' || asked.state === 'matched')

  // biome-ignore lint/correctness/useExhaustiveDependencies: one watch for each hand that is asked for
  useEffect(() => {
    if (asked === null || !open) return
    const stop = new AbortController()
    const { signal } = stop
    const watch = async () => {
      let known: RefundHover = asked
      while (!signal.aborted && (known.state === 'waiting' || known.state === 'matched')) {
        try {
          known = await api.refundHovers.next(known, { signal })
          if (!signal.aborted) setAsked(known)
        } catch (error) {
          if (signal.aborted || report(error)) return
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
        }
      }
    }
    void watch()
    return () => stop.abort()
  }, [api, id, open])

  // A dialog that is closed asks for no hand any more, and the list is gone with it.
  useEffect(() => {
    if (id === null) return
    return () => void api.refundHovers.cancel(id).catch(() => {})
  }, [api, id])

  const begin = () => run('hand', async () => setAsked(await api.refundHovers.begin(terminalId)))
  return (
    <div className="stack">
      <TroubleNotice trouble={trouble} />
      {asked?.state === 'waiting' ? (
        <div className="row">
          <p role="status">{t('refund.waiting')}</p>
          <Button look="quiet" onClick={() => setAsked(null)}>
            {t('refund.stop')}
          </Button>
        </div>
      ) : (
        <Button look="plain" disabled={busy} onClick={begin}>
          {t('refund.ask')}
        </Button>
      )}
      {(asked?.state === 'failed' || asked?.state === 'expired') && (
        <Notice tone="warn" urgent>
          <p>{t(asked.state === 'failed' ? 'refund.failed' : 'refund.over')}</p>
        </Notice>
      )}
      {asked?.payments?.length === 0 && (
        <Notice tone="plain">
          <p>{t('refund.none')}</p>
        </Notice>
      )}
      {asked?.payments !== undefined && asked.payments.length > 0 && (
        <ul className="dialog-list" aria-label={t('refund.list')}>
          {asked.payments.map(
            ({ paymentId, paidAt, currency, capturedMinor, refundableMinor, receiptNumber, last4 }) => (
              <li key={paymentId}>
                <Button look="quiet" disabled={receiptNumber === undefined} onClick={() => onPick(receiptNumber ?? '')}>
                  {t('refund.pick', {
                    number: receiptNumber ?? '–',
                    time: dateTime(paidAt),
                    amount: money(refundableMinor, currency),
                    paid: money(capturedMinor, currency),
                    last4: last4 ?? '–',
                  })}
                </Button>
              </li>
            ),
          )}
        </ul>
      )}
    </div>
  )
}
