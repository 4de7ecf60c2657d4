import { useMemo, useSyncExternalStore } from 'react'

/** Where the console lives; every address of it begins like this. */
export const CONSOLE_PATH = '/console'

const listeners = new Set<() => void>()
const tell = () => {
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  if (listeners.size === 1) window.addEventListener('popstate', tell)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('popstate', tell)
  }
}
/** Path and query as one text: a snapshot that is equal while nothing changes. */
const snapshot = () => location.pathname + location.search

export type Place = { path: string; search: string }

/** Where the reader is. */
export function usePlace(): Place {
  const now = useSyncExternalStore(subscribe, snapshot)
  return useMemo(() => {
    const [path = '', search = ''] = now.split(/\?(.*)/s)
    return { path: path.replace(/\/+$/, '') || '/', search }
  }, [now])
}

/** Goes to an address of the console. `replace` leaves no step for the back button. */
export function go(to: string, { replace = false }: { replace?: boolean } = {}): void {
  if (to === snapshot()) return
  history[replace ? 'replaceState' : 'pushState'](null, '', to)
  tell()
}

/** The parameters of a path that fits a pattern such as `/console/shops/:shopId`; null when it does not. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index]!
    if (!part.startsWith(':')) {
      if (part !== value) return null
      continue
    }
    if (value === '') return null
    try {
      params[part.slice(1)] = decodeURIComponent(value)
    } catch {
      return null
    }
  }
  return params
}

/** A click that is ours to handle: not one that opens a tab, downloads, or leaves the console. */
export function isPlainClick(event: {
  button: number
  defaultPrevented: boolean
  metaKey: boolean
  ctrlKey: boolean
  shiftKey: boolean
  altKey: boolean
}): boolean {
  const { button, defaultPrevented, metaKey, ctrlKey, shiftKey, altKey } = event
  return button === 0 && !defaultPrevented && !metaKey && !ctrlKey && !shiftKey && !altKey
}
