import { MOST_IN_A_GROUP } from '@paume/contract'
import { useEffect, useReducer, useRef } from 'react'
import type { ScreenLamp } from '../capture/screen-lamp.ts'
import { useHandCamera } from '../capture/use-hand-camera.ts'
import { playCue } from '../design/cues.ts'
import type { ReadyDevice } from '../device/ready-device.ts'
import { useHeartbeat } from '../device/use-heartbeat.ts'
import { OfflineScreen } from '../terminal/screens/offline-screen.tsx'
import { ByeScreen } from './bye-screen.tsx'
import { OpenScreen } from './open-screen.tsx'
import { PaidScreen, RefusedScreen, WelcomeScreen } from './outcome-screens.tsx'
import { fresh, nextState } from './state.ts'
import { useEntry } from './use-entry.ts'
import { useExits } from './use-exits.ts'

/** How long each outcome stays, ms: long enough to read and to count heads, short enough for who stands behind. */
const DWELL_MS = { welcome: 6_000, refused: 20_000, paid: 4_000, bye: 7_000 } as const

/** The lane of a checkout-free shop: one switch shows the moment. The camera runs only while a hand is waited for or checked. */
export function GateApp({ device, api, report }: ReadyDevice) {
  const [state, show] = useReducer(nextState, undefined, () => fresh())
  const camera = useHandCamera(device, state.at === 'open' || state.at === 'checking')
  const lamp = useRef<ScreenLamp | null>(null)
  const phase = useEntry(api, state, camera, lamp, show, report)
  const reached = useHeartbeat(api, camera.condition, report)
  useExits((session) => show({ type: 'left', session }), api)

  const at = state.at
  const dwellMs = at === 'open' || at === 'checking' ? null : DWELL_MS[at]
  const people = 'people' in state ? state.people : 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: counting heads gives the time anew
  useEffect(() => {
    if (dwellMs === null) return
    const timer = setTimeout(() => show({ type: 'done' }), dwellMs)
    return () => clearTimeout(timer)
  }, [dwellMs, people])
  useEffect(() => {
    if (at === 'welcome' || at === 'paid') playCue('approved')
    else if (at === 'refused') playCue('declined')
  }, [at])

  if (!reached) return <OfflineScreen read={state.at === 'checking'} />
  switch (state.at) {
    case 'open':
    case 'checking':
      return (
        <OpenScreen
          {...{ device, camera, lamp, phase, state }}
          onPeople={(people) => show({ type: 'people', people: Math.min(MOST_IN_A_GROUP, Math.max(1, people)) })}
          onCancel={() => show({ type: 'done' })}
        />
      )
    case 'welcome':
      return (
        <WelcomeScreen
          state={state}
          onPeople={(people) => {
            show({ type: 'counted', people })
            const session = state.entry.session
            if (session !== undefined) {
              api.gate
                .group(session, people)
                .then(({ groupSize }) => show({ type: 'counted', people: groupSize }))
                .catch((error) => {
                  show({ type: 'counted', people: state.people })
                  report(error)
                })
            }
          }}
        />
      )
    case 'refused':
      return (
        <RefusedScreen
          entry={state.entry}
          onPay={(balance) => show({ type: 'pay', balance })}
          onDone={() => show({ type: 'done' })}
        />
      )
    case 'paid':
      return <PaidScreen balance={state.balance} />
    case 'bye':
      return <ByeScreen session={state.session} />
  }
}
