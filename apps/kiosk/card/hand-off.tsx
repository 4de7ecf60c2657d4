import { Icon } from '../../design/icons.tsx'
import { QrCode } from '../../design/qr-code.tsx'
import { useTimeLeft } from '../../design/use-countdown.ts'
import { useText } from '../../language/text.ts'

/** How long this is still waited for. */
function WaitLeft({ endsAtMs }: { endsAtMs: number }) {
  const { t } = useText()
  const leftMs = useTimeLeft(endsAtMs) ?? 0
  const minutes = Math.floor(leftMs / 60_000)
  const seconds = Math.floor(leftMs / 1000) % 60
  return (
    <p className="wait-left soft" role="timer" aria-live="off">
      {t('kiosk.card_wait', { time: `${minutes}:${String(seconds).padStart(2, '0')}` })}
    </p>
  )
}

/** The card goes from the shopper's own phone to the processor's page; the address is the code. */
export function PhoneHandOff({ url, endsAtMs }: { url: string; endsAtMs: number }) {
  const { t } = useText()
  const address = new URL(url, location.origin).href
  return (
    <div className="hand-off">
      <QrCode text={address} label={t('kiosk.card_qr')} />
      <ol className="hand-off-steps">
        <li>{t('kiosk.card_phone_1')}</li>
        <li>{t('kiosk.card_phone_2')}</li>
        <li>{t('kiosk.card_phone_3')}</li>
      </ol>
      <p role="status">
        <strong>{t('kiosk.card_phone_waiting')}</strong>
      </p>
      <WaitLeft endsAtMs={endsAtMs} />
    </div>
  )
}

/** The card is held to a reader beside the kiosk. */
export function ReaderHandOff({ endsAtMs }: { endsAtMs: number }) {
  const { t } = useText()
  return (
    <div className="hand-off">
      <div className="reader-figure" aria-hidden="true">
        <Icon name="terminal" sizePx={120} />
      </div>
      <p role="status">
        <strong>{t('kiosk.card_reader_waiting')}</strong>
      </p>
      <p className="soft">{t('kiosk.card_reader_line')}</p>
      <WaitLeft endsAtMs={endsAtMs} />
    </div>
  )
}
