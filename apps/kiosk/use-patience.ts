import { useCallback, useEffect, useEffectEvent, useState } from 'react'
import { useTimeLeft } from '../design/use-countdown.ts'
import { MORE_TIME_MS } from './state.ts'

export interface Patience {
  /** Until the screen is cleared; null when it never is. */
  leftMs: number | null
  /** Of the whole, 0…1. */
  share: number
  more: () => void
}

/**
 * Time on a screen that is left alone. Every touch and key starts it again, so does `progress` (palms need no touch). When it is over,
 * `onOver` is called once.
 */
export function usePatience(screen: string, limitMs: number | null, progress: unknown, onOver: () => void): Patience {
  const [endAtMs, setEndAtMs] = useState<number | null>(null)
  const [wholeMs, setWholeMs] = useState(1)

  const grant = useCallback((ms: number | null) => {
    setEndAtMs(ms === null ? null : Date.now() + ms)
    setWholeMs(ms ?? 1)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new screen or progress starts the time again
  useEffect(() => grant(limitMs), [screen, limitMs, progress, grant])

  useEffect(() => {
    if (limitMs === null) return
    const active = ({ target }: Event) => {
      // The question "are you still there?" is answered by its buttons: it must not vanish under the finger.
      if (target instanceof Element && target.closest('dialog')) return
      setEndAtMs((before) => Math.max(before ?? 0, Date.now() + limitMs))
    }
    window.addEventListener('pointerdown', active)
    window.addEventListener('keydown', active)
    return () => {
      window.removeEventListener('pointerdown', active)
      window.removeEventListener('keydown', active)
    }
  }, [limitMs])

  const leftMs = useTimeLeft(endAtMs)
  const over = leftMs === 0
  // Once for each end: the next screen brings another `onOver` before its own time has been granted.
  const end = useEffectEvent(onOver)
  useEffect(() => {
    if (over) end()
  }, [over])

  const more = useCallback(() => {
    setEndAtMs((before) => Math.max(before ?? 0, Date.now()) + MORE_TIME_MS)
    setWholeMs((before) => before + MORE_TIME_MS)
  }, [])
  return { leftMs, share: leftMs === null ? 1 : leftMs / wholeMs, more }
}
