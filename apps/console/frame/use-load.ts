import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import { type NewsKind, useNews } from './news.ts'
import { useSession } from './session.tsx'

/** What was asked for: nothing yet, or the last answer, or why there is none. The last answer stays while it is asked for again. */
export type Load<T> = {
  data: T | null
  error: unknown
  /** A question is under way. With `data`: what is shown may be old. */
  loading: boolean
  reload(): void
}

export type LoadOptions = {
  /** Ask again when there is news of these kinds (server-sent events). */
  live?: readonly NewsKind[]
  /** Ask again after so many ms, as long as the page is seen. */
  everyMs?: number
  /** Not yet: false as long as something is missing. */
  enabled?: boolean
}

/** News come in bursts; a page asks at most this often. */
const QUIET_MS = 2_000

/**
 * Loads what a page shows, again whenever `key` changes, and drops answers that come too late.
 *
 * @param key names what is asked for, e.g. `shop ${id}` or the JSON of a query
 * @param load must pass the signal on
 */
export function useLoad<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  { live = [], everyMs, enabled = true }: LoadOptions = {},
): Load<T> {
  const { onFailure } = useSession()
  const [state, setState] = useState<{ key: string; data: T | null; error: unknown; loading: boolean }>({
    key,
    data: null,
    error: null,
    loading: true,
  })
  const [turn, setTurn] = useState(0)
  const ask = useEffectEvent(load)
  const failed = useEffectEvent(onFailure)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` is the wish to ask again
  useEffect(() => {
    if (!enabled) return
    const abort = new AbortController()
    setState((before) => ({ ...before, key, loading: true, data: before.key === key ? before.data : null }))
    ask(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ key, data, error: null, loading: false })
      },
      (error: unknown) => {
        if (abort.signal.aborted) return
        failed(error)
        setState((before) => ({ ...before, error, loading: false }))
      },
    )
    return () => abort.abort()
  }, [key, turn, enabled])

  const reload = useCallback(() => setTurn((before) => before + 1), [])
  useQuietReload(reload, live, everyMs)
  const fits = state.key === key
  return { data: fits ? state.data : null, error: fits ? state.error : null, loading: !fits || state.loading, reload }
}

/** Reloads on news, at most every two seconds, and by the clock while the page is seen. */
function useQuietReload(reload: () => void, live: readonly NewsKind[], everyMs: number | undefined): void {
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null)
  const lastMs = useRef(0)
  useNews(live, () => {
    if (waiting.current !== null) return
    const waitMs = Math.max(0, lastMs.current + QUIET_MS - Date.now())
    waiting.current = setTimeout(() => {
      waiting.current = null
      lastMs.current = Date.now()
      reload()
    }, waitMs)
  })
  useEffect(() => () => void (waiting.current !== null && clearTimeout(waiting.current)), [])
  useEffect(() => {
    if (everyMs === undefined) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload()
    }, everyMs)
    return () => clearInterval(timer)
  }, [everyMs, reload])
}
