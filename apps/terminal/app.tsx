import { useCallback, useEffect, useRef } from 'react'
import { quietly } from '../capture/phase-line.ts'
import type { ScreenLamp } from '../capture/screen-lamp.ts'
import { useHandCamera } from '../capture/use-hand-camera.ts'
import { playCue } from '../design/cues.ts'
import { asSet, useDeviceSettings } from '../device/device-settings.ts'
import type { ReadyDevice } from '../device/ready-device.ts'
import { useHeartbeat } from '../device/use-heartbeat.ts'
import { useReturnLanguage } from '../device/use-settings.ts'
import { RefundScreen } from './refund/refund-screen.tsx'
import { useRefundHand, useRefundHover } from './refund/use-refund-hover.ts'
import { CardScreen } from './screens/card-screen.tsx'
import { EndedScreen } from './screens/ended-screen.tsx'
import { HoverScreen } from './screens/hover-screen.tsx'
import { IdleScreen } from './screens/idle-screen.tsx'
import { OfflineScreen } from './screens/offline-screen.tsx'
import { TillScreenView } from './screens/till-screen.tsx'
import { TipScreen } from './screens/tip-screen.tsx'
import { useHover } from './use-hover.ts'
import { usePayment } from './use-payment.ts'
import { useTillScreen } from './use-till-screen.ts'

/** The terminal: one switch shows the payment of the moment. The camera runs only while a hand is waited for or checked. */
export function TerminalApp({ device, api, report }: ReadyDevice) {
  const { state, show, reached } = usePayment(api, report)
  const refund = useRefundHover(api, state.at === 'idle', report)
  const refunding = refund.shown.at === 'hover' || refund.shown.at === 'checking'
  const paying = state.at === 'preparing' || state.at === 'hover' || state.at === 'checking' || state.at === 'tip'
  const settings = useDeviceSettings()
  const camera = useHandCamera(asSet(device, settings), paying || refunding)
  const lamp = useRef<ScreenLamp | null>(null)
  const phase = quietly(useHover(api, state, camera, lamp, show, report), settings)
  const refundPhase = quietly(useRefundHand(api, refund, camera, lamp, report), settings)
  const till = useTillScreen(api, state.at === 'idle', report)
  const free = state.at === 'idle' && !refunding && till.screen === null
  const beats = useHeartbeat(api, camera.condition, report, free)
  useReturnLanguage(free)

  const end = state.at === 'ended' ? state.payment.state : null
  useEffect(() => {
    if (end === 'approved') playCue('approved')
    else if (end !== null) playCue('declined')
  }, [end])

  const paymentId = state.at === 'idle' ? null : state.payment.id
  const cancel = useCallback(() => {
    if (paymentId === null) return
    api.terminal
      .cancel(paymentId)
      .then((payment) => show({ type: 'news', payment }))
      .catch((error) => {
        // Too late to cancel, or no connection: the next news of the system tells the truth.
        report(error)
      })
  }, [api, paymentId, show, report])

  if (!reached || !beats) return <OfflineScreen read={state.at === 'checking'} />
  switch (state.at) {
    case 'idle':
      if (refund.shown.at !== 'none') {
        return (
          <RefundScreen
            {...{ device, camera, lamp, phase: refundPhase, shown: refund.shown }}
            onCancel={refund.cancel}
          />
        )
      }
      if (till.screen !== null) {
        return <TillScreenView screen={till.screen} shopName={device.shop.name} onAnswer={till.answer} />
      }
      return <IdleScreen device={device} camera={camera} />
    case 'tip':
      return (
        <TipScreen
          payment={state.payment}
          onTip={(tipMinor) => {
            api.terminal
              .tip(state.payment.id, tipMinor)
              .then((payment) => show({ type: 'tip_chosen', payment }))
              .catch(report)
          }}
          onCancel={cancel}
        />
      )
    case 'preparing':
      return (
        <HoverScreen
          {...{ device, camera, lamp, phase, payment: state.payment, stage: 'preparing' }}
          onCancel={cancel}
        />
      )
    case 'hover':
      return (
        <HoverScreen
          {...{ device, camera, lamp, phase, payment: state.payment, stage: 'hover' }}
          guidance={state.guidance}
          trouble={state.trouble}
          onChooseCard={(wanted) => {
            api.terminal
              .wantCardChoice(state.payment.id, wanted)
              .then((payment) => show({ type: 'news', payment }))
              // The palm was faster: the usual card pays.
              .catch(report)
          }}
          onCancel={cancel}
        />
      )
    case 'checking':
      return <HoverScreen {...{ device, camera, lamp, phase, payment: state.payment, stage: 'checking' }} />
    case 'choosing':
      return (
        <CardScreen
          payment={state.payment}
          onCard={(choice) => {
            api.terminal
              .chooseCard(state.payment.id, choice)
              .then(({ payment }) => show({ type: 'news', payment }))
              // Too late, or no connection: the next news of the system tells the truth.
              .catch(report)
          }}
          onCancel={cancel}
        />
      )
    case 'ended':
      return <EndedScreen payment={state.payment} onDone={() => show({ type: 'dwell_over' })} />
  }
}
