import { type Device, ENROLMENT_TTL_MS, type Enrolment, type HandSide } from '@paume/contract'
import { Button } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { Icon } from '../../design/icons.tsx'
import { PalmFigure } from '../../design/palm-figure.tsx'
import { cardValues } from '../../language/brands.ts'
import { useText } from '../../language/text.ts'
import { StillThere, TimeLeft } from '../step-frame.tsx'
import type { Patience } from '../use-patience.ts'

interface DoneScreenProps {
  device: Device
  enrolment: Enrolment
  /** The only palm that was registered, or null for both. */
  onlyHand: HandSide | null
  patience: Patience
  onLeave: () => void
}

export function DoneScreen({ device, enrolment, onlyHand, patience, onLeave }: DoneScreenProps) {
  const { t, dateTime } = useText()
  const { receipt, card } = enrolment
  const line =
    onlyHand === null ? 'kiosk.done_line' : onlyHand === 'L' ? 'kiosk.done_line_left' : 'kiosk.done_line_right'
  return (
    <Screen name="done" className="kiosk done">
      <div className="done-head">
        {onlyHand !== 'R' && <PalmFigure side="L" linesDrawn={3} />}
        <span className="done-sign">
          <Icon name="check" sizePx={56} />
        </span>
        {onlyHand !== 'L' && <PalmFigure side="R" linesDrawn={3} />}
      </div>
      <div className="stack centre">
        <h1>{t(onlyHand === null ? 'kiosk.done_title' : 'kiosk.done_title_one')}</h1>
        {card && <p>{t(line, cardValues(card))}</p>}
      </div>
      <div className="done-columns">
        {receipt && (
          <section className="card stack" aria-labelledby="receipt">
            <h2 id="receipt">{t('kiosk.done_receipt')}</h2>
            <dl className="facts">
              <dt>{t('kiosk.done_consent')}</dt>
              <dd>{receipt.consentId}</dd>
              <dt>{t('kiosk.done_version')}</dt>
              <dd>{`${receipt.consentVersion} (${receipt.language})`}</dd>
              <dt>{t('kiosk.done_hash')}</dt>
              <dd>{receipt.consentSha256.slice(0, 16)}…</dd>
              <dt>{t('kiosk.done_agreed')}</dt>
              <dd>{dateTime(receipt.consentedAt)}</dd>
              <dt>{t('kiosk.done_registered')}</dt>
              <dd>{dateTime(receipt.enrolledAt)}</dd>
            </dl>
          </section>
        )}
        <section className="card stack" aria-labelledby="next">
          <h2 id="next">{t('kiosk.done_next')}</h2>
          <ul className="next stack">
            <li>{t('kiosk.done_next_1', { organisation: device.organisation.name })}</li>
            <li>{t('kiosk.done_next_2')}</li>
            <li>{t('kiosk.done_next_3')}</li>
          </ul>
        </section>
      </div>
      <div className="kiosk-foot no-print">
        <TimeLeft patience={patience} />
        <Button icon="print" large onClick={() => window.print()}>
          {t('register.print')}
        </Button>
        <Button look="main" large onClick={onLeave}>
          {t('kiosk.done_leave')}
        </Button>
      </div>
      <StillThere patience={patience} onTimedOut={onLeave} />
    </Screen>
  )
}

export function GoodbyeScreen({ why, onLeave }: { why: 'no_thanks' | 'timed_out' | 'offline'; onLeave: () => void }) {
  const { t } = useText()
  const line = {
    no_thanks: t('kiosk.goodbye_line'),
    timed_out: t('kiosk.goodbye_timeout'),
    offline: t('kiosk.goodbye_offline', { minutes: ENROLMENT_TTL_MS / 60_000 }),
  }[why]
  return (
    <Screen name="goodbye" middle className="kiosk stack-l centre">
      <PalmFigure side="R" linesDrawn={0} className="figure-small" />
      <h1>{t('kiosk.goodbye_title')}</h1>
      <p role="status">{line}</p>
      <Button look="main" large onClick={onLeave}>
        {t('kiosk.restart')}
      </Button>
    </Screen>
  )
}

interface ResumeScreenProps {
  patience: Patience
  onResume: () => void
  onEnd: () => void
}

export function ResumeScreen({ patience, onResume, onEnd }: ResumeScreenProps) {
  const { t } = useText()
  return (
    <Screen name="resume" middle className="kiosk stack-l">
      <h1>{t('kiosk.resume_title')}</h1>
      <p>{t('kiosk.resume_line')}</p>
      <div className="row">
        <Button look="main" large onClick={onResume}>
          {t('kiosk.resume_yes')}
        </Button>
        <Button large onClick={onEnd}>
          {t('kiosk.resume_no')}
        </Button>
      </div>
      <TimeLeft patience={patience} />
    </Screen>
  )
}
