import type { DeviceApi } from '@paume/client'
import type { GateSession } from '@paume/contract'
import { useEffect, useRef } from 'react'

/** What the exit's own sensor sends to this page: which visit went out. */
export const LEFT_EVENT = 'paume-gate-left'

/**
 * Hears of visits that go out, and shows them off. Whoever counts people out (a gate controller in the same browser) posts
 * `{ type: 'paume-gate-left', session }` to this window; from other origins nothing is taken.
 */
export function useExits(onLeft: (session: GateSession) => void, api: DeviceApi): void {
  const told = useRef(onLeft)
  told.current = onLeft
  useEffect(() => {
    const hear = (event: MessageEvent<unknown>) => {
      const data = event.data as { type?: unknown; session?: unknown } | null
      if (event.origin !== location.origin || data?.type !== LEFT_EVENT || typeof data.session !== 'string') return
      api.gate
        .exit(data.session)
        .then((session) => told.current(session))
        // Nobody waits for this: the cart comes all the same.
        .catch(() => {})
    }
    addEventListener('message', hear)
    return () => removeEventListener('message', hear)
  }, [api])
}
