import type { DeviceKind, PairingStarted } from '@paume/contract'
import { Button, Notice } from '../design/controls.tsx'
import { Screen } from '../design/frame.tsx'
import { useTimeLeft } from '../design/use-countdown.ts'
import { sentenceKey, type Trouble, wayKey } from '../language/problem-text.ts'
import { useText } from '../language/text.ts'
import './device.css'

interface CodeScreenProps {
  started: PairingStarted
  sandbox: boolean
  onNewCode: () => void
}

/** The code an operator types in; screen readers get it letter by letter. */
export function CodeScreen({ started, sandbox, onNewCode }: CodeScreenProps) {
  const { t } = useText()
  const leftMs = useTimeLeft(Date.parse(started.expiresAt)) ?? 0
  const letters = started.code.replace('-', '')
  const spoken = [...letters].join(' ')
  return (
    <Screen name="pairing" middle className="stack-l centre">
      <h1>{t('pairing.title')}</h1>
      <p>{t('pairing.line')}</p>
      <p className="pairing-code" role="img" aria-label={t('pairing.code', { letters: spoken })}>
        {`${letters.slice(0, 4)}-${letters.slice(4)}`}
      </p>
      {leftMs > 0 ? (
        <p role="status">
          {t('pairing.waiting')} {t('pairing.left', { minutes: Math.ceil(leftMs / 60_000) })}
        </p>
      ) : (
        <Notice tone="warn" urgent>
          <p>{t('problem.pairing_code_expired')}</p>
        </Notice>
      )}
      <div className="row">
        <Button onClick={onNewCode}>{t('pairing.new_code')}</Button>
        {sandbox && (
          <a className="button button-quiet" href="/">
            {t('pairing.sandbox_hint')}
          </a>
        )}
      </div>
    </Screen>
  )
}

export function FailedScreen({ trouble, onAgain }: { trouble: Trouble; onAgain: () => void }) {
  const { t } = useText()
  return (
    <Screen name="pairing-failed" middle className="stack-l centre">
      <h1>{t('pairing.failed_title')}</h1>
      <Notice tone="bad" urgent>
        <p>{t(sentenceKey(trouble))}</p>
        <p>{t(wayKey(trouble))}</p>
      </Notice>
      <div className="row">
        <Button look="main" large onClick={onAgain}>
          {t('device.pair_again')}
        </Button>
        <a className="button button-quiet" href="/">
          {t('page.home')}
        </a>
      </div>
    </Screen>
  )
}

export function RevokedScreen({ kind, onAgain }: { kind: DeviceKind; onAgain: () => void }) {
  const { t } = useText()
  const terminal = kind === 'terminal'
  return (
    <Screen name="revoked" middle className="stack-l centre">
      <h1>{t(terminal ? 'terminal.revoked_title' : 'device.revoked_title')}</h1>
      <Notice tone="bad" urgent>
        <p>{t(terminal ? 'terminal.revoked_line' : 'device.revoked_line')}</p>
      </Notice>
      <Button onClick={onAgain}>{t('device.pair_again')}</Button>
    </Screen>
  )
}

/** `skewMs`: server's time minus ours; positive when this device is slow. */
export function ClockScreen({ skewMs }: { skewMs: number }) {
  const { t, time } = useText()
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  const values = { seconds, time: time(Date.now() + skewMs) }
  return (
    <Screen name="clock" middle className="stack-l centre">
      <h1>{t('device.clock_title')}</h1>
      <Notice tone="warn" urgent>
        <p>{skewMs > 0 ? t('device.clock_slow', values) : t('device.clock_fast', values)}</p>
      </Notice>
    </Screen>
  )
}
