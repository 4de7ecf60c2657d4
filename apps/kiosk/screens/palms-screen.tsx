import type { Device, HandSide } from '@paume/contract'
import type { RefObject } from 'react'
import { CameraPane } from '../../capture/camera-pane.tsx'
import { CameraTrouble } from '../../capture/camera-trouble.tsx'
import { NO_HAND } from '../../capture/phase-line.ts'
import type { ScreenLamp } from '../../capture/screen-lamp.ts'
import { ScreenLight } from '../../capture/screen-light.tsx'
import type { CameraHandle } from '../../capture/use-hand-camera.ts'
import { Button, Notice } from '../../design/controls.tsx'
import { PalmFigure } from '../../design/palm-figure.tsx'
import { useText } from '../../language/text.ts'
import { OneHand } from '../one-hand.tsx'
import { doneHand, dueHand } from '../state.ts'
import { StepFrame } from '../step-frame.tsx'
import type { PalmsView } from '../use-palms.ts'
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
  lamp: RefObject<ScreenLamp | null>
  view: PalmsView
}

export function PalmsScreen({ flow, frame, actions, device, camera, lamp, view }: PalmsScreenProps) {
  const { t } = useText()
  const { enrolment, onlyHand } = flow
  const { palms } = enrolment
  const hand = dueHand(enrolment, onlyHand) ?? 'R'
  const sides = onlyHand === null ? (['L', 'R'] as const) : [onlyHand]
  const title =
    hand === 'L' ? 'kiosk.palm_title_left' : onlyHand === 'R' ? 'kiosk.palm_title_only_right' : 'kiosk.palm_title_right'
  const oneHand = (
    <OneHand done={doneHand(enrolment)} only={onlyHand} onOnly={actions.showOnly} onLeave={frame.onNoThanks} />
  )
  const { goodFrames, needed } = palms[hand]
  return (
    <StepFrame {...frame} screen="palms" action={oneHand}>
      <ScreenLight phase={view.at === 'guiding' ? view.phase : NO_HAND} hand={hand} lamp={lamp} />
      <div className="palms">
        <div className="palms-side">
          <h1>{t(title)}</h1>
          <p>{t('kiosk.palm_line')}</p>
          {isLit(device) && <p className="soft small">{t('kiosk.palm_light')}</p>}
          <ul className="counts" aria-live="polite">
            {sides.map((side) => (
              <Count
                key={side}
                side={side}
                good={palms[side].goodFrames}
                needed={palms[side].needed}
                due={hand === side}
              />
            ))}
          </ul>
          {hand === 'R' && onlyHand === null && goodFrames === 0 && (
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

/** Whether the screen will light the hand here. */
const isLit = ({ screen, flash }: Device) => screen === 'lights' && flash === 'required'

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
        <PalmFigure side={flow.onlyHand ?? 'R'} linesDrawn={3} breathing={!flow.trouble} className="figure-small" />
        <h1 role="status">
          {t(flow.trouble ? 'kiosk.step_palms' : flow.onlyHand ? 'kiosk.finishing_one' : 'kiosk.finishing')}
        </h1>
      </div>
    </StepFrame>
  )
}
