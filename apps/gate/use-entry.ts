import { type HoverPhase, SourceStopped } from '@paume/camera'
import type { DeviceApi } from '@paume/client'
import { type Dispatch, type RefObject, useEffect, useState } from 'react'
import { NO_HAND } from '../capture/phase-line.ts'
import type { ScreenLamp } from '../capture/screen-lamp.ts'
import { captureTrouble, takeSealedBurst } from '../capture/sealed-burst.ts'
import type { CameraHandle } from '../capture/use-hand-camera.ts'
import { playCue } from '../design/cues.ts'
import type { GateEvent, GateState } from './state.ts'

/** Pictures of a hover without a flash (contract: at least 3). */
const FRAMES = 3
/** After a failed try there is time to read why, before the camera looks again, ms. */
const READ_MS = 1_800

/** Takes hovers while the lane is open: guide, burst, seal, send. No button. Answers what the camera sees now. */
export function useEntry(
  api: DeviceApi,
  state: GateState,
  camera: CameraHandle,
  lamp: RefObject<ScreenLamp | null>,
  show: Dispatch<GateEvent>,
  report: (error: unknown) => boolean,
): HoverPhase {
  const [phase, setPhase] = useState<HoverPhase>(NO_HAND)
  const ready = camera.state.at === 'ready' ? camera.state.camera : null
  const open = state.at === 'open' ? state : null
  const tries = 'tries' in state ? state.tries : null
  const people = 'people' in state ? state.people : 1
  const pays = open?.pays?.session ?? null
  const { lost } = camera
  // One run for one try: it goes on while the pictures are checked, and ends with the try, or when they are more or fewer.
  const run = tries === null ? null : `${tries} ${'pays' in state ? (state.pays?.session ?? '') : ''} ${people}`

  // biome-ignore lint/correctness/useExhaustiveDependencies: `run` names the try; what is shown of it meanwhile must not break it
  useEffect(() => {
    if (!ready || !open) return
    const stop = new AbortController()
    const { signal } = stop
    let met = false
    setPhase(NO_HAND)
    const take = async () => {
      if (open.tries > 0) await new Promise((resolve) => setTimeout(resolve, READ_MS))
      signal.throwIfAborted()
      let attempt = ''
      const { captureId, sealed } = await takeSealedBurst({
        camera: ready,
        deviceId: api.deviceId,
        hand: open.askedHand,
        keep: FRAMES,
        async askChallenge() {
          const { attempt: before, askedHand: hand } = open
          const wish = { ...(before === null ? {} : { attempt: before }), ...(hand === null ? {} : { hand }) }
          const asked = await api.gate.challenge(wish, { signal })
          attempt = asked.attempt
          return asked.challenge
        },
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
      const wish = { attempt, ...(pays === null ? { groupSize: people } : { pays }) }
      show({ type: 'answered', entry: await api.gate.enter(captureId, sealed, wish) })
    }
    take().catch((error) => {
      if (signal.aborted || report(error)) return
      if (error instanceof SourceStopped) return lost()
      show({ type: 'failed', trouble: captureTrouble(error) })
    })
    return () => stop.abort()
  }, [api, ready, run, lost])
  return phase
}
