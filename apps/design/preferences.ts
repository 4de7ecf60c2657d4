import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

/** One small value that outlives a reload: kept in localStorage where the browser allows it, else only in memory. */
export interface Preference<T> {
  get(): T
  set(value: T): void
  subscribe(listener: () => void): () => void
}

/** `read` turns what was stored (or null) into a valid value; `apply` runs at once and after every change. */
export function preference<T extends string>(
  key: string,
  read: (stored: string | null) => T,
  apply: (value: T) => void = () => {},
): Preference<T> {
  const listeners = new Set<() => void>()
  let value = read(stored(key))
  apply(value)
  return {
    get: () => value,
    set(next) {
      value = next
      try {
        localStorage.setItem(key, next)
      } catch {
        // A private window without storage: the choice lasts as long as the page.
      }
      apply(next)
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export function usePreference<T>(of: Preference<T>): T {
  return useSyncExternalStore(of.subscribe, of.get, of.get)
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

export const theme = preference<Theme>(
  'paume-theme',
  (value) => (value === 'light' || value === 'dark' ? value : 'system'),
  (value) => {
    if (typeof document === 'undefined') return
    if (value === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = value
  },
)

export const sound = preference<'on' | 'off'>('paume-sound', (value) => (value === 'off' ? 'off' : 'on'))
