import { type HoverPhase, SourceStopped } from '@paume/camera'
import type { DeviceApi } from '@paume/client'
import type { GuidanceCode, RefundHover } from '@paume/contract'
import { type RefObject, useCallback, useEffect, useState } from 'react'
import { NO_HAND } from '../../capture/phase-line.ts'
import type { ScreenLamp } from '../../capture/screen-lamp.ts'
import { captureTrouble, takeSealedBurst } from '../../capture/sealed-burst.ts'
import type { CameraHandle } from '../../capture/use-hand-camera.ts'
import { playCue } from '../../design/cues.ts'
import type { Trouble } from '../../language/problem-text.ts'

const AGAIN_MS = 1_000
/** How long the end stays on the screen, ms. */
const DWELL_MS = 7_000
/** Pictures of a hover without a flash (contract: at least 3). */
const FRAMES = 3
/** After a failed try the shopper gets time to read why, before the camera looks again. */
const READ_MS = 1_800

/** A hand that the till asked for to find what it paid. */
export type RefundShown =
  | { at: 'none' }
  | { at: 'hover'; asked: RefundHover; attempt: number; guidance: GuidanceCode | null; trouble: Trouble | null }
  | { at: 'checking'; asked: RefundHover; attempt: number }
  | { at: 'ended'; found: boolean }

const NONE: RefundShown = { at: 'none' }

/** The screen after a look at the system: what is checked now is told by its own answer. */
function afterLook(now: RefundShown, waiting: RefundHover | null): RefundShown {
  if (now.at === 'checking' || (now.at === 'ended' && waiting === null)) return now
  if (waiting === null) return NONE
  if (now.at === 'hover' && now.asked.id === waiting.id) return { ...now, asked: waiting }
  return { at: 'hover', asked: waiting, attempt: 0, guidance: null, trouble: null }
}

/** Asks for such hands while no payment is here: a payment always comes first. */
export function useRefundHover(api: DeviceApi, isIdle: boolean, report: (error: unknown) => boolean) {
  const [shown, show] = useState<RefundShown>(NONE)
  useEffect(() => {
    if (!isIdle) return show(NONE)
    const stop = new AbortController()
    const { signal } = stop
    const round = async () => {
      let known: RefundHover | null | undefined
      while (!signal.aborted) {
        try {
          const waiting = await api.refundHovers.waitingHere(known, { signal })
          known = waiting
          if (!signal.aborted) show((now) => afterLook(now, waiting))
        } catch (error) {
          if (signal.aborted || report(error)) return
          known = undefined
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
        }
      }
    }
    void round()
    return () => stop.abort()
  }, [api, isIdle, report])

  const ended = shown.at === 'ended'
  useEffect(() => {
    if (!ended) return
    const timer = setTimeout(() => show(NONE), DWELL_MS)
    return () => clearTimeout(timer)
  }, [ended])

  const id = shown.at === 'hover' ? shown.asked.id : null
  const cancel = useCallback(() => {
    if (id === null) return
    show(NONE)
    api.refundHovers.cancel(id).catch(report)
  }, [api, id, report])
  return { shown, show, cancel }
}

/** Takes the hand: guide, burst, seal, send. Answers what the camera sees now. */
export function useRefundHand(
  api: DeviceApi,
  { shown, show }: Pick<ReturnType<typeof useRefundHover>, 'shown' | 'show'>,
  camera: CameraHandle,
  lamp: RefObject<ScreenLamp | null>,
  report: (error: unknown) => boolean,
): HoverPhase {
  const [phase, setPhase] = useState<HoverPhase>(NO_HAND)
  const ready = camera.state.at === 'ready' ? camera.state.camera : null
  const id = 'asked' in shown ? shown.asked.id : null
  // One run for one try: it goes on while the pictures are checked.
  const attempt = 'attempt' in shown ? shown.attempt : null
  const hand = 'asked' in shown ? shown.asked.askedHand : null
  const { lost } = camera

  // biome-ignore lint/correctness/useExhaustiveDependencies: id and attempt name the try; news of it must not break it
  useEffect(() => {
    if (!ready || id === null || attempt === null) return
    const stop = new AbortController()
    const { signal } = stop
    setPhase(NO_HAND)
    const again = (more: { asked?: RefundHover; guidance?: GuidanceCode | null; trouble?: Trouble | null }) =>
      show((now) =>
        'asked' in now && now.asked.id === id
          ? { at: 'hover', asked: now.asked, attempt: attempt + 1, guidance: null, trouble: null, ...more }
          : now,
      )
    const run = async () => {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, READ_MS))
      signal.throwIfAborted()
      const { captureId, sealed } = await takeSealedBurst({
        camera: ready,
        deviceId: api.deviceId,
        hand,
        keep: FRAMES,
        askChallenge: () => api.refundHovers.challenge(id, { signal }),
        lamp: () => lamp.current,
        onPhase: setPhase,
        onTaken() {
          playCue('captured')
          show((now) =>
            now.at === 'hover' && now.asked.id === id ? { at: 'checking', asked: now.asked, attempt } : now,
          )
        },
        signal,
      })
      const { outcome, guidance, refundHover } = await api.refundHovers.hover(id, captureId, sealed)
      if (outcome === 'try_again' || outcome === 'other_palm')
        return again({ asked: refundHover, guidance: guidance[0]?.code ?? null })
      playCue(outcome === 'matched' ? 'approved' : 'declined')
      show({ at: 'ended', found: outcome === 'matched' })
    }
    run().catch((error) => {
      if (signal.aborted || report(error)) return
      if (error instanceof SourceStopped) return lost()
      again({ trouble: captureTrouble(error) })
    })
    return () => stop.abort()
  }, [api, ready, id, attempt, lost])
  return phase
}
