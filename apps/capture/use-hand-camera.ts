import { type CameraFault, type HandCamera, openHandCamera } from '@paume/camera'
import type { Device, Heartbeat } from '@paume/contract'
import { useCallback, useEffect, useState } from 'react'
import { usePreference } from '../design/preferences.ts'
import { allowedChoice, openSource, type SourceChoice, sourceChoice } from './chosen-source.ts'
import { guideOnce } from './guide-once.ts'

export type CameraState =
  | { at: 'off' }
  | { at: 'starting' }
  | { at: 'ready'; camera: HandCamera; view: HTMLVideoElement | HTMLCanvasElement }
  | { at: 'failed'; fault: CameraFault }

export interface CameraHandle {
  state: CameraState
  choice: SourceChoice
  /** For the heartbeat: how the camera was when it was last used. */
  condition: Heartbeat['camera']
  choose: (choice: SourceChoice) => void
  again: () => void
  /** The camera went away in the middle of a capture. */
  lost: () => void
}

/** What a heartbeat says of a camera state; null when it tells nothing new. */
export function conditionOf(state: CameraState): Heartbeat['camera'] | null {
  switch (state.at) {
    case 'ready':
      return state.camera.source.kind === 'synthetic' ? 'synthetic' : 'ready'
    case 'failed':
      return state.fault === 'denied' || state.fault === 'insecure' ? 'denied' : 'missing'
    case 'off':
    case 'starting':
      return null
  }
}

/** The camera with its guide: open while `wanted`, closed (light off) otherwise. The guide is loaded at once and stays warm. */
export function useHandCamera(device: Device, wanted: boolean): CameraHandle {
  const { nearInfrared } = device
  const choice = allowedChoice(usePreference(sourceChoice), device)
  const [state, setState] = useState<CameraState>({ at: 'off' })
  const [condition, setCondition] = useState<Heartbeat['camera']>('unused')
  const [round, setRound] = useState(0)

  useEffect(() => {
    guideOnce()
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` opens it anew
  useEffect(() => {
    if (!wanted) {
      setState({ at: 'off' })
      return
    }
    let left = false
    let close = () => {}
    setState({ at: 'starting' })
    const open = async () => {
      const source = openSource(choice, { nearInfrared })
      close = () => source.stop()
      const guide = await guideOnce()
      if (left) return
      const opened = await openHandCamera(source, guide)
      if (left) return source.stop()
      setState(
        opened.outcome === 'ready'
          ? { at: 'ready', camera: opened.camera, view: source.view() }
          : { at: 'failed', fault: opened.fault },
      )
    }
    open().catch(() => {
      if (!left) setState({ at: 'failed', fault: 'failed' })
    })
    return () => {
      left = true
      close()
    }
  }, [wanted, choice, nearInfrared, round])

  useEffect(() => {
    const now = conditionOf(state)
    if (now) setCondition(now)
  }, [state])

  const again = useCallback(() => setRound((before) => before + 1), [])
  const lost = useCallback(() => setState({ at: 'failed', fault: 'missing' }), [])
  return { state, choice, condition, choose: sourceChoice.set, again, lost }
}
