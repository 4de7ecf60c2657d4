import { useEffect, useEffectEvent } from 'react'

/**
 * Keys pressed anywhere on the page. The listener stays the same while its work changes: React renders between two listeners of one
 * event, and a listener that is exchanged meanwhile would miss the key. With `first` it hears a key before everybody who hears it without.
 */
export function useKeydown(onKey: (event: KeyboardEvent) => void, enabled = true, first = false): void {
  const press = useEffectEvent(onKey)
  useEffect(() => {
    if (!enabled) return
    const listen = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listen, first)
    return () => window.removeEventListener('keydown', listen, first)
  }, [enabled, first])
}
