import { useKeydown } from './use-keydown.ts'

/** Enter does the main thing of a screen, unless a control that takes Enter itself has the focus or a dialog is open. */
export function useEnter(onEnter: () => void): void {
  useKeydown((event) => {
    const { target } = event
    const taken =
      target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement || target instanceof HTMLSelectElement
    if (event.key === 'Enter' && !taken && !event.ctrlKey && !document.querySelector('dialog[open]')) onEnter()
  })
}
