import type { HoverPhase } from '@paume/camera'
import type { Device } from '@paume/contract'
import type { RefObject } from 'react'
import type { ScreenLamp } from '../capture/screen-lamp.ts'
import { ScreenLight } from '../capture/screen-light.tsx'
import type { CameraHandle } from '../capture/use-hand-camera.ts'
import { Button, Notice } from '../design/controls.tsx'
import { Screen } from '../design/frame.tsx'
import { PalmFigure } from '../design/palm-figure.tsx'
import { sentenceKey, wayKey } from '../language/problem-text.ts'
import { useText } from '../language/text.ts'
import { Eye } from '../terminal/screens/hover-screen.tsx'
import { Heads } from './heads.tsx'
import type { GateState } from './state.ts'

interface OpenScreenProps {
  device: Device
  camera: CameraHandle
  lamp: RefObject<ScreenLamp | null>
  phase: HoverPhase
  state: Extract<GateState, { at: 'open' | 'checking' }>
  onPeople: (people: number) => void
  onCancel: () => void
}

/** The lane waits for a hand: what to do, how many they are, and what the camera sees. */
export function OpenScreen({ device, camera, lamp, phase, state, onPeople, onCancel }: OpenScreenProps) {
  const { t, money } = useText()
  const { pays } = state
  const asked = state.at === 'open' ? state.askedHand : null
  return (
    <Screen name={state.at === 'checking' ? 'checking' : 'gate-open'} className="pay pay-two gate">
      <div className="pay-head gate-head">
        <h1>
          {pays === null ? t('gate.come_in') : t('gate.pay_now', { amount: money(pays.owedMinor, pays.currency) })}
        </h1>
        <p className="soft">{t(pays === null ? 'gate.come_in_line' : 'gate.pay_now_line')}</p>
      </div>
      <div className="pay-notes stack">
        {state.at === 'open' && asked && (
          <Notice tone="good" urgent>
            <p>{t(asked === 'L' ? 'guidance.other_left' : 'guidance.other_right')}</p>
          </Notice>
        )}
        {state.at === 'open' && !asked && state.guidance && (
          <Notice tone="warn" urgent>
            <p>{t(`guidance.${state.guidance}`)}.</p>
            {state.guidance === 'not_recognised' && <p>{t('gate.not_known_way')}</p>}
          </Notice>
        )}
        {state.at === 'open' && state.trouble && (
          <Notice tone="bad" urgent>
            <p>{t(sentenceKey(state.trouble))}</p>
            <p>{t(wayKey(state.trouble))}</p>
          </Notice>
        )}
        {pays === null && state.at === 'open' && (
          <Heads people={state.people} onPeople={onPeople} label={t('gate.how_many')} />
        )}
      </div>
      <ScreenLight phase={phase} hand={asked ?? (phase.phase === 'waiting' ? null : phase.hand)} lamp={lamp} />
      <div className="pay-eye">
        {state.at === 'checking' ? (
          <div className="checking stack centre" role="status">
            <PalmFigure side="R" linesDrawn={3} breathing className="checking-palm" />
            <p className="checking-line">{t('terminal.sending')}</p>
          </div>
        ) : (
          <Eye {...{ device, camera, phase, asked, preparing: false }} />
        )}
      </div>
      {pays !== null && state.at === 'open' && (
        <Button look="plain" large className="pay-cancel" onClick={onCancel}>
          {t('gate.not_now')}
        </Button>
      )}
    </Screen>
  )
}
