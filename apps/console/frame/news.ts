import { CONSOLE_EVENTS_PATH } from '@paume/client'
import type { ConsoleNews, NewsKind } from '@paume/contract'
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'

export type { NewsKind }
/** What changed; null: events were missed, so that everything shown should be read anew. */
export type News = ConsoleNews | null

const listeners = new Set<(news: News) => void>()
const watchers = new Set<() => void>()
let source: EventSource | null = null
let state: 'off' | 'on' | 'lost' = 'off'

function become(next: typeof state) {
  state = next
  for (const watcher of watchers) watcher()
}

function tell(news: News) {
  for (const listener of listeners) listener(news)
}

/** One stream for all pages; the browser opens it again by itself when it breaks. */
export function openNews(): () => void {
  if (source !== null) return () => {}
  const opened = new EventSource(CONSOLE_EVENTS_PATH)
  source = opened
  opened.onopen = () => become('on')
  opened.onerror = () => become('lost')
  opened.addEventListener('news', (event: MessageEvent<string>) => tell(JSON.parse(event.data) as ConsoleNews))
  opened.addEventListener('look_again', () => tell(null))
  return () => {
    opened.close()
    source = null
    become('off')
  }
}

/** Calls back on news of these kinds. */
export function useNews(kinds: readonly NewsKind[], onNews: (news: News) => void): void {
  const heard = useEffectEvent(onNews)
  const wanted = kinds.join(' ')
  useEffect(() => {
    if (wanted === '') return
    const names = new Set<string>(wanted.split(' '))
    const listen = (news: News) => {
      if (news === null || names.has(news.kind)) heard(news)
    }
    listeners.add(listen)
    return () => void listeners.delete(listen)
  }, [wanted])
}

/** Whether news come in: `lost` while the stream is being opened again. */
export const useNewsState = (): typeof state =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    () => state,
  )
