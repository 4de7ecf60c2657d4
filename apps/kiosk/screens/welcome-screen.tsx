import { Button, Notice } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { PalmFigure } from '../../design/palm-figure.tsx'
import { sentenceKey, type Trouble } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'

interface WelcomeScreenProps {
  busy: boolean
  trouble: Trouble | null
  reached: boolean
  onStart: () => void
  onErase: () => void
}

export function WelcomeScreen({ busy, trouble, reached, onStart, onErase }: WelcomeScreenProps) {
  const { t } = useText()
  return (
    <Screen name="welcome" className="kiosk welcome">
      <div className="welcome-call">
        <div className="welcome-palms">
          <PalmFigure side="L" linesDrawn={3} breathing />
          <PalmFigure side="R" linesDrawn={3} breathing />
        </div>
        <h1>{t('kiosk.welcome_title')}</h1>
        <p className="welcome-line">{t('kiosk.welcome_line')}</p>
      </div>
      <ol className="welcome-steps">
        <li>{t('kiosk.welcome_1')}</li>
        <li>{t('kiosk.welcome_2')}</li>
        <li>{t('kiosk.welcome_3')}</li>
      </ol>
      <div className="stack">
        {!reached && (
          <Notice tone="warn" urgent>
            <p>
              <strong>{t('page.offline_title')}</strong>
            </p>
            <p>{t('page.offline_line')}</p>
          </Notice>
        )}
        {trouble && (
          <Notice tone="bad" urgent>
            <p>{t(sentenceKey(trouble))}</p>
            <p>{t('kiosk.same_price')}</p>
          </Notice>
        )}
        <Button look="main" large wide disabled={busy} onClick={onStart}>
          {t('kiosk.start')}
        </Button>
        <p className="welcome-free">{t('kiosk.welcome_free')}</p>
        <div className="row welcome-erase">
          <Button look="quiet" onClick={onErase}>
            {t('erase.open')}
          </Button>
        </div>
      </div>
    </Screen>
  )
}
