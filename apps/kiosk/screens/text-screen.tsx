import type { AgreedText } from '@paume/contract'
import { useState } from 'react'
import { Button } from '../../design/controls.tsx'
import { useText } from '../../language/text.ts'
import { StepFrame } from '../step-frame.tsx'
import type { StepProps } from './step-props.ts'

function Words({ text }: { text: AgreedText }) {
  const { t } = useText()
  return (
    <article className="words card" lang={text.language}>
      <h1>{text.title}</h1>
      {text.paragraphs.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      <p className="small soft">{t('kiosk.version', { version: text.version, hash: text.sha256.slice(0, 12) })}</p>
    </article>
  )
}

/** What happens, before any consent is asked for. */
export function NoticeScreen({ flow, frame, actions }: StepProps) {
  const { t } = useText()
  return (
    <StepFrame
      {...frame}
      screen="notice"
      action={
        <Button look="main" large disabled={flow.busy} onClick={actions.readNotice}>
          {t('kiosk.notice_read')}
        </Button>
      }
    >
      <Words text={flow.enrolment.texts.notice} />
    </StepFrame>
  )
}

/** Consent to the biometrics, or the terms: never both at once, never ticked beforehand. */
export function AgreementScreen({ flow, frame, actions, kind }: StepProps & { kind: 'consent' | 'terms' }) {
  const { t } = useText()
  const [ticked, setTicked] = useState(false)
  const text = flow.enrolment.texts[kind]
  const consent = kind === 'consent'
  return (
    <StepFrame
      {...frame}
      screen={kind}
      action={
        <Button look="main" large disabled={!ticked || flow.busy} onClick={() => actions.agree(text)}>
          {t(consent ? 'kiosk.consent_yes' : 'kiosk.terms_yes')}
        </Button>
      }
    >
      <Words text={text} />
      {consent && <p>{t('kiosk.consent_line')}</p>}
      <label className="tick card">
        <input type="checkbox" checked={ticked} onChange={(event) => setTicked(event.target.checked)} />
        <span>{t(consent ? 'kiosk.consent_check' : 'kiosk.terms_check')}</span>
      </label>
      {!ticked && <p className="small soft">{t('kiosk.consent_first')}</p>}
    </StepFrame>
  )
}
