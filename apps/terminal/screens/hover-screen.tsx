import type { HoverPhase } from '@paume/camera'
import type { Device, GuidanceCode, Payment } from '@paume/contract'
import { type RefObject, useEffect, useState } from 'react'
import { CameraPane } from '../../capture/camera-pane.tsx'
import { CameraTrouble } from '../../capture/camera-trouble.tsx'
import type { ScreenLamp } from '../../capture/screen-lamp.ts'
import { ScreenLight } from '../../capture/screen-light.tsx'
import type { CameraHandle } from '../../capture/use-hand-camera.ts'
import { Button, Notice } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { PalmFigure } from '../../design/palm-figure.tsx'
import { sentenceKey, type Trouble, wayKey } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'
import { AmountHead } from '../amount-head.tsx'
import { TimeRing } from '../time-ring.tsx'

interface HoverScreenProps {
  device: Device
  camera: CameraHandle
  lamp: RefObject<ScreenLamp | null>
  phase: HoverPhase
  payment: Payment
  stage: 'preparing' | 'hover' | 'checking'
  guidance?: GuidanceCode | null
  trouble?: Trouble | null
  /** Asks to choose the card after the palm, or takes that back. */
  onChooseCard?: (wanted: boolean) => void
  onCancel?: () => void
}

/** The amount, and under it what the camera sees. The three creases: hand seen, pictures taken, card asked. */
export function HoverScreen(props: HoverScreenProps) {
  const { device, camera, lamp, phase, payment, stage, guidance, trouble, onChooseCard, onCancel } = props
  const { t, plural } = useText()
  const asked = payment.askedHand
  return (
    <Screen name={stage === 'checking' ? 'checking' : 'hover'} className="pay pay-two">
      <div className="pay-head">
        <AmountHead payment={payment} />
        {stage !== 'checking' && <TimeRing payment={payment} />}
      </div>
      <div className="pay-notes stack">
        {asked && stage !== 'checking' && (
          <Notice tone="good" urgent>
            <p>{t(asked === 'L' ? 'guidance.other_left' : 'guidance.other_right')}</p>
          </Notice>
        )}
        {!asked && guidance && stage === 'hover' && (
          <Notice tone="warn" urgent>
            <p>
              {t(`guidance.${guidance}`)}. {plural('terminal.tries', payment.hoversLeft)}.
            </p>
          </Notice>
        )}
        {trouble && stage === 'hover' && (
          <Notice tone="bad" urgent>
            <p>{t(sentenceKey(trouble))}</p>
            <p>{t(wayKey(trouble))}</p>
          </Notice>
        )}
        {onChooseCard && (
          <Button
            look="quiet"
            aria-pressed={payment.choosesCard === true}
            onClick={() => onChooseCard(payment.choosesCard !== true)}
          >
            {t(payment.choosesCard ? 'terminal.choose_after_set' : 'terminal.choose_after')}
          </Button>
        )}
      </div>
      <ScreenLight phase={phase} hand={asked ?? handOf(phase)} lamp={lamp} />
      <div className="pay-eye">
        {stage === 'checking' ? (
          <Checking payment={payment} />
        ) : (
          <Eye {...{ device, camera, phase, asked, preparing: stage === 'preparing' }} />
        )}
      </div>
      {onCancel && (
        <Button look="plain" large className="pay-cancel" onClick={onCancel}>
          {t('terminal.cancel')}
        </Button>
      )}
    </Screen>
  )
}

interface EyeProps extends Pick<HoverScreenProps, 'device' | 'camera' | 'phase'> {
  asked: Payment['askedHand']
  preparing: boolean
}

/** What the camera sees, or why it sees nothing. */
export function Eye({ device, camera, phase, asked, preparing }: EyeProps) {
  const { t } = useText()
  const { state } = camera
  switch (state.at) {
    case 'off':
    case 'starting':
      return (
        <div className="camera camera-waiting">
          <p role="status">{t(preparing ? 'terminal.preparing' : 'camera.starting')}</p>
        </div>
      )
    case 'failed':
      return (
        <CameraTrouble
          fault={state.fault}
          sandbox={device.sandbox}
          choice={camera.choice}
          onAgain={camera.again}
          onChoose={(choice) => {
            camera.choose(choice)
            camera.again()
          }}
        />
      )
    case 'ready': {
      const drawn = phase.phase === 'burst' ? 2 : phase.phase === 'holding' ? 1 : 0
      return <CameraPane view={state.view} phase={phase} hand={asked ?? handOf(phase)} linesDrawn={drawn} />
    }
  }
}

const handOf = (phase: HoverPhase) => (phase.phase === 'waiting' ? null : phase.hand)

/** After this long a word is said, so that nobody thinks the terminal has stopped. */
const SLOW_MS = 4_000

function Checking({ payment }: { payment: Payment }) {
  const { t } = useText()
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    return () => clearTimeout(timer)
  }, [])
  const asking = payment.state === 'authorising' || payment.state === 'identified'
  return (
    <div className="checking stack centre" role="status">
      <PalmFigure side="R" linesDrawn={asking ? 3 : 2} breathing className="checking-palm" />
      <p className="checking-line">{t(asking ? 'terminal.authorising' : 'terminal.sending')}</p>
      {slow && <p className="soft">{t('terminal.slow')}</p>}
    </div>
  )
}
