import { type DeviceApi, isPaumeError } from '@paume/client'
import type { Heartbeat } from '@paume/contract'
import { useEffect, useState } from 'react'
import { isConnectionTrouble, troubleOf } from '../language/problem-text.ts'

/** How often a device says that it is there (contract: every 15 s). */
const HEARTBEAT_MS = 15_000
/** While the system is unreachable, ms. */
const HEARTBEAT_LOST_MS = 3_000
const APP_VERSION = '0.1.0'

/** Says every 15 s that this device is there and how its camera is. Answers whether the system was reached the last time. */
export function useHeartbeat(
  api: DeviceApi,
  camera: Heartbeat['camera'],
  report: (error: unknown) => boolean,
): boolean {
  const [reached, setReached] = useState(true)
  useEffect(() => {
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const beat = async () => {
      let well = true
      try {
        await api.device.heartbeat({ appVersion: APP_VERSION, camera }, { signal: stop.signal })
      } catch (error) {
        if (stop.signal.aborted) return
        report(error)
        well = !isConnectionTrouble(troubleOf(error)) && !isPaumeError(error, 'database_unavailable')
      }
      if (stop.signal.aborted) return
      setReached(well)
      timer = setTimeout(beat, well ? HEARTBEAT_MS : HEARTBEAT_LOST_MS)
    }
    beat()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [api, camera, report])
  return reached
}
