import { openPublic } from '@paume/client'
import { useEffect, useState } from 'react'

/** Whether this system is a sandbox, for pages that are not paired yet and cannot know it from their device. */
export function useSandbox(asked: boolean): boolean {
  const [sandbox, setSandbox] = useState(false)
  useEffect(() => {
    if (!asked) return
    const stop = new AbortController()
    openPublic({ baseUrl: location.origin })
      .sandbox.devices({ signal: stop.signal })
      .then(() => setSandbox(true))
      .catch(() => {
        // No sandbox, or out of reach: the band is then shown as soon as the device is known.
      })
    return () => stop.abort()
  }, [asked])
  return sandbox
}
