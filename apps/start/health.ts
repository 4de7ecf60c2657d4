import { useEffect, useState } from 'react'

export type Health =
  | { state: 'asking' }
  | { state: 'ready' }
  | { state: 'not_ready'; parts: string[] }
  | { state: 'gone' }

const ASK_EVERY_MS = 5_000

/** What `/readyz` says: 200 when a hover can be served, 503 with the parts that are missing. */
export function healthOf(status: number, body: unknown): Health {
  if (status === 200) return { state: 'ready' }
  const checks = (body as { checks?: Record<string, boolean> } | null)?.checks
  if (status === 503 && checks) {
    return { state: 'not_ready', parts: Object.keys(checks).filter((part) => !checks[part]) }
  }
  return { state: 'gone' }
}

export function useHealth(): Health {
  const [health, setHealth] = useState<Health>({ state: 'asking' })
  useEffect(() => {
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      let next: Health = { state: 'gone' }
      try {
        const reply = await fetch('/readyz', { signal: stop.signal })
        next = healthOf(reply.status, await reply.json())
      } catch {
        // No answer, or one that is not the server's: gone.
      }
      if (stop.signal.aborted) return
      setHealth(next)
      timer = setTimeout(ask, ASK_EVERY_MS)
    }
    ask()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [])
  return health
}
