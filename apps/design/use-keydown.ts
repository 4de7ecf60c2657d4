import { useEffect, useEffectEvent } from 'react'

/**
 * Keys pressed anywhere on the page. The listener stays the same while its work changes: React renders between two listeners of one
 * event, and a listener that is exchanged meanwhile would miss the key.
 */
export function useKeydown(onKey: (event: KeyboardEvent) => void, enabled = true): void {
  const press = useEffectEvent(onKey)
  useEffect(() => {
    if (!enabled) return
    const listen = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [enabled])
}
