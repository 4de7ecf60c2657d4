import type { HoverPhase } from '@paume/camera'
import type { Device } from '@paume/contract'
import type { RefObject } from 'react'
import type { ScreenLamp } from '../../capture/screen-lamp.ts'
import { ScreenLight } from '../../capture/screen-light.tsx'
import type { CameraHandle } from '../../capture/use-hand-camera.ts'
import { Button, Notice } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { Icon } from '../../design/icons.tsx'
import { PalmFigure } from '../../design/palm-figure.tsx'
import { sentenceKey, wayKey } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'
import { Eye } from '../screens/hover-screen.tsx'
import type { RefundShown } from './use-refund-hover.ts'

interface RefundScreenProps {
  device: Device
  camera: CameraHandle
  lamp: RefObject<ScreenLamp | null>
  phase: HoverPhase
  shown: Exclude<RefundShown, { at: 'none' }>
  onCancel: () => void
}

/** A hand for a refund without a receipt: says what it is for, who sees what, and that nothing is charged. */
export function RefundScreen({ device, camera, lamp, phase, shown, onCancel }: RefundScreenProps) {
  const { t, plural } = useText()
  if (shown.at === 'ended')
    return (
      <Screen name="refund-ended" middle className="end">
        <span className={shown.found ? 'end-sign' : 'end-sign end-sign-bad'}>
          <Icon name={shown.found ? 'check' : 'cross'} sizePx={96} />
        </span>
        <h1 role="alert">{t(shown.found ? 'refund.found' : 'refund.not_found')}</h1>
        <p className="end-line">{t(shown.found ? 'refund.found_line' : 'refund.not_found_line')}</p>
      </Screen>
    )
  const { askedHand, hoversLeft } = shown.asked
  const seen = phase.phase === 'waiting' ? null : phase.hand
  return (
    <Screen name="refund" className="pay pay-two">
      <div className="pay-head">
        <h1>{t('refund.title')}</h1>
      </div>
      <div className="pay-notes stack">
        <p>{t('refund.line', { shop: device.shop.name })}</p>
        {askedHand && shown.at === 'hover' && (
          <Notice tone="good" urgent>
            <p>{t(askedHand === 'L' ? 'guidance.other_left' : 'guidance.other_right')}</p>
          </Notice>
        )}
        {shown.at === 'hover' && !askedHand && shown.guidance && (
          <Notice tone="warn" urgent>
            <p>
              {t(`guidance.${shown.guidance}`)}. {plural('terminal.tries', hoversLeft)}.
            </p>
          </Notice>
        )}
        {shown.at === 'hover' && shown.trouble && (
          <Notice tone="bad" urgent>
            <p>{t(sentenceKey(shown.trouble))}</p>
            <p>{t(wayKey(shown.trouble))}</p>
          </Notice>
        )}
      </div>
      <ScreenLight phase={phase} hand={askedHand ?? seen} lamp={lamp} />
      <div className="pay-eye">
        {shown.at === 'checking' ? (
          <div className="checking stack centre" role="status">
            <PalmFigure side="R" linesDrawn={2} breathing className="checking-palm" />
            <p className="checking-line">{t('refund.looking')}</p>
          </div>
        ) : (
          <Eye {...{ device, camera, phase, asked: askedHand, preparing: false }} />
        )}
      </div>
      {shown.at === 'hover' && (
        <Button look="plain" large className="pay-cancel" onClick={onCancel}>
          {t('refund.cancel')}
        </Button>
      )}
    </Screen>
  )
}
