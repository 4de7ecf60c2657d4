import { type DeviceApi, isPaumeError } from '@paume/client'
import type { TillScreen, TillScreenAnswer } from '@paume/contract'
import { useCallback, useEffect, useState } from 'react'

const AGAIN_MS = 1_000

/** What the till put on this terminal, asked for only while no payment is here: a payment always comes first. */
export function useTillScreen(api: DeviceApi, isIdle: boolean, report: (error: unknown) => boolean) {
  const [screen, setScreen] = useState<TillScreen | null>(null)
  useEffect(() => {
    if (!isIdle) return
    const stop = new AbortController()
    const { signal } = stop
    const round = async () => {
      let known: TillScreen | null | undefined
      while (!signal.aborted) {
        try {
          known = await api.terminal.tillScreen(known, { signal })
          if (!signal.aborted) setScreen(known)
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

  const id = isIdle ? (screen?.id ?? null) : null
  useEffect(() => {
    if (id === null) return
    const stop = new AbortController()
    // Told once the browser has painted it.
    const frame = requestAnimationFrame(() => {
      // Taken down meanwhile, or no connection: the next look tells.
      api.terminal.tillScreenShown(id, { signal: stop.signal }).catch(() => {})
    })
    return () => {
      cancelAnimationFrame(frame)
      stop.abort()
    }
  }, [api, id])

  const answer = useCallback(
    (given: TillScreenAnswer) => {
      if (id === null) return
      api.terminal
        .answerTillScreen(id, given)
        .then(() => setScreen(null))
        .catch((error) => {
          if (isPaumeError(error, 'not_found')) setScreen(null)
          else report(error)
        })
    },
    [api, id, report],
  )
  return { screen: isIdle ? screen : null, answer }
}
