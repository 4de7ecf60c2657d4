import type { HandSide, Language } from '@paume/contract'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ScreenLamp } from '../capture/screen-lamp.ts'
import { useHandCamera } from '../capture/use-hand-camera.ts'
import { playCue } from '../design/cues.ts'
import { usePreference } from '../design/preferences.ts'
import { asSet, languagesOf, useDeviceSettings } from '../device/device-settings.ts'
import type { ReadyDevice } from '../device/ready-device.ts'
import { useHeartbeat } from '../device/use-heartbeat.ts'
import { language } from '../language/text.ts'
import { EraseScreens } from './erase/erase-screens.tsx'
import { CardScreen } from './screens/card-screen.tsx'
import { DoneScreen, GoodbyeScreen, ResumeScreen } from './screens/end-screens.tsx'
import { FinishingScreen, PalmsScreen } from './screens/palms-screen.tsx'
import { PhoneCodeScreen, PhoneScreen } from './screens/phone-screen.tsx'
import type { StepProps } from './screens/step-props.ts'
import { AgreementScreen, NoticeScreen } from './screens/text-screen.tsx'
import { WelcomeScreen } from './screens/welcome-screen.tsx'
import { isStep, patienceMs } from './state.ts'
import { useEnrolment } from './use-enrolment.ts'
import { usePalms } from './use-palms.ts'
import { usePatience } from './use-patience.ts'

/** The kiosk: one switch over where the registration stands. */
export function KioskApp({ device, api, report }: ReadyDevice) {
  const { state, show, actions } = useEnrolment(device, api, report)
  const palmsDue = state.at === 'palms' ? state.enrolment : null
  const settings = useDeviceSettings()
  const camera = useHandCamera(asSet(device, settings), palmsDue !== null)
  const lamp = useRef<ScreenLamp | null>(null)
  const view = usePalms(api, palmsDue, state.at === 'palms' ? state.onlyHand : null, camera, lamp, show, report)
  const reached = useHeartbeat(api, camera.condition, report, state.at === 'welcome')

  const onNoThanks = useCallback(() => actions.end('no_thanks'), [actions])
  const onOver = useCallback(
    () =>
      state.at === 'goodbye' || state.at === 'done' || state.at === 'erasing'
        ? actions.leave()
        : actions.end('timed_out'),
    [actions, state.at],
  )
  const seen = view.at === 'guiding' && view.phase.phase !== 'waiting'
  const good = palmsDue ? goodOf(palmsDue.palms) : 0
  const [cardElsewhere, setCardElsewhere] = useState(false)
  // While a card is typed on a phone nobody touches this screen; that wait has an end of its own.
  const limitMs = state.at === 'card' && cardElsewhere ? null : patienceMs(state)
  const patience = usePatience(state.at, limitMs, `${good} ${seen}`, onOver)
  useWords(
    state.at,
    isStep(state) ? state.enrolment.language : null,
    actions.setLanguage,
    languagesOf(settings, device),
  )
  useEffect(() => {
    if (state.at === 'finishing') actions.finish()
    if (state.at === 'done') playCue('approved')
  }, [state.at, actions])

  if (isStep(state)) {
    const { enrolment, busy, trouble, onlyHand } = state
    const props: StepProps = {
      flow: { enrolment, busy, trouble, onlyHand },
      actions,
      frame: { trouble, patience, onNoThanks, onTimedOut: onOver },
    }
    switch (state.at) {
      case 'notice':
        return <NoticeScreen {...props} />
      case 'consent':
        return <AgreementScreen key="consent" {...props} kind="consent" />
      case 'phone':
        return <PhoneScreen {...props} />
      case 'phone_code':
        return <PhoneCodeScreen {...props} />
      case 'card':
        return <CardScreen {...props} {...{ api, report }} onWaiting={setCardElsewhere} />
      case 'terms':
        return <AgreementScreen key="terms" {...props} kind="terms" />
      case 'palms':
        return <PalmsScreen {...props} {...{ device, camera, lamp, view }} />
      case 'finishing':
        return <FinishingScreen {...props} />
    }
  }
  switch (state.at) {
    case 'welcome':
      return <WelcomeScreen {...state} reached={reached} onStart={actions.start} onErase={actions.erase} />
    case 'erasing':
      return <EraseScreens patience={patience} onLeave={actions.leave} />
    case 'resume':
      return <ResumeScreen patience={patience} onResume={actions.resume} onEnd={onNoThanks} />
    case 'done':
      return (
        <DoneScreen
          {...{ device, patience, enrolment: state.enrolment, onlyHand: state.onlyHand }}
          onLeave={actions.leave}
        />
      )
    case 'goodbye':
      return <GoodbyeScreen why={state.why} onLeave={actions.leave} />
  }
}

const goodOf = (palms: Record<HandSide, { goodFrames: number }>) => palms.L.goodFrames + palms.R.goodFrames

/** The texts follow the language of the screen until consent is given; the next person begins in the shop's own language. */
function useWords(at: string, texts: Language | null, setLanguage: (next: Language) => void, shop: string[]) {
  const now = usePreference(language)
  useEffect(() => {
    if ((at === 'notice' || at === 'consent') && texts !== null && texts !== now) setLanguage(now)
  }, [at, texts, now, setLanguage])
  useEffect(() => {
    if (at === 'goodbye' || at === 'done' || at === 'erasing') {
      return () => {
        if (shop[0] === 'en' || shop[0] === 'fr') language.set(shop[0])
      }
    }
  }, [at, shop])
}
