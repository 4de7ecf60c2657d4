import { useRef } from 'react'
import { useKeydown } from '../design/use-keydown.ts'
import { hear, NO_BURST } from './scan.ts'

const isField = (target: EventTarget | null) =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement

/**
 * Scans of a scanner that acts as a keyboard. Its digits reach the keypad as well, so `onBegin` is told when a burst may have begun,
 * before its first digit is taken, and `onCode` undoes what the burst typed. Fields take their own keys.
 */
export function useScan(onBegin: () => void, onCode: (code: string) => void, enabled: boolean): void {
  const burst = useRef(NO_BURST)
  useKeydown(
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return
      const heard = hear(burst.current, event.key, event.timeStamp)
      burst.current = heard.burst
      if (heard.begins) onBegin()
      if (heard.code === null) return
      // Not the click of the button that happens to have the focus.
      event.preventDefault()
      onCode(heard.code)
    },
    enabled,
    true,
  )
}
