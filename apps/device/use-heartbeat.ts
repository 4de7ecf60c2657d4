import { type DeviceApi, isPaumeError } from '@paume/client'
import type { Heartbeat, HeartbeatReply } from '@paume/contract'
import { useEffect, useRef, useState } from 'react'
import { isConnectionTrouble, troubleOf } from '../language/problem-text.ts'
import { doneCommands, forgetDone, restartFor } from './restart.ts'
import { takeSettings, useBrightness } from './use-settings.ts'

/** How often a device says that it is there (contract: every 15 s). */
const HEARTBEAT_MS = 15_000
/** While the system is unreachable, ms. */
const HEARTBEAT_LOST_MS = 3_000
const APP_VERSION = '0.1.0'

const screenSize = () => ({
  widthPx: Math.max(1, Math.round(screen.width)),
  heightPx: Math.max(1, Math.round(screen.height)),
})

/**
 * Says every 15 s that this device is there and how its camera is; takes the settings and does the commands that come back. Answers
 * whether the system was reached the last time.
 *
 * @param free nobody is being served: only then is the page dimmed, or loaded anew
 */
export function useHeartbeat(
  api: DeviceApi,
  camera: Heartbeat['camera'],
  report: (error: unknown) => boolean,
  free = true,
): boolean {
  const [reached, setReached] = useState(true)
  const [restart, setRestart] = useState<string | null>(null)
  const running = useRef<string | undefined>(undefined)
  const shop = useRef<string | undefined>(undefined)
  useBrightness(free)

  useEffect(() => {
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const hear = (reply: HeartbeatReply) => {
      running.current = takeSettings(reply)
      const command = reply.commands.find(({ id }) => !doneCommands().includes(id))
      if (command) setRestart(command.id)
      // Moved to another shop: what the page holds of the old one goes, whether or not somebody asked for a restart.
      else if (shop.current !== undefined && shop.current !== reply.shop.id) setRestart('moved')
      shop.current = reply.shop.id
    }
    const beat = async () => {
      let well = true
      let again = false
      try {
        const told = doneCommands()
        const before = running.current
        const said = { appVersion: APP_VERSION, camera, screenSize: screenSize(), commandsDone: told }
        const settings = before === undefined ? {} : { settingsVersion: before }
        hear(await api.device.heartbeat({ ...said, ...settings }, { signal: stop.signal }))
        forgetDone(told)
        // New settings are confirmed at once, not a heartbeat later.
        again = running.current !== before
      } catch (error) {
        if (stop.signal.aborted) return
        report(error)
        well = !isConnectionTrouble(troubleOf(error)) && !isPaumeError(error, 'database_unavailable')
      }
      if (stop.signal.aborted) return
      setReached(well)
      timer = setTimeout(beat, again ? 0 : well ? HEARTBEAT_MS : HEARTBEAT_LOST_MS)
    }
    beat()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [api, camera, report])

  useEffect(() => {
    if (restart !== null && free) restartFor(restart)
  }, [restart, free])
  return reached
}
