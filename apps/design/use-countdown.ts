import { useEffect, useState } from 'react'

/** Milliseconds until `at` (ms since 1970) by this machine's clock, read four times a second; 0 when it has passed, null without a time. */
export function useTimeLeft(at: number | null): number | null {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    if (at === null) return
    setNowMs(Date.now())
    const timer = setInterval(() => setNowMs(Date.now()), 250)
    return () => clearInterval(timer)
  }, [at])
  return at === null ? null : Math.max(0, at - nowMs)
}
