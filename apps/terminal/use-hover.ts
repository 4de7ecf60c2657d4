import { type HoverPhase, SourceStopped } from '@paume/camera'
import type { DeviceApi } from '@paume/client'
import { type Dispatch, type RefObject, useEffect, useState } from 'react'
import { NO_HAND } from '../capture/phase-line.ts'
import type { ScreenLamp } from '../capture/screen-lamp.ts'
import { captureTrouble, takeSealedBurst } from '../capture/sealed-burst.ts'
import type { CameraHandle } from '../capture/use-hand-camera.ts'
import { playCue } from '../design/cues.ts'
import type { TerminalEvent, TerminalState } from './state.ts'

/** Pictures of a hover without a flash (contract: at least 3). */
const FRAMES = 3
/** After a failed try the shopper gets time to read why, before the camera looks again. */
const READ_MS = 1_800

/** Takes hovers while the state asks for one: guide, burst, seal, send. No button. Answers what the camera sees now. */
export function useHover(
  api: DeviceApi,
  state: TerminalState,
  camera: CameraHandle,
  lamp: RefObject<ScreenLamp | null>,
  show: Dispatch<TerminalEvent>,
  report: (error: unknown) => boolean,
): HoverPhase {
  const [phase, setPhase] = useState<HoverPhase>(NO_HAND)
  const ready = camera.state.at === 'ready' ? camera.state.camera : null
  const hovering = state.at === 'hover' ? state : null
  const paymentId = state.at === 'idle' ? null : state.payment.id
  // One run for one try: it goes on while the pictures are checked, and ends with the payment or the next try.
  const attempt = 'attempt' in state ? state.attempt : null
  const { lost } = camera

  // biome-ignore lint/correctness/useExhaustiveDependencies: payment and attempt name the try; versions of the payment must not break it
  useEffect(() => {
    if (!ready || !hovering || paymentId === null) return
    const stop = new AbortController()
    const { signal } = stop
    let met = false
    setPhase(NO_HAND)
    const run = async () => {
      if (hovering.attempt > 0) await new Promise((resolve) => setTimeout(resolve, READ_MS))
      signal.throwIfAborted()
      const { captureId, sealed } = await takeSealedBurst({
        camera: ready,
        deviceId: api.deviceId,
        hand: hovering.payment.askedHand,
        keep: FRAMES,
        askChallenge: () => api.terminal.challenge(paymentId, { signal }),
        lamp: () => lamp.current,
        onPhase(next) {
          if (!met && next.phase !== 'waiting') playCue('seen')
          met = next.phase !== 'waiting'
          setPhase(next)
        },
        onTaken() {
          playCue('captured')
          show({ type: 'burst_taken' })
        },
        signal,
      })
      // Not tied to the screen: news of the payment may be faster than this answer, and must not break it off.
      const result = await api.terminal.hover(paymentId, captureId, sealed)
      show({ type: 'hover_answer', result })
    }
    run().catch((error) => {
      if (signal.aborted || report(error)) return
      if (error instanceof SourceStopped) return lost()
      show({ type: 'hover_failed', trouble: captureTrouble(error) })
    })
    return () => stop.abort()
  }, [api, ready, paymentId, attempt, lost])

  return phase
}
