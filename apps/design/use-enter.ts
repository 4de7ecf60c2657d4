import { useEffect } from 'react'

/** Enter does the main thing of a screen, unless a control that takes Enter itself has the focus or a dialog is open. */
export function useEnter(onEnter: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target } = event
      const taken =
        target instanceof HTMLButtonElement ||
        target instanceof HTMLAnchorElement ||
        target instanceof HTMLSelectElement
      if (event.key === 'Enter' && !taken && !event.ctrlKey && !document.querySelector('dialog[open]')) onEnter()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [onEnter])
}
