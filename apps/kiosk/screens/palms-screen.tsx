import type { Device, HandSide } from '@paume/contract'
import { CameraPane } from '../../capture/camera-pane.tsx'
import { CameraTrouble } from '../../capture/camera-trouble.tsx'
import type { CameraHandle } from '../../capture/use-hand-camera.ts'
import { Button, Notice } from '../../design/controls.tsx'
import { PalmFigure } from '../../design/palm-figure.tsx'
import { useText } from '../../language/text.ts'
import { CannotShow, StepFrame } from '../step-frame.tsx'
import { dueHand, type PalmsView } from '../use-palms.ts'
import type { StepProps } from './step-props.ts'

/** Both palms as figures; every good picture draws one of the three creases. */
function Count({ side, good, needed, due }: { side: HandSide; good: number; needed: number; due: boolean }) {
  const { t } = useText()
  const name = t(side === 'L' ? 'kiosk.palm_left' : 'kiosk.palm_right')
  const drawn = Math.min(3, Math.round((3 * good) / needed))
  return (
    <li className="count" data-due={due}>
      <PalmFigure side={side} linesDrawn={drawn} />
      <p>
        <strong>{name}</strong>
        <br />
        <span className="small">{t('kiosk.palm_frames', { good: Math.min(good, needed), needed })}</span>
      </p>
    </li>
  )
}

interface PalmsScreenProps extends StepProps {
  device: Device
  camera: CameraHandle
  view: PalmsView
}

export function PalmsScreen({ flow, frame, device, camera, view }: PalmsScreenProps) {
  const { t } = useText()
  const { palms } = flow.enrolment
  const hand = dueHand(flow.enrolment)
  const { goodFrames, needed } = palms[hand]
  return (
    <StepFrame {...frame} screen="palms" action={<CannotShow onLeave={frame.onNoThanks} />}>
      <div className="palms">
        <div className="palms-side">
          <h1>{t(hand === 'L' ? 'kiosk.palm_title_left' : 'kiosk.palm_title_right')}</h1>
          <p>{t('kiosk.palm_line')}</p>
          <ul className="counts" aria-live="polite">
            <Count side="L" good={palms.L.goodFrames} needed={palms.L.needed} due={hand === 'L'} />
            <Count side="R" good={palms.R.goodFrames} needed={palms.R.needed} due={hand === 'R'} />
          </ul>
          {hand === 'R' && goodFrames === 0 && (
            <Notice tone="good" urgent>
              <p>{t('kiosk.palm_half')}</p>
            </Notice>
          )}
          {view.at === 'guiding' && view.guidance && (
            <Notice tone="warn" urgent>
              <p>{t(`guidance.${view.guidance.code}`)}</p>
            </Notice>
          )}
        </div>
        <PalmsEye {...{ device, camera, view, hand }} linesDrawn={Math.min(3, Math.round((3 * goodFrames) / needed))} />
      </div>
    </StepFrame>
  )
}

interface PalmsEyeProps extends Pick<PalmsScreenProps, 'device' | 'camera' | 'view'> {
  hand: HandSide
  linesDrawn: number
}

function PalmsEye({ device, camera, view, hand, linesDrawn }: PalmsEyeProps) {
  const { t } = useText()
  switch (camera.state.at) {
    case 'off':
    case 'starting':
      return (
        <div className="camera camera-waiting">
          <p role="status">{t('camera.starting')}</p>
        </div>
      )
    case 'failed':
      return (
        <CameraTrouble
          fault={camera.state.fault}
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
      const phase = view.at === 'sending' ? ({ phase: 'burst', taken: 1, of: 1, hand } as const) : view.phase
      return (
        <CameraPane view={camera.state.view} phase={phase} hand={hand} linesDrawn={linesDrawn}>
          {view.at === 'sending' && (
            <p className="camera-over" role="status">
              {t('kiosk.palm_sending')}
            </p>
          )}
        </CameraPane>
      )
    }
  }
}

/** The 1:N check at the end. A palm that is registered already stops here. */
export function FinishingScreen({ flow, frame, actions }: StepProps) {
  const { t } = useText()
  return (
    <StepFrame
      {...frame}
      screen="finishing"
      action={
        flow.trouble && flow.trouble.code !== 'palm_already_enrolled' ? (
          <Button look="main" large disabled={flow.busy} onClick={actions.finish}>
            {t('page.again')}
          </Button>
        ) : undefined
      }
    >
      <div className="stack-l centre">
        <PalmFigure side="R" linesDrawn={3} breathing={!flow.trouble} className="figure-small" />
        <h1 role="status">{flow.trouble ? t('kiosk.step_palms') : t('kiosk.finishing')}</h1>
      </div>
    </StepFrame>
  )
}
