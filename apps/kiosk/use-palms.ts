import { type HoverPhase, SourceStopped } from '@paume/camera'
import type { DeviceApi } from '@paume/client'
import type { Enrolment, Guidance, HandSide } from '@paume/contract'
import { type Dispatch, type RefObject, useEffect, useState } from 'react'
import { NO_HAND } from '../capture/phase-line.ts'
import type { ScreenLamp } from '../capture/screen-lamp.ts'
import { captureTrouble, takeSealedBurst } from '../capture/sealed-burst.ts'
import type { CameraHandle } from '../capture/use-hand-camera.ts'
import { playCue } from '../design/cues.ts'
import { dueHand, type KioskEvent } from './state.ts'

/** Pictures sent at a time: more than needed, so that one burst can be enough (contract: at most 8; the camera keeps 5). */
const FRAMES = 5
const READ_MS = 1_600
/** After a problem of the system, so that it is not asked in a rush. */
const TROUBLE_MS = 4_000

export type PalmsView = { at: 'guiding'; phase: HoverPhase; guidance: Guidance | null } | { at: 'sending' }

const rest = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })

/** Takes bursts of the due hand until the system has enough of both, or of the only one. No button. */
export function usePalms(
  api: DeviceApi,
  enrolment: Enrolment | null,
  onlyHand: HandSide | null,
  camera: CameraHandle,
  lamp: RefObject<ScreenLamp | null>,
  show: Dispatch<KioskEvent>,
  report: (error: unknown) => boolean,
): PalmsView {
  const [view, setView] = useState<PalmsView>({ at: 'guiding', phase: NO_HAND, guidance: null })
  const ready = camera.state.at === 'ready' ? camera.state.camera : null
  const id = enrolment?.id ?? null
  const hand = enrolment ? dueHand(enrolment, onlyHand) : null
  const { lost } = camera

  useEffect(() => {
    if (!ready || id === null || hand === null) return
    const stop = new AbortController()
    const { signal } = stop
    setView({ at: 'guiding', phase: NO_HAND, guidance: null })
    const once = async (guidance: Guidance | null): Promise<Guidance | null> => {
      let met = false
      const { captureId, sealed } = await takeSealedBurst({
        camera: ready,
        deviceId: api.deviceId,
        hand,
        keep: FRAMES,
        askChallenge: () => api.enrolments.challenge(id, hand, { signal }),
        lamp: () => lamp.current,
        onPhase(phase) {
          if (!met && phase.phase !== 'waiting') playCue('seen')
          met = phase.phase !== 'waiting'
          setView({ at: 'guiding', phase, guidance: phase.phase === 'waiting' ? guidance : null })
        },
        onTaken() {
          playCue('captured')
          setView({ at: 'sending' })
          show({ type: 'working' })
        },
        signal,
      })
      const result = await api.enrolments.capture(id, captureId, sealed, { signal })
      signal.throwIfAborted()
      show({ type: 'advanced', enrolment: result.enrolment })
      return result.accepted === 0 ? (result.guidance[0] ?? null) : null
    }
    const run = async () => {
      let guidance: Guidance | null = null
      while (!signal.aborted) {
        try {
          guidance = await once(guidance)
          setView({ at: 'guiding', phase: NO_HAND, guidance })
          await rest(READ_MS, signal)
        } catch (error) {
          if (signal.aborted || report(error)) return
          if (error instanceof SourceStopped) return lost()
          const trouble = captureTrouble(error)
          setView({ at: 'guiding', phase: NO_HAND, guidance: null })
          // What the system kept may have changed: a palm that did not fit is begun again.
          const now = await api.enrolments.get(id, { signal }).catch(() => null)
          if (signal.aborted) return
          show(now ? { type: 'advanced', enrolment: now, trouble } : { type: 'failed', trouble })
          await rest(TROUBLE_MS, signal).catch(() => {})
        }
      }
    }
    run().catch(() => {
      // Only an abort comes out here: the screen was left.
    })
    return () => stop.abort()
  }, [api, ready, id, hand, lamp, lost, show, report])

  return view
}
